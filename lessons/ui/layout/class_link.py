"""A link for a class, which a teacher puts together: the knobs as they are now, some of them locked or hidden, and a
task in words."""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import quote, urlencode

import streamlit as st

from lessons import page_link, short_link
from lessons.catalog import HOME, Lesson
from lessons.database import NoDatabase
from lessons.hosts import below
from lessons.one_line import one_line
from lessons.page_link import BadLink
from lessons.short_link_routes import address
from lessons.text import sections
from lessons.ui.layout.plain import plain
from lessons.ui.state.assignment import ASSIGNMENT, HIDE, LOCK, LONGEST
from lessons.ui.state.knob import Knob
from lessons.ui.state.lab import lab
from lessons.ui.state.model_link import PARAMETER as MODEL
from lessons.ui.state.visit import origin

PART, FOLD = "class_link", "class_link_fold"
LARGE = 320  # pixels of the QR code
WORDS = sections("class-link")


def builder(lesson: Lesson, knobs: Sequence[Knob]) -> None:
    """Draw the way to such a link, closed until a teacher wants it."""

    def draw() -> None:
        with st.expander(WORDS["builder"], icon=":material/link:", key=FOLD, on_change="rerun") as fold:
            if fold.open:
                _open(lesson, knobs)

    lab(draw, PART)


def _open(lesson: Lesson, knobs: Sequence[Knob]) -> None:
    st.markdown(WORDS["builder: how"])
    lock = _ticked(WORDS["to lock"], LOCK, knobs)
    hide = _ticked(WORDS["to hide"], HIDE, knobs)
    task = st.text_area(WORDS["task"], key=f"{PART}_task", max_chars=LONGEST, height=80)
    asked = {LOCK: ",".join(lock), HIDE: ",".join(hide), ASSIGNMENT: one_line(task)}
    with st.container(horizontal=True):
        st.button(WORDS["knobs as they are"], icon=":material/refresh:", key=f"{PART}_again")
        shortened = st.button(WORDS["shorten"], icon=":material/qr_code_2:", key=f"{PART}_short")
    try:
        link = page_link.target(_link(lesson, knobs, asked))
        st.code(f"{origin()}{below(link.lstrip('/'))}", language=None, wrap_lines=True)
        if shortened:
            _shortened(link)
    except (BadLink, NoDatabase) as error:
        st.warning(plain(str(error)))


def _shortened(link: str) -> None:
    """The short link, its QR code, and what to say of them."""
    short, reachable = address(short_link.keep(link), origin())
    st.code(short, language=None)
    st.image(short_link.qr(short), width=LARGE)
    st.caption(WORDS["scan or type" if reachable else "only here"])


def _ticked(label: str, parameter: str, knobs: Sequence[Knob]) -> list[str]:
    """The names of the knobs that a teacher ticks, by their labels."""
    labels = Counter(knob.label for knob in knobs)
    shown = {knob.name: knob.label if labels[knob.label] == 1 else f"{knob.label} ({knob.name})" for knob in knobs}
    key = f"{PART}_{parameter}"
    return st.pills(label, list(shown), format_func=shown.get, selection_mode="multi", key=key)


def _link(lesson: Lesson, knobs: Sequence[Knob], asked: dict[str, str]) -> str:
    """The path of the page, where its knobs stand, the model in use, and what is asked."""
    stand = {knob.name: st.session_state.get(knob.name) or st.query_params.get(knob.name) for knob in knobs}
    moved = {knob.name: stand[knob.name] for knob in knobs if stand[knob.name] not in (None, knob.default)}
    said = {name: text for name, text in (moved | {MODEL: st.query_params.get(MODEL)} | asked).items() if text}
    path = "" if lesson == HOME else lesson.path
    return f"/{path}?{urlencode(said, quote_via=quote)}"
