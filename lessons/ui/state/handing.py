"""What the labs of a page hand on to each other, and which are drawn again when it has changed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from lessons.charts.chart import Chart
from lessons.charts.surface import Surface
from lessons.charts.sweep import Sweep
from lessons.quantity import Quantity
from lessons.ui.state.drawing import under_way

HANDED, READERS = "handed on by labs", "labs that were handed something"  # by its name
FOLLOWING = "parts that follow sliders"
OLD = "what must be drawn again"  # labs, and PAGE
PAGE = ""  # in place of a lab's name: what belongs to no lab
Figure = Chart | Sweep | Surface
Drawn = tuple[Sequence[Figure], Mapping[str, Quantity]]
Value = TypeVar("Value")
Lab = Callable[[], Drawn | None]


def hand_on(name: str, value: Value) -> Value:
    """Hand a value to labs further down the page. If it has changed, those that were handed it before are drawn again,
    after this one: what a knob moves is on the screen first. Gives the value."""
    handed_on = st.session_state.setdefault(HANDED, {})
    if name in handed_on and handed_on[name] != value:
        is_old(*st.session_state.get(READERS, {}).get(name, ()))
    handed_on[name] = value
    return value


def handed(name: str) -> Any:
    """What another lab has handed on under this name."""
    _note_reader(name)
    return st.session_state[HANDED][name]


def keep(lab: str, figures: Sequence[Figure], quantities: Mapping[str, Quantity], are_new: bool = True) -> None:
    """Hand on the figures and numbers of a lab; where numbers are the same, so are figures. Unless they `are_new` to
    those that show them, nothing is drawn again."""
    if are_new:
        hand_on(f"{lab}, numbers", quantities)
    handed_on = st.session_state.setdefault(HANDED, {})
    handed_on |= {f"{lab}, numbers": quantities, f"{lab}, figures": figures}


def collected(*labs: Lab) -> Drawn:
    """The figures and numbers of these labs, as they were last drawn; of those that had none yet, nothing."""
    figures = [figure for draw in labs for figure in figures_of(draw.__name__)]
    numbers = [_last(f"{draw.__name__}, numbers", {}) for draw in labs]
    return figures, {name: quantity for found in numbers for name, quantity in found.items()}


def figures_of(lab: str) -> Sequence[Figure]:
    """The figures of the lab of this name, as it was last drawn."""
    return _last(f"{lab}, figures", [])


def is_old(*labs: str) -> None:
    """Have these labs drawn again, after the one being drawn."""
    st.session_state.setdefault(OLD, {}).update(dict.fromkeys(labs))


def forget_readers() -> None:
    """The page is drawn anew, and all that is on it."""
    for name in (READERS, OLD, FOLLOWING):
        st.session_state.pop(name, None)


def _last(name: str, before: Value) -> Value:
    """What a lab has handed on; `before` it has, something else."""
    _note_reader(name)
    return st.session_state.get(HANDED, {}).get(name, before)


def _note_reader(name: str) -> None:
    drawing = under_way()
    readers = st.session_state.setdefault(READERS, {}).setdefault(name, {})
    readers[drawing.name if drawing else PAGE] = None
