"""A conversation with a language model, streamed."""

from typing import NamedTuple

import streamlit as st

from lessons.experiment import Experiment
from lessons.jobs import language
from lessons.jobs.events import GeneratedText
from lessons.language.chat import conversation
from lessons.quantity import counted
from lessons.ui.state.drawing import wait_for
from lessons.ui.state.lab import draw_again
from lessons.ui.work.ask_button import progress, stop, ticket_for
from lessons.ui.work.generated_text import text_of
from lessons.ui.work.results import failed
from lessons.ui.work.training_panel import STOP

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
        st.chat_input(
            "Ask it something", key="question", max_chars=LONGEST, on_submit=_ask, args=(turns,), disabled=busy
        )
        if turns:
            st.button("Forget the conversation", on_click=_forget)


def _answer(turns: list[Turn], model: Experiment, name: str, temperature: float, seed: int) -> None:
    told = conversation([(turn.role, turn.text) for turn in turns[-LEFT:]])
    ticket = ticket_for(PLACE, "Answer", language.telling, model, told, ANSWER_TOKENS, temperature, seed, large=False)
    if failed([ticket], "There is no answer"):
        return
    text = text_of(ticket)
    if ticket.ended:
        said = ticket.result
        if isinstance(said, GeneratedText):
            cut = ", cut there" if said.pieces == ANSWER_TOKENS else ""
            note = f"{name}: {counted(said.pieces, 'token')}{cut}"
            turns.append(Turn("assistant", said.text.strip() or "(it said nothing)", note))
        draw_again()
    wait_for([ticket])
    if text:
        st.text(text)
        st.button("Stop", icon=STOP, on_click=_stop, args=(turns, text, name), key="stop talking")
    else:
        progress(PLACE, ticket, "Thinking")


def _ask(turns: list[Turn]) -> None:
    asked = (st.session_state.get("question") or "").strip()
    if asked and not (turns and turns[-1].role == "user"):
        turns.append(Turn("user", asked))


def _stop(turns: list[Turn], so_far: str, name: str) -> None:
    stop(PLACE)
    turns.append(Turn("assistant", so_far, f"{name}: stopped"))


def _forget() -> None:
    stop(PLACE)
    st.session_state[TURNS] = []
