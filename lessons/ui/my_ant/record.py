"""The record of what a reader has done, as one page to print: an HTML file that needs nothing else, and fits on A4."""

from collections.abc import Mapping
from html import escape
from typing import Any

from lessons import paper
from lessons.ant import Ant
from lessons.catalog import LESSONS, Lesson
from lessons.progress import EXERCISE, PREDICTION, SPENT
from lessons.quantity import Quantity
from lessons.reader_record import ants, runs_digest
from lessons.text import sections
from lessons.text.exercises import exercises
from lessons.ui.my_ant.charts import TITLES

WORDS = sections("my-ant")
OUTCOMES = {"right": WORDS["right"], "wrong": WORDS["wrong"], "": WORDS["open"]}


def html(kept: Mapping[str, Any], made: str, reader: str = "") -> str:
    """All of it. `kept`: entries by name, with their times; `made`: the date; `reader`: a name, if one is wanted on
    it."""
    values = {name: entry["value"] for name, entry in kept["entries"].items()}
    found = ants(kept)
    return paper.page(
        "record",
        WORDS["record: title"],
        who=escape(WORDS("record: who", reader=reader, made=made) if reader else WORDS("record: made", made=made)),
        summary=escape(summary(values)),
        lessons=paper.table(WORDS["record: columns"], (_lesson(lesson, values) for lesson in LESSONS)),
        ants=paper.table(WORDS["record: ants"], (_ant(place, ant) for place, ant in found.items())) if found else "",
        none="" if found else escape(WORDS["record: no ant"]),
        digest=escape(WORDS("record: digest", digest=runs_digest(found))) if found else "",
        verify=escape(WORDS["record: verify"]),
    )


def summary(values: Mapping[str, Any]) -> str:
    """Lessons done, predictions right, exercises solved, joules, in a sentence. `values`: of entries, by name."""
    solved = sum(done(lesson, values) for lesson in LESSONS)
    all_there_are = sum(len(exercises(lesson.path)) for lesson in LESSONS)
    predictions = [value["outcome"] for name, value in values.items() if name.startswith(f"{PREDICTION}/")]
    joules = sum(value["joules"] for name, value in values.items() if name.startswith(f"{SPENT}/"))
    return WORDS(
        "record: summary",
        lessons=sum(is_done(lesson, values) for lesson in LESSONS),
        all=len(LESSONS),
        right=predictions.count("right"),
        predictions=len([each for each in predictions if each]),
        solved=solved,
        exercises=all_there_are,
        joules=Quantity("spent", joules, "J", "estimated"),
    )


def done(lesson: Lesson, values: Mapping[str, Any]) -> int:
    """How many of a lesson's exercises are solved."""
    names = (f"{EXERCISE}/{lesson.path}/{name}" for name in exercises(lesson.path))
    return sum(values[name]["solved"] for name in names if name in values)


def is_done(lesson: Lesson, values: Mapping[str, Any]) -> bool:
    """Whether all of a lesson's exercises are solved, and its prediction is made."""
    return f"{PREDICTION}/{lesson.path}" in values and done(lesson, values) == len(exercises(lesson.path))


def _lesson(lesson: Lesson, values: Mapping[str, Any]) -> list[str]:
    prediction = values.get(f"{PREDICTION}/{lesson.path}", {"outcome": ""})["outcome"]
    tries = sum(value["tries"] for name, value in values.items() if name.startswith(f"{EXERCISE}/{lesson.path}/"))
    solved = WORDS("solved", solved=done(lesson, values), all=len(exercises(lesson.path)))
    return [lesson.title, OUTCOMES[prediction], solved, f"{tries}"]


def _ant(place: str, ant: Ant) -> list[str]:
    return [TITLES[place.partition("/")[2]], ant.origin, "; ".join(ant.history), *map(str, ant.quantities.values())]
