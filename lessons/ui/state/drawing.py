"""One drawing of a part of a page: the jobs it waits for, and those that failed in it."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

from lessons.jobs.ticket import Ticket
from lessons.ui.state.fallback import say_who_works

PAUSE = 10  # what is not urgent is drawn after so many times the seconds that drawing takes,
LONGEST_PAUSE = 3.0  # or after so many seconds: those that wait move up
DRAWN = "lab being drawn"
Found = TypeVar("Found")


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


@contextmanager
def being_drawn(drawing: Drawing) -> Iterator[None]:
    """Meanwhile this is the drawing under way; afterwards what it is a part of, if anything."""
    around, st.session_state[DRAWN] = under_way(), drawing
    try:
        yield
    finally:
        drawing.took = time.monotonic() - drawing.began
        st.session_state[DRAWN] = around


def in_callback(ask: Callable[[], Found]) -> Found:
    """What a function gives that looks at jobs, in a callback, where nothing is drawn that could wait for them."""
    with being_drawn(Drawing()):
        return ask()


def under_way() -> Drawing | None:
    """The drawing under way; None where a page draws what belongs to no lab."""
    return st.session_state.get(DRAWN)


def wait_for(jobs: Iterable[Ticket]) -> None:
    """Have the lab that is being drawn drawn again when these jobs, which had not ended so far, have more to show."""
    say_who_works()
    drawing: Drawing = st.session_state[DRAWN]
    drawing.told |= {ticket: len(ticket.events) for ticket in jobs}


def note_failed(what: str, tickets: Iterable[Ticket]) -> tuple[list[Ticket], str]:
    """All jobs that failed in this drawing of which the same is said, to which some come now; and a key for what is
    said, none where that was before."""
    drawing: Drawing = st.session_state[DRAWN]
    key = "" if what in drawing.failed else f"{drawing.name}: {what}"
    noted = drawing.failed.setdefault(what, [])
    noted.extend(tickets)
    return noted, key
