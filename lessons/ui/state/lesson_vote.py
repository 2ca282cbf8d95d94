"""The class in the prediction of a lesson: while the class is asked the question of the lesson, what a member chooses
there is their vote, and nobody is told what is right before the teacher reveals it."""

import logging

import streamlit as st

from lessons.classroom import student
from lessons.classroom.lesson_question import LessonQuestion, question_of
from lessons.classroom.refusal import Refused
from lessons.database import NoDatabase
from lessons.live.hub import HUB
from lessons.ui.state.classes import key_now

REFUSED = "why a vote was refused"
log = logging.getLogger(__name__)


def asked(lesson: str) -> LessonQuestion | None:
    """What the class that is meant now is asked, if that is the question of this lesson (by its path). A browser
    without a class reads nothing."""
    key = key_now("teacher") or key_now("member")
    try:
        return question_of(key, lesson) if key else None
    except (Refused, NoDatabase) as error:
        log.info("%s", error)
        return None


def vote(number: int, option: str) -> bool:
    """Vote on the question with this number; whether that was possible. Why not is `why_refused`."""
    st.session_state.pop(REFUSED, None)
    if not (key := key_now("member")):
        return False
    try:
        student.vote(*key, number, option)
    except (Refused, NoDatabase) as error:
        st.session_state[REFUSED] = str(error)
        return False
    HUB.tell(key.code)
    return True


def why_refused() -> str:
    """Why the last vote was refused, to be said once; nothing where it was not."""
    return st.session_state.pop(REFUSED, "")
