"""A conversation with a language model, streamed."""

from typing import NamedTuple

import streamlit as st

from lessons.experiment import Experiment
from lessons.jobs import language
from lessons.jobs.events import GeneratedText
from lessons.language.chat import conversation
from lessons.quantity import counted
from lessons.text import sections
from lessons.ui.state.drawing import wait_for
from lessons.ui.state.lab import draw_again
from lessons.ui.work.ask_button import progress, stop, ticket_for
from lessons.ui.work.generated_text import text_of
from lessons.ui.work.results import failed
from lessons.ui.work.training_panel import STOP

WORDS = sections("language-model")
TURNS, PLACE = "conversation", "talk"
ANSWER_TOKENS = 160  # tokens of an answer
LONGEST = 1_000  # characters of a question
LEFT = 8  # turns that a model is told again


class Turn(NamedTuple):
    """What was said, and by whom; `note`: which model said it, and how long it is."""

    role: str
    text: str
    note: str = ""


def talk(model: Experiment, name: str, temperature: float, seed: int) -> None:
    """The conversation so far, the answer being written, and a line to ask on. `name`: of the model as it is shrunk."""
    turns: list[Turn] = st.session_state.setdefault(TURNS, [])
    with st.container(border=True, key="talk"):
        for turn in turns:
            with st.chat_message(turn.role):
                st.text(turn.text)
                if turn.note:
                    st.caption(turn.note)
        busy = bool(turns) and turns[-1].role == "user"
        if busy:
            with st.chat_message("assistant"):
                _answer(turns, model, name, temperature, seed)
        st.chat_input(WORDS["ask"], key="question", max_chars=LONGEST, on_submit=_ask, args=(turns,), disabled=busy)
        if turns:
            st.button(WORDS["forget"], on_click=_forget)


def _answer(turns: list[Turn], model: Experiment, name: str, temperature: float, seed: int) -> None:
    told = conversation([(turn.role, turn.text) for turn in turns[-LEFT:]])
    ticket = ticket_for(
        PLACE, WORDS["answer"], language.telling, model, told, ANSWER_TOKENS, temperature, seed, large=False
    )
    if failed([ticket], WORDS["no answer"]):
        return
    text = text_of(ticket)
    if ticket.ended:
        said = ticket.result
        if isinstance(said, GeneratedText):
            length = WORDS["answer: cut"] if said.pieces == ANSWER_TOKENS else WORDS["answer: length"]
            note = length.format(name=name, tokens=counted(said.pieces, "token"))
            turns.append(Turn("assistant", said.text.strip() or WORDS["answer: empty"], note))
        draw_again()
    wait_for([ticket])
    if text:
        st.text(text)
        st.button(WORDS["stop"], icon=STOP, on_click=_stop, args=(turns, text, name), key="stop talking")
    else:
        progress(PLACE, ticket, WORDS["thinking"])


def _ask(turns: list[Turn]) -> None:
    asked = (st.session_state.get("question") or "").strip()[:LONGEST]  # which only the browser sees to
    if asked and not (turns and turns[-1].role == "user"):
        turns.append(Turn("user", asked))


def _stop(turns: list[Turn], so_far: str, name: str) -> None:
    stop(PLACE)
    turns.append(Turn("assistant", so_far, WORDS("answer: stopped", name=name)))


def _forget() -> None:
    stop(PLACE)
    st.session_state[TURNS] = []
