"""The question that a lesson asks before its lab, and the answers to choose from, as readers see them."""

import re

from lessons.charts.sweep import BROKEN
from lessons.text import sections


def question(lesson: str) -> str:
    """What the page of a lesson (by its path) asks, in our Markdown."""
    return sections(lesson)["predict"].replace("{points}", str(BROKEN))


def shown(lesson: str, option: str) -> str:
    """An answer as the page of a lesson shows it: `5 pp`."""
    return sections(lesson).get("predict: answer", "{guess}").format(guess=in_words(option))


def in_words(guess: str) -> str:
    """An answer as a reader sees it: thousands have a comma, which addresses do without."""
    return re.sub(r"\d{4,}", lambda number: f"{int(number[0]):,}", guess)
