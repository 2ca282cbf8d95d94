"""Glossary: the words of the field, each explained in a sentence or two."""

import streamlit as st

from lessons import ui
from lessons.text import sections, terms

WORDS = sections("glossary")
SEARCH = ui.Knob("glossary_search", WORDS["search"], (), "")

page = ui.begin("glossary", SEARCH)
page.text("what is here")
wanted = ui.field(SEARCH, WORDS["for instance"]).lower().split()
for term, text in terms.glossary().items():
    if all(word in f"{terms.names_of(term)} {text}".lower() for word in wanted):
        st.subheader(term, anchor=terms.anchor(term))
        st.markdown(text)
