"""The worksheet of a lesson and its key, made when a teacher asks for them: of what the page's exercises are asked
about now, and of how its knobs stand."""

import datetime
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lessons import prediction, short_link, worksheet
from lessons.ant import model_in_words
from lessons.catalog import Lesson
from lessons.database import NoDatabase
from lessons.exercise import Exercise
from lessons.page_link import BadLink
from lessons.serving.hosts import below
from lessons.short_link_routes import address
from lessons.text import sections
from lessons.text.exercises import exercises
from lessons.ui import browser
from lessons.ui.layout import class_link
from lessons.ui.layout.plain import plain
from lessons.ui.layout.predict import Found
from lessons.ui.state import model_link
from lessons.ui.state.assignment import ASSIGNMENT, HIDE
from lessons.ui.state.drawing import under_way
from lessons.ui.state.knob import Knob
from lessons.ui.state.lab import lab
from lessons.ui.state.visit import origin
from lessons.worksheet import OnPaper, Position, Prediction, Sheet

WORDS = sections("worksheet")
PART, NOTED, ANSWER = "worksheets", "page_exercises", "page_answer"
WANTED, WRITTEN = "sheet_wanted", {"worksheet": worksheet.worksheet, "key": worksheet.key}
PATIENCE = 20.0  # seconds for what is not measured yet
About = Callable[[], Sequence[Any] | None]


def begin() -> None:
    """Forget the exercises of the page before, and its model."""
    for name in (NOTED, ANSWER, model_link.IN_USE):
        st.session_state.pop(name, None)


def note(exercise: Exercise, about: About) -> None:
    """Note that this page has an exercise, and what it is asked about."""
    st.session_state.setdefault(NOTED, {})[exercise.name] = exercise, about


def note_answer(answer: Callable[[], Found | None]) -> None:
    """Note what gives the answer to this page's question."""
    st.session_state[ANSWER] = answer


def buttons(lesson: Lesson, knobs: Sequence[Knob], guesses: Sequence[str]) -> None:
    """Draw the buttons that make both sheets, and save the one that is asked for."""

    def draw() -> None:
        st.caption(WORDS["buttons"])
        with st.container(horizontal=True):
            for name, icon in (("worksheet", "print"), ("key", "key")):
                key = f"{PART} {name}"
                st.button(WORDS[name], icon=f":material/{icon}:", key=key, on_click=_want, args=(name,))
        _wanted(lesson, knobs, guesses)

    lab(draw, PART)


def _wanted(lesson: Lesson, knobs: Sequence[Knob], guesses: Sequence[str]) -> None:
    """Save the sheet that is asked for, if one is."""
    if wanted := st.session_state.get(WANTED):
        try:
            _save(*wanted, _made(lesson, knobs, guesses))
        except BadLink as error:  # the page stands at more than a link can say
            del st.session_state[WANTED]
            st.warning(plain(str(error)))


def _want(name: str) -> None:
    """Note which sheet is asked for, and since when. For callbacks: the run of a click may end before it is made."""
    st.session_state[WANTED] = name, time.monotonic()


def _save(name: str, since: float, sheet: Sheet) -> None:
    """Save a sheet, once what its exercises ask about is measured, if that does not take long; say what is left out."""
    drawing = under_way()
    if sheet.left_out and drawing and drawing.told and time.monotonic() - since < PATIENCE:
        st.caption(WORDS["measuring"])  # this part is drawn again when that has ended
        return
    del st.session_state[WANTED]
    if sheet.left_out:
        st.caption(WORDS("some left out", titles="; ".join(sheet.left_out)))
    file = {"name": f"{name}-{sheet.lesson.path}.html", "type": "text/html", "text": WRITTEN[name](sheet)}
    browser.save(key=f"{PART}_save", data=file | {"made": uuid.uuid4().hex})


def _made(lesson: Lesson, knobs: Sequence[Knob], guesses: Sequence[str]) -> Sheet:
    """What both sheets are made from, as the page stands."""
    known, left_out = _exercises(lesson)
    asked = class_link.asked()
    hidden = asked[HIDE].split(",")
    link, qr = _link(class_link.link(lesson, knobs, asked))
    return Sheet(
        lesson,
        known,
        left_out,
        link,
        qr,
        {knob.name: _setting(knob, knob.name in hidden) for knob in knobs},
        datetime.date.today().isoformat(),
        model_in_words(model) if (model := st.session_state.get(model_link.IN_USE)) else "",
        asked[ASSIGNMENT],
        _prediction(lesson, guesses) if guesses else None,
    )


def _exercises(lesson: Lesson) -> tuple[list[OnPaper], list[str]]:
    """The exercises of which is known what they are asked about, and the titles of the others."""
    noted, known, left_out = st.session_state.get(NOTED, {}), [], []
    for number, (name, text) in enumerate(exercises(lesson.path).items(), start=1):
        exercise, about = noted.get(name, (None, lambda: None))
        if (subject := about()) is None:
            left_out.append(text.title)
        else:
            known.append(OnPaper(number, exercise, text, subject))
    return known, left_out


def _prediction(lesson: Lesson, guesses: Sequence[str]) -> Prediction:
    found = st.session_state.get(ANSWER, lambda: None)()
    right = prediction.shown(lesson.path, found.answer) if found and found.answer else ""
    options = [prediction.shown(lesson.path, each) for each in guesses]
    return Prediction(prediction.question(lesson.path), options, right)


def _setting(knob: Knob, is_hidden: bool) -> Position:
    """A knob; where it stands, too, unless that is hidden."""
    at = "" if is_hidden else st.session_state.get(knob.name) or knob.default
    return Position(knob.label, knob.options, at, knob.default)


def _link(link: str) -> tuple[str, str]:
    """A link to the page as others type it, and its QR code: short, where the server can keep it."""
    try:
        typed = address(short_link.keep(link), origin())[0]
    except NoDatabase:
        typed = f"{origin()}{below(link.lstrip('/'))}"
    return typed, short_link.qr(typed)
