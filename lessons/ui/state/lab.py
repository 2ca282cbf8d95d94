"""The interactive parts of a page: each is drawn again by itself, and hands on to others what they need of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

import streamlit as st

from lessons.charts.chart import Chart
from lessons.charts.surface import Surface
from lessons.charts.sweep import Sweep
from lessons.quantity import Quantity

LOOK_EVERY = 0.3  # seconds, while something is under way
WAITING, DRAWN = "labs that wait", "lab being drawn"
HANDED, WHOLE, AGAIN = "handed on by labs", "the whole page runs", "others must be drawn again"
WORKINGS = ("formulas", "code", "numbers", "export")  # the closed parts of a page that show numbers of its labs
Figure = Chart | Sweep | Surface
Drawn = tuple[Sequence[Figure], Mapping[str, Quantity]]
Value = TypeVar("Value")
Lab = Callable[[], Drawn | None]


def lab(draw: Lab) -> Lab:
    """Decorates a function that draws an interactive part of a page, and draws it: only that part runs again when its
    knobs move, or while its work is under way. The figures and numbers it gives, if it does, are there for other
    parts."""
    waiting: dict[str, bool] = st.session_state.setdefault(WAITING, {})
    name = f"{draw.__module__}.{draw.__qualname__}"
    watching = waiting.get(name, False)

    @st.fragment(run_every=LOOK_EVERY if watching else None)
    def body() -> None:
        waiting[name] = False
        st.session_state[DRAWN] = name
        if (drawn := draw()) is not None:
            _keep(draw, *drawn)
        others = st.session_state.pop(AGAIN, False) and not st.session_state[WHOLE]  # else their turn comes anyway
        if waiting[name] != watching or others:
            st.empty()  # a click that waits goes first: taken together with what follows, it would lose its page
            st.rerun()  # only a run of the whole page can start or stop the clock, or draw another lab

    st.session_state[WHOLE] = True
    try:
        body()
    finally:
        st.session_state[WHOLE] = False
    return draw


def collected(*labs: Lab) -> Drawn:
    """The figures and numbers of these labs, as they were last drawn."""
    figures = [figure for draw in labs for figure in handed(f"{draw.__name__}, figures")]
    return figures, {name: q for draw in labs for name, q in handed(f"{draw.__name__}, numbers").items()}


def hand_on(name: str, value: Value, wanted: bool = True) -> Value:
    """Hand a value to labs further down the page. If it has changed, and is `wanted` there, they are drawn again, after
    this one: what a knob moves is on the screen first. Gives the value."""
    handed_on = st.session_state.setdefault(HANDED, {})
    if wanted and name in handed_on and handed_on[name] != value:
        st.session_state[AGAIN] = True
    handed_on[name] = value
    return value


def handed(name: str) -> Any:
    """What another lab has handed on under this name."""
    return st.session_state[HANDED][name]


def draw_again() -> NoReturn:
    """Begin anew to draw the lab being drawn, or the page, where all of it runs: Streamlit allows no other."""
    st.rerun(scope="app" if st.session_state[WHOLE] else "fragment")


def wait_for_it() -> None:
    """Tell the lab being drawn that something it shows is not final."""
    st.session_state[WAITING][st.session_state[DRAWN]] = True


def _keep(draw: Lab, figures: Sequence[Figure], quantities: Mapping[str, Quantity]) -> None:
    looked_at = any(st.session_state.get(f"drawer_{name}") for name in WORKINGS)
    hand_on(f"{draw.__name__}, numbers", quantities, wanted=looked_at)
    hand_on(f"{draw.__name__}, figures", figures, wanted=False)
