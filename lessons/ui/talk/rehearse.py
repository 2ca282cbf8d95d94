"""Rehearsal: what a talk needs is there before it is given."""

import streamlit as st

from lessons.talk import Talk
from lessons.text import sections

WORDS = sections("talk")


def rehearse(talk: Talk) -> None:
    """Say how a speaker rehearses."""
    st.caption(WORDS("rehearse", states=len(talk.states)))
