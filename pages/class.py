"""Class: a teacher opens one, students join it with a code, and all predict together."""

import streamlit as st

from lessons import ui
from lessons.text import sections
from lessons.ui.classroom import panel

WORDS = sections("class")

page = ui.begin("class", also=("code",))
if not st.query_params.get("code"):
    page.text("what is here")
panel.draw()
page.closed(WORDS["how it works"], "for a teacher")
