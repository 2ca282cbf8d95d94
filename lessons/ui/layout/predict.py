"""Predict first: the lab opens with the reader's answer, or without one; whether it was right shows where it was
asked."""

from collections.abc import Hashable, Mapping, Sequence
from math import log
from types import MappingProxyType
from typing import NamedTuple, NoReturn, TypeVar

import streamlit as st

from lessons.catalog import Lesson
from lessons.charts.sweep import Curve, breaks_at
from lessons.ui.state import url_write
from lessons.ui.state.knob import short

PARAMETER, SKIPPED = "guess", "skip"
OPENED, ABOUT = "guesses", "what guesses are about"  # by lesson, for this visit
RIGHT, WRONG = ":green[:material/task_alt: **Right.**]", ":red[:material/cancel: **Not right.**]"
Subject = TypeVar("Subject", bound=Hashable)


class Found(NamedTuple):
    """What was predicted, once it is known. `answer`: one of those a reader can give; `said`: what else its sentence
    says; `section`: of the text, where the answer is none of those a reader can give."""

    answer: str
    said: Mapping[str, str | float] = MappingProxyType({})
    section: str = ""

    def judged(self, guess: str) -> tuple[str, str]:
        """Right or wrong, as it is shown, and the section of the text that says more."""
        if self.section:
            return WRONG, self.section
        return (RIGHT, "right") if guess == self.answer else (WRONG, "wrong")


def asked_about(lesson: Lesson, subject: Subject) -> Subject:
    """What a prediction is about: what there was when the reader answered, whatever has been chosen since."""
    if lesson.path not in st.session_state.get(OPENED, {}):
        return subject
    return st.session_state.setdefault(ABOUT, {}).setdefault(lesson.path, subject)


def breaking(curve: Curve, **said: str) -> Found | None:
    """Where a model breaks that is shrunk further and further, the last position being the unshrunk one; None until the
    whole of the curve is measured."""
    if not all(curve.values()):
        return None
    at = breaks_at(curve, curve[list(curve)[-1]])
    return Found(at or "", said, "" if at else "never")


def ask(lesson: Lesson, question: str, options: Sequence[str], opens: bool) -> str | None:
    """Ask, and end the page here until there is an answer; the answer, or None where it was skipped.

    `opens`: whether the lab is open anyway, because a link shows a setting, or on a stage. The answer is in the
    address.
    """
    guesses: dict[str, str] = st.session_state.setdefault(OPENED, {})
    linked = st.query_params.get(PARAMETER)
    if linked in (*options, SKIPPED):
        guesses.setdefault(lesson.path, linked)
    elif opens:
        guesses.setdefault(lesson.path, SKIPPED)
    if guess := guesses.get(lesson.path):
        url_write.write(PARAMETER, guess)
        return None if guess == SKIPPED else guess
    return _wait_for(lesson, question, options, guesses)


def nearest(options: Sequence[str], value: float) -> str:
    """The answer that comes nearest to what was found; answers are numbers as they are printed. Those that are a
    factor, as 2×, are compared by their ratios."""

    def apart(given: str) -> float:
        number = float(given.replace("−", "-").replace(",", "").rstrip("×"))
        return abs(log(number / value)) if given.endswith("×") else abs(number - value)

    return min(options, key=apart)


def _wait_for(lesson: Lesson, question: str, options: Sequence[str], guesses: dict[str, str]) -> NoReturn:
    def answer(given: str | None = None) -> None:
        guesses[lesson.path] = given or st.session_state["guess now"]

    with st.container(border=True, key="predict"):
        st.markdown(question)
        st.segmented_control("Your prediction", options, key="guess now", on_change=answer)
        st.button("Skip", on_click=answer, args=(SKIPPED,))
    st.stop()


def complaints(values: Sequence[str], options: Sequence[str]) -> list[str]:
    """What a reader should know of a guess in a link that cannot be one."""
    if len(values) > 1:
        return [f"`{PARAMETER}` is given {len(values)} times; using the last."]
    return [f"`{PARAMETER}={short(value)}` is no answer here." for value in values if value not in (*options, SKIPPED)]
