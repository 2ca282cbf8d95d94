"""What pruning took away, on the page."""

from collections.abc import Mapping

import streamlit as st

from lessons.charts.chart import Chart
from lessons.experiment import Experiment
from lessons.jobs.events import Outcome
from lessons.measure.layer_view import LayerView
from lessons.quantity import Measurement
from lessons.text import sections
from lessons.ui.layout.figures import PICTURE, badge, row
from lessons.ui.pruning import charts
from lessons.ui.pruning.recipe import PrunedNow
from lessons.ui.work.results import both_whole, known_outcomes, outcomes

WORDS = sections("pruning")
Pair = tuple[Outcome, Outcome]  # before and after


def outcomes_of(baseline: Experiment, shown: PrunedNow | None) -> tuple[PrunedNow | None, Pair | None]:
    """What a lab shows, and its outcome beside that of the unpruned network, once both were measured here."""
    if not shown:
        return None, None
    before, after = outcomes({"": baseline})[""], known_outcomes({"": shown.run}).get("")
    return shown, both_whole(before, after)


def known_of(baseline: Experiment, shown: PrunedNow | None) -> tuple[Experiment, Measurement, Measurement] | None:
    """The network that a lab shows, and what is known of it and of the unpruned one; None while that is not."""
    if not shown:
        return None
    before, after = outcomes({"": baseline})[""], known_outcomes({"": shown.run}).get("")
    return (shown.run, after.measurement, before.measurement) if before and after else None


def in_bytes(after: Outcome, curve: Mapping[str, Measurement | None], axis: str) -> list[Chart]:
    """The length of this model's file in every format, and along a `curve`; gives the charts."""
    figures = [charts.files(after.measurement), charts.bytes_by_sparsity(curve, axis)]
    row("bytes", *figures)
    return figures


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
    left, every = view.kept, view.picture.size
    title = WORDS("weights of", layer=layer)
    st.markdown(f"**{title}** {badge('measured')}")
    image = charts.filters(view.picture, PICTURE)
    said = WORDS("weights of: alt", layer=layer, gone=every - left)
    st.image(image, caption=WORDS("weights of: caption", left=left, all=every), alt=said)
