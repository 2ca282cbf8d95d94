"""The interactive parts of a page: each is drawn again by itself, and hands on to others what they need of it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
DRAWERS, DRAWER = "drawers", "drawer_"  # the keys of the closed parts of a page: of all, and how those of each begin
WORKINGS = ("formulas", "code", "numbers", "export")  # those that show numbers of the page's labs
Figure = Chart | Sweep | Surface
Drawn = tuple[Sequence[Figure], Mapping[str, Quantity]]
Value = TypeVar("Value")
Lab = Callable[[], Drawn | None]


@dataclass
class Drawing:
    """One drawing of a lab, or of a part of it: the name of the lab, its own, when it began and how long it took, in
    seconds, the jobs that had not ended then, with how much each had told, and those that failed."""

    lab: str = ""
    name: str = ""
    began: float = field(default_factory=time.monotonic)
    took: float = 0.0
    told: dict[Ticket, int] = field(default_factory=dict)
    failed: dict[str, list[Ticket]] = field(default_factory=dict)  # by what was said of them

    @property
    def is_old(self) -> bool:
        """Whether to draw again: at once for what a reader waits for, else for what else is new, after a pause."""
        if all(ticket.ended for ticket in self.told) or any(ticket.ended and ticket.urgent for ticket in self.told):
            return True
        new = any(ticket.ended or len(ticket.events) > events for ticket, events in self.told.items())
        return time.monotonic() - self.began > (min(PAUSE * self.took, LONGEST_PAUSE) if new else LONGEST_PAUSE)


def lab(draw: Lab, key: str | None = None) -> Lab:
    """Decorates a function that draws an interactive part of a page, and draws it: only that part runs again when its
    knobs move, or when the jobs it waits for have more to show. The figures and numbers it gives, if it does, are there
    for other parts. With a `key` it is a part of the lab being drawn, if one is: what it gives is that one's."""
    name = (key or f"{draw.__module__}.{draw.__qualname__}").replace("__", "")  # which no component has in its key
    around: Drawing | None = st.session_state.get(DRAWN) if key else None
    kept_as = around.lab if around else draw.__name__

    @st.fragment(key=key)
    def body() -> None:
        watched = name in st.session_state.setdefault(WATCHED, set())
        # before all else, so that they stay where they are
        listens, looks = (st.container(key=f"look_{at}_{name}") for at in ("listens", "looks"))
        drawing = Drawing(kept_as, name)
        with _being_drawn(drawing):
            if (drawn := draw()) is not None:
                _keep(kept_as, *drawn, wanted=key is None)
        drawing.took = time.monotonic() - drawing.began
        st.session_state[WATCHED] = st.session_state[WATCHED] - {name} | ({name} if drawing.told else set())
        done = watched and not drawing.told
        others = (
            st.session_state.pop(AGAIN, False) or done and (key is None or drawers_open())
        )  # it may show there, too
        if drawing.told:
            _watch(name, drawing, listens, looks)
        if others and not st.session_state[WHOLE]:  # else their turn comes anyway
            st.empty()  # a click that waits goes first: taken together with what follows, it would lose its page
            st.rerun()

    whole = st.session_state.get(WHOLE, False)
    st.session_state[WHOLE] = whole or around is None
    try:
        body()
    finally:
        st.session_state[WHOLE] = whole
    return draw


@contextmanager
def _being_drawn(drawing: Drawing) -> Iterator[None]:
    """Meanwhile this is the drawing under way; afterwards what it is a part of, if anything."""
    around, st.session_state[DRAWN] = st.session_state.get(DRAWN), drawing
    try:
        yield
    finally:
        st.session_state[DRAWN] = around


def drawers_open() -> bool:
    """Whether a reader has opened one of the closed parts of a page."""
    return any(is_open for key, is_open in st.session_state.items() if str(key).startswith(DRAWER))


def collected(*labs: Lab) -> Drawn:
    """The figures and numbers of these labs, as they were last drawn; of those that had none yet, nothing."""
    figures = [figure for draw in labs for figure in figures_of(draw.__name__)]
    numbers = [_last(f"{draw.__name__}, numbers", {}) for draw in labs]
    return figures, {name: quantity for found in numbers for name, quantity in found.items()}


def figures_of(lab: str) -> Sequence[Figure]:
    """The figures of the lab of this name, as it was last drawn."""
    return _last(f"{lab}, figures", [])


def _last(name: str, before: Value) -> Value:
    """What a lab has handed on; `before` it has, something else."""
    return st.session_state.get(HANDED, {}).get(name, before)


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


def note_failed(what: str, tickets: Iterable[Ticket]) -> tuple[list[Ticket], str]:
    """All jobs that failed in this drawing of which the same is said, to which some come now; and a key for what is
    said, none where that was before."""
    drawing: Drawing = st.session_state[DRAWN]
    key = "" if what in drawing.failed else f"{drawing.name}: {what}"
    noted = drawing.failed.setdefault(what, [])
    noted.extend(tickets)
    return noted, key


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


def _keep(name: str, figures: Sequence[Figure], quantities: Mapping[str, Quantity], wanted: bool) -> None:
    looked_at = any(st.session_state.get(f"{DRAWER}{part}") for part in WORKINGS)
    hand_on(f"{name}, numbers", quantities, wanted=wanted and looked_at)
    hand_on(f"{name}, figures", figures, wanted=False)
