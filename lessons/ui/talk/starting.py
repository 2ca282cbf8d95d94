"""The ways from the page to the stage and to the speaker window."""

from urllib.parse import urlencode

import streamlit as st

from lessons.catalog import HOME, LESSONS
from lessons.talk import Talk
from lessons.text import sections
from lessons.ui.layout.cite import address

WORDS = sections("talk")
SCRIPTS = {lesson.path: lesson.script for lesson in (HOME, *LESSONS)}
SPEAKER, AT = "speaker", "at"  # parameters of the page's address


def start(talk: Talk) -> None:
    """Draw them: the stage in this window, the speaker window in another one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="content", key="start_stage"):
            st.page_link(
                SCRIPTS[talk.states[0].lesson],
                label=WORDS["start"],
                icon=":material/play_arrow:",
                query_params=talk.query(1),
            )
        window = urlencode({"talk": talk.name, SPEAKER: "1", AT: "1"})
        st.link_button(WORDS["speaker window"], address(f"/talk?{window}"), icon=":material/co_present:")


def asked_for(talk: Talk) -> int | None:
    """The state whose speaker window the address asks for, counted from 1; None where it asks for none."""
    if st.query_params.get(SPEAKER) != "1":
        return None
    place = st.query_params.get(AT, "")
    numbers = {str(number): number for number, _ in enumerate(talk.states, 1)}
    return numbers.get(place, 1)
