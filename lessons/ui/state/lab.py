"""The interactive parts of a page: each is drawn again by itself, and hands on to others what they need of it."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons.charts.chart import Chart
from lessons.charts.surface import Surface
from lessons.charts.sweep import Sweep
from lessons.jobs.ticket import Ticket
from lessons.quantity import Quantity
from lessons.ui import browser
from lessons.ui.state.visit import visitor

LOOK_EVERY = 0.3  # seconds, while something is under way
PAUSE = 10  # what is not urgent is drawn after so many times the seconds that drawing takes,
LONGEST_PAUSE = 3.0  # or after so many seconds: those that wait move up
DRAWN, WATCHED = "lab being drawn", "labs whose jobs are watched"
HANDED, WHOLE, AGAIN = "handed on by labs", "the whole page runs", "others must be drawn again"
WORKINGS = ("formulas", "code", "numbers", "export")  # the closed parts of a page that show numbers of its labs
Figure = Chart | Sweep | Surface
Drawn = tuple[Sequence[Figure], Mapping[str, Quantity]]
Value = TypeVar("Value")
Lab = Callable[[], Drawn | None]


@dataclass
class Drawing:
    """One drawing of a lab: when it began and how long it took, in seconds, and the jobs that had not ended then, with
    how much each had told."""

    began: float = field(default_factory=time.monotonic)
    took: float = 0.0
    told: dict[Ticket, int] = field(default_factory=dict)

    @property
    def is_old(self) -> bool:
        """Whether to draw again: at once for what a reader waits for, else for what else is new, after a pause."""
        if all(ticket.ended for ticket in self.told) or any(ticket.ended and ticket.urgent for ticket in self.told):
            return True
        new = any(ticket.ended or len(ticket.events) > events for ticket, events in self.told.items())
        return time.monotonic() - self.began > (min(PAUSE * self.took, LONGEST_PAUSE) if new else LONGEST_PAUSE)


def lab(draw: Lab) -> Lab:
    """Decorates a function that draws an interactive part of a page, and draws it: only that part runs again when its
    knobs move, or when the jobs it waits for have more to show. The figures and numbers it gives, if it does, are there
    for other parts."""
    name = f"{draw.__module__}.{draw.__qualname__}".replace("__", "")  # which a component may not have in its key

    @st.fragment
    def body() -> None:
        watched = name in st.session_state.setdefault(WATCHED, set())
        # before all else, so that they stay where they are
        listens, looks = (st.container(key=f"look_{at}_{name}") for at in ("listens", "looks"))
        drawing = st.session_state[DRAWN] = Drawing()
        if (drawn := draw()) is not None:
            _keep(draw, *drawn)
        drawing.took = time.monotonic() - drawing.began
        st.session_state[WATCHED] = st.session_state[WATCHED] - {name} | ({name} if drawing.told else set())
        others = st.session_state.pop(AGAIN, False) or watched and not drawing.told  # what is done may show there, too
        if drawing.told:
            _watch(name, drawing, listens, looks)
        if others and not st.session_state[WHOLE]:  # else their turn comes anyway
            st.empty()  # a click that waits goes first: taken together with what follows, it would lose its page
            st.rerun()

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


def wait_for(under_way: Iterable[Ticket]) -> None:
    """Have the lab that is being drawn drawn again when these jobs, which had not ended so far, have more to show."""
    drawing: Drawing = st.session_state[DRAWN]
    drawing.told |= {ticket: len(ticket.events) for ticket in under_way}


def _watch(name: str, drawing: Drawing, listens: DeltaGenerator, looks: DeltaGenerator) -> None:
    """Look every now and then, which costs next to nothing, whether a lab's drawing is old, and let its jobs know that
    somebody watches. No fragment can run another: so the browser calls the lab. What `listens` for the call and what
    `looks` have a place each: a look may come late, when a new drawing has emptied both, and what a browser is told to
    draw behind nothing leaves the page white (Streamlit 1.67)."""

    @st.fragment(run_every=LOOK_EVERY)
    def look() -> None:
        for ticket in drawing.told:
            if visitor() in ticket.readers:
                ticket.seen(visitor())
        if drawing.is_old:
            browser.call(key=f"now_{name}", data={"lab": name, "now": time.monotonic()})

    with listens:
        browser.call(key=f"call_{name}", data={"lab": name})
    with looks:
        look()


def _keep(draw: Lab, figures: Sequence[Figure], quantities: Mapping[str, Quantity]) -> None:
    looked_at = any(st.session_state.get(f"drawer_{name}") for name in WORKINGS)
    hand_on(f"{draw.__name__}, numbers", quantities, wanted=looked_at)
    hand_on(f"{draw.__name__}, figures", figures, wanted=False)
