"""The class in the browser, and what it is told: the questions of all lessons, and the classes this browser is in."""

import re
from typing import Any

from lessons.catalog import LESSONS, Lesson
from lessons.prediction import question
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.state.classes import keys
from lessons.ui.state.rooms import guesses_of

WORDS = sections("class")
ITALIC = re.compile(r"(?<!\*)\*(?!\*)")


def draw() -> None:
    """Draw the class whose code the address has, or the ways into one."""
    browser.classroom(
        key="classroom",
        data={
            "words": WORDS,
            "lessons": [_asked_of(lesson) for lesson in LESSONS],
            "classes": sorted({key.code for key in keys()}),
        },
    )


def _asked_of(lesson: Lesson) -> dict[str, Any]:
    """The question of a lesson, as its page asks it, and the answers to choose from."""
    text = sections(lesson.path)
    return {
        "path": lesson.path,
        "title": lesson.title,
        "question": " ".join(ITALIC.sub("", question(lesson.path)).split()),
        "options": guesses_of(lesson.path),
        "answer": text.get("predict: answer", "{guess}"),
    }
