"""The knobs for how a language model is shrunk."""

from contextlib import nullcontext

import streamlit as st

from lessons.experiment import PARTS, BadExperiment, Experiment
from lessons.experiment.language_step import BLOCKS, CRITERIA, METHODS, PUBLISHED
from lessons.experiment.language_step import GRAINS as SHARED
from lessons.experiment.language_step import SCHEMES as GRIDS
from lessons.text import sections
from lessons.ui.language_model.recipe import FULL, KEPT, SHARES, WIDTHS, Shrinking
from lessons.ui.state.handing import hand_on
from lessons.ui.state.knob import Knob
from lessons.ui.state.widgets import choice, more

WORDS = sections("language-model")
BITS = Knob("language_bits", WORDS["bits"], (*WIDTHS, KEPT), "6")
GRAIN = Knob("language_grain", WORDS["grain"], SHARED, "row")
METHOD = Knob("language_method", WORDS["method"], METHODS, "nearest")
CACHE = Knob("language_cache", WORDS["cache bits"], ("2", "3", "4", "8", FULL), FULL)
GRID = Knob("language_grid", WORDS["grid"], GRIDS, "symmetric")
GROUP = Knob("language_group", WORDS["group"], ("32", "64", "128"), "32")
OUTLIERS = Knob("language_outliers", WORDS["outlier columns"], ("0", "1", "2", "5"), "0")
MATRICES = Knob("language_matrices", WORDS["matrices"], PARTS, "all", WORDS["matrices: help"])
ACTIVATIONS = Knob("language_activations", WORDS["activation bits"], ("4", "6", "8", FULL), FULL)
PRUNED = Knob("language_pruned", WORDS["pruned"], ("0", "20", "50", "70"), "0")
CRITERION = Knob("language_criterion", WORDS["pruned by"], CRITERIA, "wanda")
SHARE = Knob("language_share", WORDS["factors"], SHARES, "100")
SHRINKS = (BITS, GRAIN, METHOD, CACHE, GRID, GROUP, OUTLIERS, MATRICES, ACTIVATIONS, PRUNED, CRITERION, SHARE)


def as_published() -> None:
    """A method that is chosen comes with the matrices its authors round, unless the reader has chosen others. For
    callbacks."""
    method, parts = st.session_state[METHOD.name], st.session_state.get(MATRICES.name, MATRICES.default)
    if parts in (MATRICES.default, *PUBLISHED.values()):
        st.session_state[MATRICES.name] = PUBLISHED.get(method, MATRICES.default)


def factorized() -> bool:
    """Whether each matrix is replaced by two low-rank factors, whose weights stay in 16 bits."""
    return (st.session_state.get(SHARE.name) or st.query_params.get(SHARE.name)) in SHARES[:-1]


def bits_standing() -> str:
    """Where the slider for bits stands, or would if it were drawn."""
    asked = st.session_state.get(BITS.name) or st.query_params.get(BITS.name)
    return KEPT if factorized() else asked if asked in BITS.options else BITS.default


def shrinking(model: Experiment, bits: str, folded: bool) -> tuple[Shrinking, Experiment | None]:
    """Draw the knobs, `folded` away or the first of them on view: how to shrink a model, and the model so shrunk with
    weights of so many `bits`; None, with the reason, where that is not possible."""
    thin, rounds = factorized(), bits != KEPT
    hand_on("factorized", thin)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with more(WORDS["grain and method"]) if folded else nullcontext():
            grain, method = choice(GRAIN, rounds), choice(METHOD, rounds, moves=as_published)
        with more():
            cache = choice(CACHE)
            scheme = choice(GRID, rounds)
            group = choice(GROUP, rounds and grain == "group")
            outliers = choice(OUTLIERS, rounds and method == "nearest" and scheme not in BLOCKS)
            parts, activations = choice(MATRICES, rounds), choice(ACTIVATIONS)
            pruned = int(choice(PRUNED, not thin))
            criterion = choice(CRITERION, pruned > 0 and not thin)
            share = int(choice(SHARE))
    kept = float(outliers) if method == "nearest" and scheme not in BLOCKS else 0.0
    how = Shrinking(
        grain, method, scheme, int(group), kept, parts, activations, cache, 0 if thin else pruned, criterion, share
    )
    try:
        return how, how.of(model, bits)
    except BadExperiment as impossible:
        st.warning(WORDS("not possible", why=str(impossible).partition(": ")[2]), icon=":material/block:")
        return how, None
