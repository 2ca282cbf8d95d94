"""Exercises on their pages: each can be opened, answered, and shown on a stage."""

from collections.abc import Callable
from itertools import zip_longest

import pytest
from streamlit.testing.v1 import AppTest

from lessons.catalog import Lesson
from lessons.exercise import RIGHT, Choice, Exercise, Goal, MissingLine, Number
from lessons.progress import EXERCISE, check
from lessons.text.exercises import exercises
from lessons.ui.layout.answering import WIDGET
from lessons.ui.layout.exercises import ON_STAGE, OPENED
from lessons.ui.layout.predict import RIGHT as RIGHT_MARK
from lessons.ui.layout.predict import WRONG
from lessons.ui.state.kept import KEPT
from tests.exercises import declared, rooms
from tests.pages.reader import link, press, run_until, settled

by_lesson = pytest.mark.parametrize("lesson", rooms(), ids=lambda lesson: lesson.path)


def said(page: AppTest) -> str:
    return "\n".join(text.value for text in page.markdown)


def opened(page: AppTest, lesson: Lesson) -> AppTest:
    """All exercises of a page, open; AppTest shuts them again with the next run."""
    for name in exercises(lesson.path):
        page.session_state[f"{OPENED}{name}"] = True
    return page.run()


def widgets(page: AppTest, exercise: Exercise, lesson: Lesson) -> list:
    kind = {Choice: page.radio, MissingLine: page.radio, Number: page.number_input, Goal: page.button}[type(exercise)]
    return [each for each in kind if str(each.key).startswith(f"{WIDGET} {EXERCISE}/{lesson.path}/{exercise.name} ")]


@by_lesson
def test_every_exercise_of_a_page_can_be_opened_and_answered(lesson):
    page = run_until(link(lesson.path, guess="skip"), settled)
    labels = [each.label for each in page.expander if each.label.startswith("Exercise ")]
    titles = [text.title for text in exercises(lesson.path).values()]
    assert labels == [f"Exercise {number}: {title}" for number, title in enumerate(titles, start=1)]
    run_until(page, lambda page: opened(page, lesson) and all(widgets(page, each, lesson) for each in declared(lesson)))
    answers = {each.name: answers_to(each, *widgets(page, each, lesson)) for each in declared(lesson)}
    for given in zip_longest(*answers.values()):  # one to each exercise at once, then the next
        for exercise, answer in zip(declared(lesson), given, strict=True):
            if answer is not None:
                answer(*widgets(page, exercise, lesson))
        assert not opened(page, lesson).exception
        must_be_judged(page, lesson)


def answers_to(exercise: Exercise, widget) -> list[Callable]:
    """What gives one answer after another."""
    if isinstance(exercise, Goal):
        return [lambda widget: widget.click()]  # as it opens
    given = (1e-9, 1e12) if isinstance(exercise, Number) else widget.options
    return [lambda widget, answer=answer: widget.set_value(answer) for answer in given]


def must_be_judged(page: AppTest, lesson: Lesson) -> None:
    """Every answer is kept, and beside it stands whether it is right."""
    places = [f"{EXERCISE}/{lesson.path}/{exercise.name}" for exercise in declared(lesson)]
    kept = {place: page.session_state[KEPT].entries[place]["value"] for place in places}
    for place, value in kept.items():
        check(place, value)
    marks = [sum(text.value.startswith(mark) for text in page.markdown) for mark in (RIGHT_MARK, WRONG)]
    right = sum(value["outcome"] == RIGHT for value in kept.values())
    assert marks == [right, len(kept) - right], kept


@by_lesson
def test_a_stage_can_show_every_exercise(lesson):
    page = link(lesson.path, present="1")
    for exercise in declared(lesson):
        page.session_state[ON_STAGE] = lesson.path, exercise.name
        run_until(page, lambda page, exercise=exercise: widgets(page, exercise, lesson))
        assert exercises(lesson.path)[exercise.name].title in said(page)
        assert [each for each in declared(lesson) if widgets(page, each, lesson)] == [exercise]


def test_what_a_browser_says_was_answered_is_no_markdown():
    """A reader's own storage, or a record from elsewhere, may hold anything."""
    for given in ("![](https://example.org/x.png)", "1e999", "<b>"):
        page = run_until(link("quantization", guess="skip"), settled)
        lesson = next(each for each in rooms() if each.path == "quantization")
        number = next(each for each in declared(lesson) if isinstance(each, Number))
        widgets(opened(page, lesson), number, lesson)[0].set_value(1e-9).run()
        entry = page.session_state[KEPT].entries[f"{EXERCISE}/quantization/{number.name}"]
        texts = exercises("quantization")[number.name].answers
        outcome = next(name for name in number.wrong if "{given}" in texts[name])
        entry["value"] |= {"given": given, "outcome": outcome}
        page.session_state[KEPT].entries = {**page.session_state[KEPT].entries}
        assert not opened(page, lesson).exception
        assert given == "1e999" or given not in said(page)


def test_an_open_exercise_keeps_its_numbers_until_the_page_has_another_model():
    page = run_until(link("quantization", guess="skip"), settled)
    lesson = next(each for each in rooms() if each.path == "quantization")
    asks = lambda: [each.value for each in opened(page, lesson).markdown if "each weight is rounded to" in each.value]
    (first,) = asks()
    page.select_slider("quantization_bits").set_value("4")
    assert asks() == [first]
    press(page, "Break it")  # with another network
    run_until(page, settled)
    assert asks() != [first]
