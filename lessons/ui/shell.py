"""The frame around every page: navigation, and a style sheet for what Streamlit has no setting for."""

from pathlib import Path

import streamlit as st

from lessons.catalog import HOME, LESSONS, REFERENCE
from lessons.share import title
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.layout import class_bar, presenter
from lessons.ui.state import kept, presets, talk_run, together
from lessons.ui.state.lab import listen_for_others
from lessons.ui.work.ant import card
from lessons.ui.work.ledger import ledger

HERE = Path(__file__).parent
WORDS = sections("house")

st.set_page_config(page_icon=HERE / "ant.png", layout="wide")
listen_for_others()
browser.frame(key="frame", data={"lost": [WORDS["server lost"], WORDS["server lost: wait"]]})
pages = {"": [st.Page(HOME.script, title=WORDS["home"], icon=":material/home:", default=True)]}
for lesson in (*LESSONS, *REFERENCE):
    pages.setdefault(lesson.part, []).append(st.Page(lesson.script, title=lesson.title, url_path=lesson.path))
page = st.navigation(pages, expanded=True)
st.set_page_config(page_title=title(page.url_path))
ledger()
card()
kept.listen()
st.html(HERE / ("present.css" if presenter.toggle() else "style.css"))
here = page.url_path or HOME.path
talk_run.follow_address(here, presenter.presenting())
presenter.keys()
class_bar.draw(here)
st.html(HERE / "words.css")
if lesson := talk_run.elsewhere(here) or presets.elsewhere(here):
    st.switch_page(lesson.script, query_params={presenter.PARAMETER: "1"} | talk_run.address())
if place := together.elsewhere(here):
    st.switch_page(place.page.script, query_params=together.address(place))
page.run()
