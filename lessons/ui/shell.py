"""The frame around every page: navigation, and a style sheet for what Streamlit has no setting for."""

from pathlib import Path

import streamlit as st

from lessons.catalog import HOME, LESSONS
from lessons.ui import browser, present
from lessons.ui.ledger import ledger
from lessons.ui.presets import GO_TO

HERE = Path(__file__).parent

st.set_page_config(page_icon="🐜", layout="wide")
browser.frame(key="frame")
page = st.navigation(
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
)
ledger()
st.html(HERE / ("present.css" if present.toggle() else "style.css"))
if lesson := st.session_state.pop(GO_TO, None):
    st.switch_page(lesson.script, query_params={present.PARAMETER: "1"})
page.run()
