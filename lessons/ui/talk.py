"""A conversation with a language model, streamed."""

import streamlit as st

from lessons.experiment import Experiment
from lessons.jobs.events import Said
from lessons.language.chat import conversation
from lessons.ui.asking import progress, stop, ticket_for
from lessons.ui.lab import wait_for_it
from lessons.ui.runs import STOP
from lessons.ui.words import text_of
from lessons.ui.work import failed

TURNS, RATE, PLACE = "conversation", "how fast the last answer was", "talk"
MOST = 160  # tokens of an answer
LONGEST = 1_000  # characters of a question
LEFT = 8  # turns that a model is told again


def talk(model: Experiment, temperature: float, seed: int) -> None:
    """The conversation so far, the answer being written, and a line to ask on."""
    turns: list[tuple[str, str]] = st.session_state.setdefault(TURNS, [])
    with st.container(border=True, key="talk"):
        for role, text in turns:
            with st.chat_message(role):
                st.text(text)
        if turns and turns[-1][0] == "user":
            with st.chat_message("assistant"):
                _answer(turns, model, temperature, seed)
        elif rate := st.session_state.get(RATE):
            st.caption(rate)
        busy = bool(turns) and turns[-1][0] == "user"
        st.chat_input(
            "Ask it something", key="question", max_chars=LONGEST, on_submit=_ask, args=(turns,), disabled=busy
        )
        if turns:
            st.button("Forget the conversation", on_click=_forget)


def _answer(turns: list[tuple[str, str]], model: Experiment, temperature: float, seed: int) -> None:
    told = conversation(turns[-LEFT:])
    ticket = ticket_for(PLACE, "Answer", "telling", model, told, MOST, temperature, seed, large=False)
    if failed([ticket], "There is no answer"):
        return
    text = text_of(ticket)
    if ticket.ended:
        said = ticket.result
        if isinstance(said, Said):
            rate = said.pieces / max(said.seconds, 1e-9)
            st.session_state[RATE] = f"{said.pieces} tokens in {said.seconds:.2f} s: {rate:,.0f} a second"
            turns.append(("assistant", said.text.strip() or "(it said nothing)"))
        st.rerun(scope="fragment")
    wait_for_it()
    if text:
        st.text(text)
        st.button("Stop", icon=STOP, on_click=_stop, args=(turns, text), key="stop talking")
    else:
        progress(PLACE, ticket, "Thinking")


def _ask(turns: list[tuple[str, str]]) -> None:
    asked = (st.session_state.get("question") or "").strip()
    if asked and not (turns and turns[-1][0] == "user"):
        turns.append(("user", asked))


def _stop(turns: list[tuple[str, str]], so_far: str) -> None:
    stop(PLACE)
    turns.append(("assistant", so_far))
    st.session_state.pop(RATE, None)


def _forget() -> None:
    stop(PLACE)
    st.session_state[TURNS] = []
    st.session_state.pop(RATE, None)
