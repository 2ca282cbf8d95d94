"""What is said of small language models that learn Shakespeare, alone or from a teacher, and of the teacher rounded
instead."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from statistics import mean
from typing import Any

from lessons.experiment import Experiment, QuantizeWeights, Step, ready_written
from lessons.language.evaluate import evaluate
from lessons.recorded.writing import students
from tests.study import Point

SEEDS = (0, 1, 2)
TEACHER = Experiment(ready_written("shakespeare"))
WAYS = {"as it is": (), **{f"{bits} bits": (QuantizeWeights(bits, "group"),) for bits in (2, 3, 4, 8)}}


def points() -> Iterator[Point]:
    """Loss and bytes of both students with every seed, and of the teacher, as they are and rounded in groups."""
    for way, steps in WAYS.items():
        for seed in SEEDS:
            for kind, student in students(seed).items():
                yield point(student, steps, kind=kind, way=way, seed=seed)
        yield point(TEACHER, steps, kind="teacher", way=way, seed=0)


def point(model: Experiment, steps: tuple[Step, ...], **which: Any) -> Point:
    experiment = replace(model, recipe=steps)
    return Point(which | {"id": experiment.id}, (experiment,), partial(row, experiment))


def row(experiment: Experiment) -> dict:
    found = evaluate(experiment)
    return {name: found[name].value for name in ("loss", "packed", "macs")}


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds."""

    def of(kind: str, way: str, name: str = "loss") -> list[float]:
        return [row[name] for row in rows if (row["kind"], row["way"]) == (kind, way)]

    gained = [a - t for a, t in zip(of("alone", "as it is"), of("taught", "as it is"), strict=True)]
    return {
        "taught or alone, a student ends within 0.1 nats of the other, with every seed": max(map(abs, gained)) < 0.1,
        "the teacher is better than any student": max(of("teacher", "as it is")) < min(of("taught", "as it is")),
        "rounded to 4 bits it is as large as a student, within a fifth, and better by 0.2 nats": abs(
            of("teacher", "4 bits", "packed")[0] / of("alone", "as it is", "packed")[0] - 1
        )
        < 0.2
        and mean(of("taught", "as it is")) - of("teacher", "4 bits")[0] > 0.2,
        "but a student has a seventh of its multiplications": 7 * of("alone", "as it is", "macs")[0]
        < of("teacher", "4 bits", "macs")[0],
    }
