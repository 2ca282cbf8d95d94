"""A small quiz for language models, written for this course: facts, sums and spelling, with four endings each."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "bundled" / "texts" / "quiz.csv"


@dataclass(frozen=True)
class Question:
    """`kind`: facts, sums or spelling; `begin`: what an ending follows; `endings`: the first is right."""

    kind: str
    begin: str
    endings: tuple[str, ...]


class Answered(NamedTuple):
    """A question and the number of the ending a model chose; the first is right."""

    question: Question
    chosen: int

    @property
    def right(self) -> bool:
        return self.chosen == 0


def _read() -> tuple[Question, ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Question(kind, begin, tuple(f" {end}" for end in ends)) for kind, begin, *ends in csv.reader(file))


QUESTIONS = _read()
KINDS = tuple(dict.fromkeys(question.kind for question in QUESTIONS))
