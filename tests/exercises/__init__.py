"""What the exercises of each lesson are asked about in tests, a file a lesson: three models, and the answers for each,
found in another way than the lesson finds them."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from lessons.catalog import LESSONS, Lesson
from lessons.exercise import Exercise
from lessons.text.exercises import exercises


class Asked(NamedTuple):
    """An exercise and three models it is asked about. `truth` gives the right answer for one of them, from the model
    alone: a value, for a Goal the positions that are right."""

    about: Mapping[str, tuple[Any, ...]]  # by the names of models, as the exercise's functions take it
    truth: Callable[[str], Any]
    positions: tuple[Any, ...] = ()  # of a Goal's knobs, all of them
    begins: Any = None  # where they stand as the page opens


def rooms() -> list[Lesson]:
    """The lessons that have exercises."""
    return [lesson for lesson in LESSONS if exercises(lesson.path)]


def declared(lesson: Lesson) -> tuple[Exercise, ...]:
    """The exercises of a lesson."""
    return import_module(f"lessons.ui.{lesson.path.replace('-', '_')}.exercises").EXERCISES


def asked(lesson: Lesson) -> dict[str, Asked]:
    """What they are asked about here, by their names."""
    return import_module(f"tests.exercises.{lesson.path.replace('-', '_')}").ASKED
