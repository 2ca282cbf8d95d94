"""Exercises on a page: closed lines between its figures; on a stage one of them fills the screen; at the end of a page,
how many are solved, and what they take in class."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lessons.catalog import Lesson
from lessons.exercise import Exercise, Goal
from lessons.progress import EXERCISE
from lessons.text import sections
from lessons.text.exercises import ExerciseText, exercises
from lessons.ui.layout import presenter, worksheets
from lessons.ui.layout.answering import forget_the_room, pose
from lessons.ui.layout.cite import cited
from lessons.ui.state import url_write
from lessons.ui.state.kept import kept, sends
from lessons.ui.state.knob import Knob, short
from lessons.ui.state.lab import lab
from lessons.ui.state.model_link import IN_USE
from lessons.ui.state.rerun import rerun
from lessons.ui.state.stage import on_view

WORDS = sections("house")
PARAMETER, ON_STAGE = "exercise", "exercise on the stage"
OPENED, PART = "exercise_", "exercise_part_"  # how the keys of exercises begin, and of the parts of a page they are
TICKED = "<style>.st-key-{fold} summary p::after {{ content: ' ✓'; color: light-dark(#007A5C, #2FC49B); }}</style>"


def draw(lesson: Lesson, exercise: Exercise, about: worksheets.About) -> None:
    """An exercise, closed until a reader wants it. `about`: what it is asked about, as its functions take it; None
    while that is being measured. A stage has the one that its speaker shows, and nothing else."""
    worksheets.note(exercise, about)
    texts, place = exercises(lesson.path), _place(lesson, exercise)
    text, part = texts[exercise.name], f"{PART}{exercise.name}"
    if presenter.presenting():
        if st.session_state.get(ON_STAGE) == (lesson.path, exercise.name):
            lab(lambda: _on_stage(lesson, exercise, text, about), part)
        return

    def closed() -> None:
        label = WORDS("exercise", number=[*texts].index(exercise.name) + 1, title=text.title)
        linked = st.query_params.get(PARAMETER) == exercise.name
        opened = f"{OPENED}{exercise.name}"
        with st.expander(label, icon=":material/edit_square:", key=opened, on_change="rerun", expanded=linked) as fold:
            if not fold.open:
                st.session_state.pop(_opened_about(place), None)
            elif isinstance(exercise, Goal):  # follows its knobs
                pose(place, exercise, text, about())
            else:
                pose(place, exercise, text, _as_opened(place, about))
        sends(place)
        if (answer := kept(place)) and answer["solved"]:  # with another icon the fold would be another one, and closed
            st.html(TICKED.format(fold=opened))

    lab(closed, part)


def _place(lesson: Lesson, exercise: Exercise) -> str:
    """The name that its answer is kept under."""
    return f"{EXERCISE}/{lesson.path}/{exercise.name}"


def _as_opened(place: str, about: worksheets.About) -> Sequence[Any] | None:
    """What an exercise was about when it was opened: while a reader calculates, no number changes, unless the page has
    another model."""
    opened, model = _opened_about(place), st.session_state.get(IN_USE)
    before, subject = st.session_state.get(opened, (model, None))
    if subject is None or before != model:
        subject = about()
        st.session_state[opened] = model, subject
    return subject


def _opened_about(place: str) -> str:
    return f"what {place} is about"


# on a stage


def menu(lesson: Lesson) -> None:
    """The exercises that a speaker can show, behind a button in the bar of a stage."""
    asked = st.query_params.get(PARAMETER)
    if asked in exercises(lesson.path) and ON_STAGE not in st.session_state:
        st.session_state[ON_STAGE] = lesson.path, asked
    if texts := exercises(lesson.path):
        with st.popover(WORDS["exercises"]):
            for name, text in texts.items():
                st.button(text.title, key=f"show {name}", type="tertiary", on_click=_choose, args=(lesson, name))


def shows(lesson: Lesson, *choices: Exercise) -> bool:
    """Whether a speaker shows one of these."""
    return presenter.presenting() and st.session_state.get(ON_STAGE) in [(lesson.path, each.name) for each in choices]


def _on_stage(lesson: Lesson, exercise: Exercise, text: ExerciseText, about: worksheets.About) -> None:
    sets = isinstance(exercise, Goal)  # a room must see the knobs
    with st.container(key="exercise_goal" if sets else "exercise_shown"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{text.title}**", width="stretch")
            st.button(WORDS["back to the lesson"], icon=":material/arrow_back:", on_click=_choose, args=(lesson, ""))
        if isinstance(exercise, Goal):
            on_view(*exercise.knobs)
        with st.container(horizontal=sets, vertical_alignment="center"):
            pose(_place(lesson, exercise), exercise, text, about())


def show(lesson: Lesson, name: str) -> None:
    """Have a stage show the exercise of this name, or none."""
    st.session_state[ON_STAGE] = (lesson.path, name) if name else None
    forget_the_room()


def _choose(lesson: Lesson, name: str) -> None:
    show(lesson, name)
    url_write.write(PARAMETER, name or None)
    rerun()


# at the end of a page


def solved(lesson: Lesson) -> int:
    """How many exercises of a lesson a reader has solved."""
    answers = (kept(f"{EXERCISE}/{lesson.path}/{name}") for name in exercises(lesson.path))
    return sum(answer["solved"] for answer in answers if answer)


def how_many_are_solved(lesson: Lesson) -> str:
    """In a sentence, where a lesson has exercises."""
    texts = exercises(lesson.path)
    return WORDS("exercises solved", solved=solved(lesson), all=len(texts)) if texts else ""


def for_a_class(lesson: Lesson, knobs: Sequence[Knob], guesses: Sequence[str]) -> None:
    """The exercises of a lesson for its teacher: the minutes each takes, the way to show it on a stage, and all of them
    on paper."""
    lines = [
        WORDS(
            "exercise: for a class",
            title=text.title,
            minutes=f"{text.minutes:g}",
            stage=f"/{lesson.path}?{presenter.PARAMETER}=1&{PARAMETER}={name}",
        )
        for name, text in exercises(lesson.path).items()
    ]
    if lines:
        minutes = sum(text.minutes for text in exercises(lesson.path).values())
        with st.expander(WORDS("exercises: for a class", minutes=f"{minutes:.0f}")):
            st.markdown(cited("\n".join(lines)))
            worksheets.buttons(lesson, knobs, guesses)


def complaints(values: Sequence[str], lesson: Lesson) -> list[str]:
    """What a reader should know of a link to an exercise that is not there."""
    return [
        WORDS("no exercise", name=PARAMETER, value=short(value))
        for value in values
        if value not in exercises(lesson.path)
    ]
