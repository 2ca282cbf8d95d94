"""What a speaker can take along of a talk: the handout, the list of links, the script itself."""

import streamlit as st

from lessons import talk_store
from lessons.talk import Talk, shipped, shipped_file
from lessons.talk_handout import html, links
from lessons.text import sections
from lessons.ui.layout.cite import address
from lessons.ui.state.visit import origin

WORDS = sections("talk")


def draw(talk: Talk) -> None:
    """Buttons for each."""
    here = f"{origin()}{address('')}"
    script = shipped_file(talk.name) if talk.name in shipped() else talk_store.find(talk.name)
    with st.container(horizontal=True):
        for label, made, name, kind, icon in (
            ("handout", html(talk, here), f"{talk.name}.html", "text/html", "print"),
            ("links", links(talk, here), f"{talk.name}.txt", "text/plain", "link"),
            ("script", script or b"", f"{talk.name}.yaml", "application/yaml", "edit_note"),
        ):
            st.download_button(WORDS[f"take: {label}"], made, name, kind, icon=f":material/{icon}:", on_click="ignore")
