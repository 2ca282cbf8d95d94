"""The frame around every page: navigation, and a style sheet for what Streamlit has no setting for."""

from pathlib import Path

import streamlit as st

from lessons.catalog import HOME, LESSONS

STYLE = Path(__file__).with_name("style.css")

st.set_page_config(page_title=HOME.title, page_icon="🐜", layout="wide")
st.html(STYLE)
st.navigation(
    {
        "": [st.Page(HOME.script, title="Home", icon=":material/home:", default=True)],
        **{
            lesson.part: [
                st.Page(other.script, title=other.title, url_path=other.path)
                for other in LESSONS
                if other.part == lesson.part
            ]
            for lesson in LESSONS
        },
    }
).run()
