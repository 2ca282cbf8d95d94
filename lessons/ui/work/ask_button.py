"""Questions about language models: with a large one only when a button is pressed; watched; left."""

from typing import Any

import streamlit as st

from lessons.jobs import ask, language
from lessons.jobs.ticket import Ticket
from lessons.text import sections
from lessons.ui.state.drawing import wait_for
from lessons.ui.state.visit import visitor
from lessons.ui.work.progress import ahead, left, share
from lessons.ui.work.results import failed
from lessons.ui.work.training_panel import PLAY, STOP

WORDS = sections("house")
WANTED, WATCHED = "asked of large models", "watched questions"  # by place on the page
TYPED = (
    language.looking_inside,
    language.comparing,
)  # answers about a reader's own words: large, and rarely wanted twice


def asked(place: str, label: str, job: ask.Work, *arguments: Any, large: bool) -> Any:
    """The result of a question to the resident, None until it is there: how far it is, and Stop, stand in its place.
    With a large model a button with this label stands there first, unless somebody has asked before. Of a model that
    was not trained here it is what was recorded."""
    if (kept := ask.instead(job, *arguments)) is not None:
        return kept
    ticket = ticket_for(place, label, job, *arguments, large=large)
    if ticket is None or failed([ticket], WORDS("failed", what=label)):
        return None
    if ticket.ended:
        return ticket.result
    progress(place, ticket, label if large else "")
    return None


def ticket_for(place: str, label: str, job: ask.Work, *arguments: Any, large: bool) -> Ticket | None:
    """The ticket of a question at a place on a page; this visit leaves the one it watched there before."""
    key = (job, *arguments)
    wanted = not large or st.session_state.setdefault(WANTED, {}).get(place) == key
    if not wanted and ask.writer_before(*key) is None:
        watch(place)
        st.button(label, icon=PLAY, on_click=_want, args=(place, key), key=f"ask {place}")
        return None
    ticket = ask.writer(job, *arguments, payer=visitor(), reader=visitor())
    watch(place, ticket)
    return ticket


def progress(place: str, ticket: Ticket, label: str) -> None:
    """How far a question is that is being answered, with a way to stop it where there is a `label`."""
    wait_for([ticket])
    if not label:
        st.caption(WORDS["measuring"])
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        before = ahead(ticket)
        done = share(ticket)
        st.progress(done, f"{label} …{f' ({before})' if before else left(done, ticket.began)}")
        st.button(WORDS["stop"], icon=STOP, on_click=stop, args=(place,), key=f"stop {place}")


def _want(place: str, key: tuple) -> None:
    st.session_state[WANTED][place] = key


def stop(place: str) -> None:
    """Leave the question asked at a place. For callbacks."""
    st.session_state[WANTED].pop(place, None)
    watch(place)


def watch(place: str, *tickets: Ticket) -> None:
    """What this visit looks at in a place on a page from now on; what it looked at there before, and nowhere else, it
    leaves."""
    watched: dict[str, tuple[Ticket, ...]] = st.session_state.setdefault(WATCHED, {})
    before, watched[place] = watched.get(place, ()), tickets
    still = {id(ticket) for each in watched.values() for ticket in each}
    for ticket in before:
        if id(ticket) in still:
            continue
        if not ticket.ended:
            ticket.pool.leave(ticket, visitor())
        elif ticket.job.function in TYPED:
            ticket.pool.forget(ticket)
