"""What a reader has done, as entries by name: what a browser keeps, a file brings along, and a record shows. A stranger
may have written them, so each is checked before it counts."""

from collections.abc import Callable, Mapping
from typing import Any

from lessons.ant import IMAGES, TEXT, Ant
from lessons.catalog import HOME, LESSONS
from lessons.exercise import HIGH, LOW, RIGHT
from lessons.experiment import BadExperiment
from lessons.text import sections
from lessons.text.exercises import exercises

WORDS = sections("progress")
LONGEST = 2_000  # characters of a text in an entry
EXERCISE, PREDICTION, ANT, SPENT = "exercise", "prediction", "ant", "spent"  # how the names of entries begin
MOST_JOULES = 1e12  # of a visit
SHOWN = "shown"  # outcome of an exercise: the reader had the answer shown
FIELDS = {
    EXERCISE: {"outcome": str, "given": str, "asked": str, "tries": int, "solved": bool},
    PREDICTION: {"guess": str, "outcome": str},
    ANT: {"experiment": dict, "now": dict, "before": dict, "answers": str},
    SPENT: {"joules": float},
}


class BadEntry(ValueError):
    """What calls itself an entry and is none; in one sentence."""


def check(name: str, value: Any) -> None:
    """Raises BadEntry for an entry that cannot be: one of no kind, one that lacks a field or has another, one of an
    exercise that is not there, or one that contradicts itself."""
    kind, _, rest = name.partition("/")
    if kind not in FIELDS:
        raise BadEntry(WORDS("no kind", name=name[:80]))
    if not isinstance(value, Mapping) or not _has(value, FIELDS[kind]):
        raise BadEntry(WORDS("fields", name=name[:80], fields=", ".join(FIELDS[kind])))
    if any(len(each) > LONGEST for each in value.values() if isinstance(each, str)):
        raise BadEntry(WORDS("too long", name=name[:80], most=LONGEST))
    CHECKS[kind](rest, value)


def _has(value: Mapping[str, Any], fields: Mapping[str, type]) -> bool:
    """Whether it has these fields, and no others. A whole number is a number: browsers write 88.0 as 88."""
    if set(value) != set(fields):
        return False
    return all(type(value[field]) in ((int, float) if kind is float else (kind,)) for field, kind in fields.items())


def _exercise(name: str, value: Mapping[str, Any]) -> None:
    lesson, _, exercise = name.partition("/")
    text = exercises(lesson).get(exercise) if lesson in _lessons() else None
    if text is None:
        raise BadEntry(WORDS("no exercise", name=name[:80]))
    if value["outcome"] not in (*text.answers, HIGH, LOW, SHOWN) or value["tries"] < 1:
        raise BadEntry(WORDS("no outcome", name=name, outcome=value["outcome"][:80]))
    if value["outcome"] == RIGHT and not value["solved"]:
        raise BadEntry(WORDS("contradiction", name=name))


def _prediction(name: str, value: Mapping[str, Any]) -> None:
    if name not in _lessons() or value["outcome"] not in ("", RIGHT, "wrong"):
        raise BadEntry(WORDS("no prediction", name=name[:80]))


def _ant(name: str, value: Mapping[str, Any]) -> None:
    family, _, place = name.partition("/")
    try:
        ant = Ant.from_json(value)
    except BadExperiment as error:
        raise BadEntry(WORDS("no ant", name=name[:80], why=error)) from None
    if family not in (IMAGES, TEXT) or family != ant.family or place not in (HOME.path, *_lessons()):
        raise BadEntry(WORDS("ant elsewhere", name=name[:80]))


def _spent(name: str, value: Mapping[str, Any]) -> None:
    if not 0 <= value["joules"] < MOST_JOULES:
        raise BadEntry(WORDS("no joules", name=name[:80]))


def _lessons() -> list[str]:
    return [lesson.path for lesson in LESSONS]


CHECKS: dict[str, Callable[[str, Mapping[str, Any]], None]] = {
    EXERCISE: _exercise,
    PREDICTION: _prediction,
    ANT: _ant,
    SPENT: _spent,
}
