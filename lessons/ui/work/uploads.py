"""What a visitor has brought, read once by a process of its own (`jobs/limited.py`)."""

from collections.abc import Callable, Hashable

import streamlit as st

from lessons.jobs.ticket import Ticket
from lessons.text import sections
from lessons.ui.state.drawing import wait_for

WORDS = sections("house")
BROUGHT = "what was brought"  # by place: what it is, and its ticket


def read_once(place: str, what: Hashable, ask: Callable[[], Ticket]) -> Ticket:
    """The ticket for reading what was brought at a place of a page, asked for where there is none of it yet. While it
    is read, a line says so, and the lab being drawn waits for it."""
    held: dict[str, tuple[Hashable, Ticket]] = st.session_state.setdefault(BROUGHT, {})
    if place not in held or held[place][0] != what:
        held[place] = what, ask()
    ticket = held[place][1]
    if not ticket.ended:
        wait_for([ticket])
        st.caption(WORDS["checking"])
    return ticket


def forget(place: str) -> None:
    """Nothing is brought at a place any more."""
    st.session_state.setdefault(BROUGHT, {}).pop(place, None)
