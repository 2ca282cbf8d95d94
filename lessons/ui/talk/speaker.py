"""The speaker window: what the audience does not see."""

import streamlit as st

from lessons.talk import Talk
from lessons.talk_handout import clock
from lessons.text import sections
from lessons.ui.layout.plain import plain

WORDS = sections("talk")


def speaker_window(talk: Talk, number: int) -> None:
    """The words of a state, which counts from 1, and what the audience sees next."""
    state = talk.states[number - 1]
    st.markdown(f"### {number}. {plain(state.sees)}")
    st.markdown(plain(state.says))
    st.caption(WORDS("planned", time=clock(state.seconds)))
    if number < len(talk.states):
        following = talk.states[number]
        st.markdown(WORDS("comes next", sees=plain(following.sees)))
