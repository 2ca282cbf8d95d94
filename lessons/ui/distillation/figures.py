"""What a teacher knows, on the page."""

from collections.abc import Sequence

import streamlit as st

from lessons import charts
from lessons.charts.sweep import Sweep
from lessons.data import fashion_mnist
from lessons.ui import browser
from lessons.ui.layout.figures import PICTURE, badge
from lessons.ui.state.knob import Knob


def dark_knowledge(figure: Sweep, knob: Knob) -> None:
    """A teacher's soft targets, class by class, at the temperature of this knob while it is dragged."""
    st.markdown(f"**{figure.title}** {' '.join(map(badge, figure.badges))}")
    browser.dark(key=f"{knob.name}_dark", data={"knob": knob.name, **figure.data})


def pictures(title: str, which: Sequence[int]) -> None:
    """Test images beside each other."""
    st.markdown(f"**{title}**")
    right, names = fashion_mnist.test_labels(), fashion_mnist.CLASSES
    shown = ", ".join(names[right[at]] for at in which)
    st.image(charts.channels(fashion_mnist.test_pixels()[list(which)], PICTURE), caption=shown, alt=f"{title}: {shown}")
