"""What a lesson's page does for a class: its question is asked there and voted on, on a stage too, and the answer that
its teacher measures goes into the chart of all."""

import logging
from collections.abc import Callable, Sequence

import streamlit as st

from lessons.catalog import Lesson
from lessons.classroom import teacher
from lessons.classroom.lesson_question import question_of
from lessons.classroom.refusal import Refused
from lessons.classroom.state import snapshot
from lessons.database import NoDatabase
from lessons.live.hub import HUB
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.layout import predict, presenter
from lessons.ui.layout.class_bar import COUNTED
from lessons.ui.layout.plain import plain
from lessons.ui.layout.predict import Found
from lessons.ui.state import lesson_vote
from lessons.ui.state.classes import key_now, keys, meant_now

WORDS, OF_CLASS = sections("class-bar"), sections("class")
OF_BARS = {"measured": OF_CLASS["measured"], "own": OF_CLASS["own"]}
log = logging.getLogger(__name__)


def answers(lesson: Lesson, answer: Callable[[], Found | None]) -> None:
    """Put the answer that is measured on this page into the charts of the classes whose teacher this is, where it was
    asked and revealed, and has no answer yet."""
    for key in keys("teacher"):
        try:
            asked = snapshot(key.code).question
            waits = asked and asked.lesson == lesson.path and asked.revealed and asked.answer is None
            if waits and (found := answer()) and found.answer in asked.options:
                teacher.reveal(*key, found.answer)
                HUB.tell(key.code)
        except (Refused, NoDatabase) as error:
            log.info("%s", error)


def listens(lesson: Lesson) -> None:
    """Have this lab drawn again whenever the class is asked its lesson's question, votes elsewhere, or is told the
    answer."""
    if code := meant_now():
        asked = lesson_vote.asked(lesson.path)
        drawn = asked and [asked.number, asked.revealed, asked.vote]
        with st.container(key="look_asked"):
            data = {"code": code, "shows": "question", "lesson": lesson.path, "drawn": drawn}
            browser.class_news(key="asked", data=data, on_news_change=lambda: None)


def votes(lesson: Lesson, options: Sequence[str]) -> bool:
    """Draw what a member of a class votes with, and what became of the last vote; whether the class votes on this
    lesson now."""
    asked = lesson_vote.asked(lesson.path)
    if waits := asked is not None and asked.waits:
        predict.ask_for_vote(options, asked, _shown(lesson))
        st.caption(WORDS["your vote" if asked.vote else "you are asked"])
    if why := lesson_vote.why_refused():
        st.warning(plain(why))
    return waits


def asks_on_stage(lesson: Lesson, options: Sequence[str]) -> bool:
    """Draw what a stage shows while its speaker, who is the teacher of a class, asks that class: how to join, how many
    have answered, and what, once that is revealed; whether that is the case."""
    if not (key := key_now("teacher")):
        return False
    try:
        asked = question_of(key, lesson.path)
    except (Refused, NoDatabase):
        _note_trouble()
    if why := st.session_state.get(presenter.UNREACHED):
        st.markdown(plain(why))
        return False
    asks = {"path": lesson.path, "options": list(options), "answer": _shown(lesson)}
    data = {"code": key.code, "words": COUNTED | OF_BARS | WORDS, "lesson": asks, "again": OF_CLASS["ask again"]}
    browser.audience(key="audience", data=data, on_trouble_change=_note_trouble)
    if asked and asked.revealed:
        st.button(WORDS["to the lab"], key="present_reveal", type="primary", on_click=presenter.show_lab)
    else:
        presenter.reveal(_reveal, lesson)
    return True


def _note_trouble() -> None:
    """The class cannot be reached: its stage asks the room without it, and says so. Also a callback."""
    st.session_state[presenter.UNREACHED] = WORDS["class unreached"]


def _shown(lesson: Lesson) -> str:
    """How an answer to the question of a lesson is shown."""
    return sections(lesson.path).get("predict: answer", "{guess}")


def _reveal(lesson: Lesson) -> None:
    """Callback: tell the class what it has answered, if it still is asked about this lesson."""
    key = key_now("teacher")
    if not key or not lesson_vote.asked(lesson.path):
        return
    try:
        teacher.reveal(*key)
        HUB.tell(key.code)
    except (Refused, NoDatabase) as error:
        st.session_state[presenter.UNREACHED] = str(error)
