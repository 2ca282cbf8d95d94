"""What a language model writes, while it is being written."""

import html

import streamlit as st

from lessons.experiment import Experiment
from lessons.jobs import ask, language
from lessons.jobs.events import GeneratedText, Piece
from lessons.jobs.ticket import Ticket
from lessons.quantity import counted
from lessons.text import sections
from lessons.ui.layout.figures import badge
from lessons.ui.state.drawing import wait_for
from lessons.ui.work.ask_button import progress, ticket_for
from lessons.ui.work.results import failed

WORDS = sections("house")


def written(
    place: str, model: Experiment, begin: str, settings: tuple[int, float, int], large: bool
) -> GeneratedText | None:
    """What a model writes after a text that has begun, while it is being written; `settings`: most tokens, temperature,
    seed. Gives it once all of it is there. How long it took does not show: the one that wrote first has warmed up the
    machine."""
    if isinstance(kept := ask.instead(language.telling, model, begin, *settings), GeneratedText):
        box(begin, kept.text)
        st.caption(f"{counted(kept.pieces, 'token')} {badge('recorded')}")
        return kept
    ticket = ticket_for(place, WORDS["write"], language.telling, model, begin, *settings, large=large)
    if ticket is None or failed([ticket], WORDS["write failed"]):
        return None
    if not ticket.ended and not text_of(ticket):
        progress(place, ticket, WORDS["making the model"] if large else "")
        return None
    box(begin, text_of(ticket))
    if not ticket.ended:
        wait_for([ticket])
        return None
    said = ticket.result
    if isinstance(said, GeneratedText):
        st.caption(counted(said.pieces, "token"))
        return said
    return None


def box(begin: str, text: str) -> None:
    """What was given and what a model wrote after it."""
    safe = [html.escape(part).replace("\n", "<br>") for part in (begin, text)]
    st.html(f"<p class='written-text'><span class='given'>{safe[0]}</span>{safe[1]}</p>")


def text_of(ticket: Ticket) -> str:
    """What has been written so far."""
    return "".join(event.text for event in ticket.events if isinstance(event, Piece))
