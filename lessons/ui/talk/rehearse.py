"""Rehearsal: what a talk needs is there before it is given."""

import streamlit as st

from lessons.talk import Talk
from lessons.text import sections
from lessons.ui import browser

WORDS = sections("talk")


def rehearse(talk: Talk) -> None:
    """Draw the way to have the browser go through a talk once, and what it finds."""
    st.caption(WORDS("rehearse", states=len(talk.states)))
    states = [{"sees": state.sees, "link": f".{talk.link(at)}"} for at, state in enumerate(talk.states, 1)]
    browser.rehearsal(key="rehearsal", data={"name": talk.name, "states": states, "words": _words()})


def _words() -> dict[str, str]:
    """`#`: where the browser puts numbers."""
    return {
        "begin": WORDS["rehearse: begin"],
        "stop": WORDS["rehearse: stop"],
        "view": WORDS["rehearse: view"],
        "progress": WORDS("rehearse: progress", at="#", states="#"),
        "ready": WORDS("rehearse: ready", ready="#", states="#"),
        "stopped": WORDS("rehearse: stopped", ready="#", states="#"),
        "took": WORDS("rehearse: took", seconds="#"),
        "late": WORDS("rehearse: late", seconds="#"),
    }
