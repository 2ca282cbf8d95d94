"""The class in the browser, and what it is told: the questions of all lessons, and the classes this browser is in."""

import re
from typing import Any

from lessons.catalog import LESSONS, Lesson
from lessons.classroom.activities import BOARD, OVERLAYS, THRESHOLD
from lessons.classroom.opening import Key
from lessons.prediction import question
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.classroom import charts, own_run
from lessons.ui.state.classes import keys, looked_at
from lessons.ui.state.rooms import guesses_of, overlay_of

WORDS = sections("class")
ACTIVITIES = sections("activities")
ITALIC = re.compile(r"(?<!\*)\*(?!\*)")


def draw() -> None:
    """Draw the class that this page is at, or the ways into one; above it what a member trains there."""
    if key := member():
        own_run.draw(key)
    browser.classroom(
        key="classroom",
        data={
            "words": WORDS,
            "code": looked_at(),
            "lessons": [_asked_of(lesson) for lesson in LESSONS],
            "classes": sorted({key.code for key in keys()}),
            "activities": {path: overlay_of(path).title for path in OVERLAYS} | {BOARD: ACTIVITIES["board: title"]},
            "charts": {path: {"spec": charts.overlay(overlay_of(path))} for path in OVERLAYS}
            | {BOARD: {"spec": charts.board(), "board": True}},
            "wall": charts.ON_A_WALL,
            "threshold": THRESHOLD,
        },
    )


def member() -> Key | None:
    """The key of a member to the class that this page is at; None for its teacher, and for all others."""
    code = looked_at()
    taught = [key.code for key in keys("teacher")]
    return next((key for key in keys("member") if key.code == code and code not in taught), None)


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
