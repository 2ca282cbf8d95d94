"""A link for a class, which a teacher puts together: the knobs as they are now, some of them locked or hidden, and a
task in words."""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import quote, urlencode

import streamlit as st

from lessons import page_link, short_link
from lessons.catalog import HOME, Lesson
from lessons.database import NoDatabase
from lessons.one_line import one_line
from lessons.page_link import BadLink
from lessons.serving.hosts import below
from lessons.short_link_routes import address
from lessons.text import sections
from lessons.ui.layout.plain import plain
from lessons.ui.state.assignment import ASSIGNMENT, HIDE, LOCK, LONGEST, assigned
from lessons.ui.state.knob import Knob
from lessons.ui.state.lab import lab
from lessons.ui.state.model_link import PARAMETER as MODEL
from lessons.ui.state.visit import origin

PART, FOLD, TASK = "class_link", "class_link_fold", "class_link_task"
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
    _ticked(WORDS["to lock"], LOCK, knobs)
    _ticked(WORDS["to hide"], HIDE, knobs)
    st.text_area(WORDS["task"], key=TASK, max_chars=LONGEST, height=80)
    with st.container(horizontal=True):
        st.button(WORDS["knobs as they are"], icon=":material/refresh:", key=f"{PART}_again")
        shortened = st.button(WORDS["shorten"], icon=":material/qr_code_2:", key=f"{PART}_short")
    try:
        found = link(lesson, knobs, chosen())
        st.code(f"{origin()}{below(found.lstrip('/'))}", language=None, wrap_lines=True)
        if shortened:
            _shortened(found)
    except (BadLink, NoDatabase) as error:
        st.warning(plain(str(error)))


def _shortened(link: str) -> None:
    """The short link, its QR code, and what to say of them."""
    short, reachable = address(short_link.keep(link), origin())
    st.code(short, language=None)
    st.image(short_link.qr(short), width=LARGE)
    st.caption(WORDS["scan or type" if reachable else "only here"])


def _ticked(label: str, parameter: str, knobs: Sequence[Knob]) -> None:
    """Draw the knobs by their labels: a teacher ticks some."""
    labels = Counter(knob.label for knob in knobs)
    shown = {knob.name: knob.label if labels[knob.label] == 1 else f"{knob.label} ({knob.name})" for knob in knobs}
    key = f"{PART}_{parameter}"
    st.pills(label, list(shown), format_func=shown.get, selection_mode="multi", key=key)


def chosen() -> dict[str, str]:
    """What a teacher has chosen here, by the names of parameters: knobs to lock and to hide, and a task."""
    ticked = {name: ",".join(st.session_state.get(f"{PART}_{name}") or []) for name in (LOCK, HIDE)}
    return ticked | {ASSIGNMENT: one_line(st.session_state.get(TASK) or "")}


def asked() -> dict[str, str]:
    """What the class is asked: what was chosen here, or else in the link that was followed."""
    linked = {name: st.query_params.get(name, "") for name in (LOCK, HIDE)} | {ASSIGNMENT: assigned()}
    return {name: said or linked[name] for name, said in chosen().items()}


def link(lesson: Lesson, knobs: Sequence[Knob], asked: dict[str, str]) -> str:
    """The path of the page, where its knobs stand, the model in use, and what is asked. Raises BadLink where that is
    too long."""
    stand = {knob.name: st.session_state.get(knob.name) or st.query_params.get(knob.name) for knob in knobs}
    moved = {knob.name: stand[knob.name] for knob in knobs if stand[knob.name] not in (None, knob.default)}
    said = {name: text for name, text in (moved | {MODEL: st.query_params.get(MODEL)} | asked).items() if text}
    path = "" if lesson == HOME else lesson.path
    return page_link.target(f"/{path}?{urlencode(said, quote_via=quote)}")
