"""The class at the foot of every page, for a browser that is in one; the page of classes has the class itself."""

from typing import Any

import streamlit as st

from lessons.catalog import CLASS, LESSONS, REFERENCE
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.state import classes, together
from lessons.ui.state.rerun import of_the_page
from lessons.ui.state.rooms import guesses_of

BAR = "class_bar"
WORDS, OF_CLASS = sections("class-bar"), sections("class")
COUNTED = {"answered": OF_CLASS["answered"], "one": OF_CLASS["one"], "several": OF_CLASS["several"]}
TITLES = {page.path: page.title for page in (*LESSONS, *REFERENCE)}


def draw(path: str) -> None:
    """Draw it on the page with this path. Its place is always there: else the page's widgets would move up, and lose
    their hold on the address (Streamlit 1.67)."""
    if path == CLASS.path and (code := st.query_params.get(classes.CODE_GIVEN)):
        classes.note_visit(code)
    shown = path != CLASS.path and bool(classes.keys())
    with st.container(key=BAR if shown else "look_no_class"):
        if shown:
            browser.class_bar(key="class", data=_data(path), on_go_change=_go)


def _data(path: str) -> dict[str, Any]:
    """What the bar needs of this page."""
    asks = guesses_of(path) if path in {lesson.path for lesson in LESSONS} else ()
    here = {"path": path, "options": asks}
    return {"code": classes.meant_now(), "words": COUNTED | WORDS, "titles": TITLES, "here": here}


@of_the_page
def _go() -> None:
    """Callback: go where the bar says."""
    together.go(st.session_state["class"].get("go"))
