"""What pruning took away, on the page."""

from collections.abc import Mapping

import streamlit as st

from lessons.charts import ranges
from lessons.charts.chart import Chart
from lessons.experiment import Experiment
from lessons.jobs.events import Outcome
from lessons.measure.layer_view import LayerView
from lessons.quantity import Measurement, Quantity, quotient
from lessons.ui.layout.figures import PICTURE, badge, row
from lessons.ui.layout.tiles import numbers
from lessons.ui.pruning import charts
from lessons.ui.pruning.recipe import PrunedNow
from lessons.ui.work.results import both_whole, known_outcomes, outcomes

Pair = tuple[Outcome, Outcome]  # before and after


def outcomes_of(baseline: Experiment, shown: PrunedNow | None) -> tuple[PrunedNow | None, Pair | None]:
    """What a lab shows, and its outcome beside that of the unpruned network, once both were measured here."""
    if not shown:
        return None, None
    before, after = outcomes({"": baseline})[""], known_outcomes({"": shown.run}).get("")
    return shown, both_whole(before, after)


def in_bytes(after: Outcome, curve: Mapping[str, Measurement | None], axis: str) -> list[Chart]:
    """The length of this model's file in every format, and along a `curve`; gives the charts."""
    figures = [charts.files(after.measurement), charts.bytes_by_sparsity(curve, axis)]
    row("bytes", *figures)
    return figures


def in_time(before: Outcome, after: Outcome, kernels: Mapping[str, Quantity]) -> list[Chart]:
    """How many times fewer MACs and seconds it takes, and the time by kernel; gives the chart."""
    macs = [model.measurement["macs"] for model in (before, after)]
    numbers({"MACs, before ÷ after": quotient(*macs), "Time, before ÷ after": quotient(*after.timing)})
    figure = ranges("Time by kernel", "seconds", kernels)
    row("kernels", figure)
    return [figure]


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
