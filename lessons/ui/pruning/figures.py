"""What pruning took away, on the page."""

import streamlit as st

from lessons.charts.chart import Chart
from lessons.jobs.events import Outcome
from lessons.measure.layer_view import LayerView
from lessons.ui.layout.figures import PICTURE, badge, row
from lessons.ui.pruning import charts


def what_is_gone(before: Outcome, after: Outcome, layer: str) -> list[Chart]:
    """What pruning took of each layer, and of one of them weight by weight; gives the charts."""
    gaps = charts.gaps(before.layers, after.layers)
    bars, picture = st.columns(2)
    with bars:
        row("gaps", gaps)
    with picture:
        weights(layer, after.layers[layer])
    return [gaps]


def weights(layer: str, view: LayerView) -> None:
    """All weights of a layer as a picture."""
    gone = view.picture.size - view.kept
    said = f"{view.kept:,} of {view.picture.size:,} weights are left"
    st.markdown(f"**Weights of {layer}** {badge('measured')}")
    image = charts.filters(view.picture, PICTURE)
    st.image(
        image,
        caption=f"{said}; orange is gone, the darker the more negative.",
        alt=f"Weights of {layer}: {gone:,} gone.",
    )
