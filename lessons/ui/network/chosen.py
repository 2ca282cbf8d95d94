"""Which test image goes through the network, and how far the first picture follows it."""

import streamlit as st

from lessons.ui.network.knobs import PICTURE, WALK
from lessons.ui.state.widgets import more, slider


def image(walks: bool) -> int:
    """Draw the slider of the test images, and before it, if the image `walks`, that of the first picture. The image's
    place in the test set."""
    if not walks:
        return int(slider(PICTURE)) - 1
    left, right = st.columns([6, 1], vertical_alignment="bottom")
    with left:
        slider(WALK)
    with right, more(PICTURE.label):
        return int(slider(PICTURE)) - 1
