"""Predict: a question beside the first picture; whether the answer was right shows where it was asked, as soon as that
is known."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from math import log
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import streamlit as st

from lessons.catalog import Lesson
from lessons.charts.sweep import Curve, breaks_at
from lessons.classroom.lesson_question import LessonQuestion
from lessons.prediction import in_words
from lessons.progress import PREDICTION
from lessons.text import sections
from lessons.ui.layout import presenter
from lessons.ui.state import lesson_vote, url_write
from lessons.ui.state.kept import keep, kept, sends
from lessons.ui.state.knob import short

WORDS = sections("house")
PARAMETER, SKIPPED = "guess", "skip"
OPENED, ABOUT = "guesses", "what guesses are about"  # by lesson, for this visit
TAKEN = "votes taken as guesses"  # by lesson: the number of the question
CHOSEN = "guess now"
RIGHT, WRONG = WORDS["right"], WORDS["wrong"]
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


def breaking(curve: Curve, answers: Sequence[str] = (), **said: str) -> Found | None:
    """Where a model breaks that is shrunk further and further, the last position being the unshrunk one; None until the
    whole of the curve is measured. `answers`: those a reader can give, where they are fewer than the positions: the
    nearest is right, and its sentence says where it breaks as `at`."""
    if not all(curve.values()):
        return None
    if not (at := breaks_at(curve, curve[list(curve)[-1]])):
        return Found("", said, "never")
    return Found(nearest(answers or [at], float(at)), said | {"at": at})


def given(lesson: Lesson, options: Sequence[str], once: Sequence[str] = ()) -> str | None:
    """What a reader has answered, here or in the link that was followed; None while there is no answer. `once`: what
    could be answered before, which old links say: taken for the nearest of today's `options`. A vote of a class that
    waits for its teacher is none yet."""
    guesses: dict[str, str] = st.session_state.setdefault(OPENED, {})
    if asked := lesson_vote.asked(lesson.path):
        if asked.waits:
            return None
        _take_vote(lesson, options, asked)
    linked = st.query_params.get(PARAMETER)
    if linked in once:
        linked = nearest(options, float(linked))
    if linked in options:
        guesses.setdefault(lesson.path, linked)
    if lesson.path in guesses or presenter.presenting():
        return guesses.get(lesson.path)
    before = kept(_place(lesson))  # which a browser tells late: the address, where knobs may have moved, is left alone
    return before["guess"] if before and before["guess"] in options else None


def opened(lesson: Lesson) -> str | None:
    """What a reader has answered in this visit, or in the link that was followed."""
    return st.session_state.get(OPENED, {}).get(lesson.path)


def note(lesson: Lesson, guess: str, outcome: str = "") -> None:
    """Have the browser keep what a reader has predicted, and whether that was right: their first prediction that was
    judged counts, for afterwards they know. What a room predicts is not kept."""
    if not presenter.presenting():
        first = (kept(_place(lesson)) or {"outcome": ""})["outcome"]
        keep(_place(lesson), {"guess": guess, "outcome": first or outcome})


def sends_it(lesson: Lesson) -> None:
    """Have the browser keep it."""
    sends(_place(lesson))


def _place(lesson: Lesson) -> str:
    return f"{PREDICTION}/{lesson.path}"


def ask(lesson: Lesson, options: Sequence[str], default: str | None, shown: str = "{guess}") -> None:
    """Draw the answers to choose from, each as `shown`, with the one that was given, if any."""
    _choices(options, shown, _answer, lesson, default=default)


def ask_for_vote(options: Sequence[str], asked: LessonQuestion, shown: str = "{guess}") -> None:
    """Draw the answers to choose from, each as `shown`, with the vote of this member of a class; choosing another
    changes it."""
    st.session_state[CHOSEN] = asked.vote if asked.vote in options else None
    _choices(options, shown, _vote, asked.number)


def _choices(
    options: Sequence[str], shown: str, act: Callable[..., None], argument: object, **settings: str | None
) -> None:
    st.segmented_control(
        WORDS["your prediction"],
        options,
        format_func=lambda guess: shown.format(guess=in_words(guess)),
        key=CHOSEN,
        on_change=act,
        args=(argument,),
        label_visibility="collapsed",
        **settings,
    )


def ask_again(lesson: Lesson) -> None:
    """Draw the way to take an answer back."""
    st.button(WORDS["predict again"], type="tertiary", icon=":material/undo:", on_click=_take_back, args=(lesson,))


def _vote(number: int) -> None:
    if chosen := st.session_state[CHOSEN]:
        lesson_vote.vote(number, chosen)


def _answer(lesson: Lesson) -> None:
    if chosen := st.session_state[CHOSEN]:
        st.session_state[OPENED][lesson.path] = chosen
        url_write.write(PARAMETER, chosen)
    else:
        _take_back(lesson)


def _take_back(lesson: Lesson) -> None:
    for noted in (OPENED, ABOUT):
        st.session_state.get(noted, {}).pop(lesson.path, None)
    note(lesson, "")
    url_write.write(PARAMETER, None)


def _take_vote(lesson: Lesson, options: Sequence[str], asked: LessonQuestion) -> None:
    """What a member has voted becomes their prediction, once it is revealed; once, for they may take it back."""
    taken: dict[str, int] = st.session_state.setdefault(TAKEN, {})
    if asked.vote in options and taken.get(lesson.path) != asked.number:
        taken[lesson.path] = asked.number
        st.session_state[OPENED][lesson.path] = asked.vote
        st.session_state.get(ABOUT, {}).pop(lesson.path, None)


def nearest(options: Sequence[str], value: float) -> str:
    """The answer that comes nearest to what was found; answers are numbers as they are printed. Those that are a
    factor, as 2×, are compared by their ratios."""

    def apart(given: str) -> float:
        number = float(given.replace("−", "-").replace(",", "").rstrip("×"))
        return abs(log(number / value)) if given.endswith("×") else abs(number - value)

    return min(options, key=apart)


def complaints(values: Sequence[str], options: Sequence[str]) -> list[str]:
    """What a reader should know of a guess in a link that cannot be one."""
    if len(values) > 1:
        return [WORDS("given twice", name=PARAMETER, times=len(values))]
    return [
        WORDS("no answer", name=PARAMETER, value=short(value)) for value in values if value not in (*options, SKIPPED)
    ]
