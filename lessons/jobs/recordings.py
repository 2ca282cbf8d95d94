"""What jobs have told at another time: a lesson opens with that, and a reader can see it done again here.

A file a lesson in `recorded/`, a line a question: the job and its arguments, the events it gave, the hash of its code,
when, and on what machine. `python -m lessons.record` writes them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from lessons import recorded
from lessons.code_hash import code_hash
from lessons.experiment import Experiment
from lessons.jobs.marked import marked
from lessons.jobs.plain_json import decoded, encoded
from lessons.quantity import as_recorded
from lessons.text import sections

WORDS = sections("jobs")

SCRIPT = "make recordings"
FACTS = recorded.HERE.parent / "facts" / "energy_per_operation.csv"  # what energies are worked out from
Question = tuple[Any, ...]  # a job, and its arguments


@dataclass(frozen=True, eq=False)
class Recording:
    """What a job told, but for how far it was; the last event is its result. `seconds`: of processor time it took, on a
    machine where a forward pass of the network that ships with the app takes `pass_ms`, in milliseconds."""

    events: tuple[Any, ...]
    source: str
    seconds: float
    pass_ms: float

    @property
    def result(self) -> Any:
        """What it was asked for."""
        return self.events[-1]


@lru_cache(maxsize=1024)
def find(job: Callable, *arguments: Any) -> Recording | None:
    """What was recorded of a job with these arguments, if it was; its numbers wear the badge *recorded*."""
    row = _rows().get(named(job, *arguments))
    if row is None:
        return None
    source = WORDS("recorded", script=SCRIPT, date=row["date"], machine=row["machine"])
    events = tuple(marked(decoded(event), partial(as_recorded, source=source)) for event in row["events"])
    return Recording(events, source, row["seconds"], row["pass_ms"])


def named(job: Callable, *arguments: Any) -> str:
    """What a question is found by."""
    return json.dumps([f"{job.__module__}.{job.__qualname__}", *map(encoded, arguments)], sort_keys=True)


def code_of(question: Question) -> str:
    """The hash of the code that an answer depends on, and of the figures that energies are worked out from."""
    job, *arguments = question
    steps = frozenset().union(*(each.kinds for each in arguments if isinstance(each, Experiment)))
    return code_hash(f"{job.__module__}:{job.__qualname__}", steps=steps, files=(FACTS,))


def read(lesson: str) -> list[dict[str, Any]]:
    """The lines of a lesson's file, none where there is no file."""
    path = recorded.results(lesson, "jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@lru_cache(maxsize=1)
def _rows() -> dict[str, dict[str, Any]]:
    lessons = (path.stem for path in sorted(recorded.HERE.glob("*.jsonl")))
    return {json.dumps(row["question"], sort_keys=True): row for lesson in lessons for row in read(lesson)}
