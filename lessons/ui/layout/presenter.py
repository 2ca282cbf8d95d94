"""On a stage: `present=1` hides the prose and the sidebar, and one lab fills the screen."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons.text import sections
from lessons.ui import browser
from lessons.ui.state import presets, talk_run, url_write
from lessons.ui.state.knob import short
from lessons.ui.state.rerun import rerun
from lessons.ui.state.stage import ON, presenting

WORDS = sections("house")
OF_KEYS = sections("stage")
PARAMETER, SWITCH = "present", "present switch"
ASKING = "the room is asked"
UNREACHED = "why the class of a stage is not asked"
KEYS = {
    "next": OF_KEYS["key: next"],
    "previous": OF_KEYS["key: previous"],
    "again": OF_KEYS["key: again"],
    "overview": OF_KEYS["key: overview"],
    "blank": OF_KEYS["key: blank"],
    "timer": OF_KEYS["key: timer"],
    "knobs": OF_KEYS["key: knobs"],
    "room": OF_KEYS["key: room"],
    "qr": OF_KEYS["key: qr"],
    "help": OF_KEYS["key: help"],
    "reset": OF_KEYS["reset the timer"],
}
WRITTEN = "present, as last written in the address"


def toggle() -> bool:
    """The switch in the sidebar, which is what the address says; whether it is on."""
    state = st.session_state
    if st.query_params.get(PARAMETER) == "1" and not state.get(WRITTEN):
        state[ON] = True
    state[SWITCH] = state.setdefault(ON, False)
    st.sidebar.toggle(
        WORDS["present"],
        key=SWITCH,
        on_change=lambda: state.update({ON: state[SWITCH]}),
        help=WORDS["present: help"],
    )
    state[WRITTEN] = state[ON]
    if state[ON] or st.query_params.get(PARAMETER) == "1":
        url_write.write(PARAMETER, "1" if state[ON] else None)
    return state[ON]


def keys() -> None:
    """Have the browser listen to the keys of a stage, where this is one."""
    with st.container(key="look_keys"):
        if presenting():
            data = {"words": KEYS, "talk": talk_run.as_data()}
            browser.stage(key=presets.KEYS, data=data, on_steps_change=presets.step, on_to_change=talk_run.go)


def in_bold(text: str) -> str:
    """What a stage has of a text that begins in bold: that."""
    return text[: text.find("**", 2) + 2]


def asking() -> bool:
    """Whether a speaker asks the room: the first picture and the question are on the stage, and nothing that answers
    it."""
    return presenting() and st.session_state.get(ASKING, False)


def reveal(act: Callable[..., None], *arguments: Any) -> None:
    """Draw the way from the question to the answer, on a stage; `act`: what happens then."""
    if asking():
        look = {"icon": ":material/visibility:", "type": "primary", "key": "present_reveal"}
        st.button(WORDS["reveal"], on_click=act, args=arguments, **look)


def bar(
    title: str, question: str, go: Callable[..., None], arguments: tuple[Any, ...], asks: bool = False
) -> DeltaGenerator:
    """The head of a page on a stage, which `asks` the room where it has a question; gives the place in it for what
    waits behind a button.

    The stage's script takes keys and clicks on its buttons: as steps (presets.step), and to show the other knobs.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="present_bar"):
        st.markdown(f"**{title}** · {question}", width="stretch")
        place = st.container(horizontal=True, width="content")
        if run := talk_run.under_way():
            st.markdown(OF_KEYS("place", at=run.at, states=len(run.talk.states)), width="content")
        if asks and not asking():
            st.button(WORDS["ask the room"], icon=":material/help:", key="present_ask", on_click=ask, args=(True,))
        for name, icon, way in (("previous", "arrow_back", -1), ("next", "arrow_forward", 1)):
            st.button(
                WORDS[f"step: {name}"],
                icon=f":material/{icon}:",
                key=f"present_{name}",
                on_click=go,
                args=(way, *arguments),
            )
        st.button(WORDS["more knobs"], icon=":material/tune:", key="present_knobs")
        st.button(WORDS["leave"], icon=":material/close:", key="present_leave", on_click=_leave)
    return place


def complaints(values: Sequence[str]) -> list[str]:
    """What a reader should know of a link that neither presents nor leaves it."""
    return [WORDS("only 1", name=PARAMETER, value=short(value)) for value in values if value != "1"]


def ask(begin: bool) -> None:
    """Ask the room, or do so no more."""
    st.session_state[ASKING] = begin
    st.session_state.pop(UNREACHED, None)


def show_lab() -> None:
    """Callback: ask the room no more, and have the whole page drawn: what is asked about may have a knob of its own, in
    another part of the page than the lab."""
    ask(False)
    rerun()


def _leave() -> None:
    st.session_state.update({ON: False, ASKING: False})
