"""The texts of exercises, a file a lesson: `exercises/<lesson>.md`. A section each, in the order they are numbered: its
title, what is asked, and a list of what is said of each answer, with the minutes it takes."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from lessons.text import FOLDER, LABEL, sections

MINUTES, COMPUTES = "minutes", "computes"


class ExerciseText(NamedTuple):
    """What is said of an exercise. `asks` and `answers`, which go by their outcomes, have `{values}` of the reader's
    model."""

    title: str
    asks: str
    minutes: float  # measured with readers who had not seen it before
    answers: Mapping[str, str]
    computes: str = ""  # what a function with a missing line computes


@lru_cache(maxsize=32)
def exercises(lesson: str, language: str = "en") -> dict[str, ExerciseText]:
    """The texts of a lesson's exercises by name; none where it has none. Raises ValueError for one that lacks its title
    or minutes."""
    if not (FOLDER / language / "exercises" / f"{lesson}.md").exists():
        return {}
    return {name: _read(f"{lesson}, {name}", body) for name, body in sections(f"exercises/{lesson}", language).items()}


def _read(name: str, body: str) -> ExerciseText:
    listed = {label: " ".join(words.split()) for label, words in LABEL.findall(body)}
    title, _, asks = LABEL.sub("", body).strip().partition("\n")
    if not title or MINUTES not in listed:
        raise ValueError(f"{name}: an exercise has a title and minutes")
    minutes, computes = float(listed.pop(MINUTES)), listed.pop(COMPUTES, "")
    return ExerciseText(title, asks.strip(), minutes, listed, computes)
