"""What lessons claim in words, held against measurements over three seeds: a module a lesson, with `points()` to be
measured and `claims(rows)` that judges, and its results beside it."""

import importlib
import json
import pkgutil
import platform
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import torch

from lessons import recorded
from lessons.code_hash import code_hash
from lessons.experiment import Experiment

RECORDED = ("lottery", "smollm2")  # too long to wait for: a page shows their results
SEEDLESS = ("smollm2",)  # nothing in it is drawn by chance


class Point(NamedTuple):
    """A row of a study before it is measured: its setting, the experiments it is about, and what measures it, a
    `functools.partial` of a function at the top level of a module."""

    setting: dict[str, Any]
    experiments: tuple[Experiment, ...]
    measure: Callable[[], dict[str, Any]]

    @property
    def code(self) -> str:
        """The hash of the code its numbers depend on."""
        by = self.measure.func
        steps = frozenset().union(*(each.kinds for each in self.experiments))
        return code_hash(f"{by.__module__}:{by.__name__}", steps=steps)

    def row(self) -> dict[str, Any]:
        """The setting, what is measured there, and by which code."""
        return self.setting | self.measure() | {"code": self.code}

    def known(self, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The row of this setting that today's code has measured, if it is among these."""
        mine = self.setting | {"code": self.code}
        return next((row for row in rows if mine.items() <= row.items()), None)


STUDIES = {
    found.name: importlib.import_module(f"tests.study.{found.name}")
    for found in pkgutil.iter_modules(__path__)
    if found.name != "__main__"
}


def measured(name: str, again: bool = False) -> Iterator[tuple[dict[str, Any], bool]]:
    """All rows of a study, and whether each was measured now. What today's code has measured already is kept, but for
    all measured `again`; what is new is written at once, so that a study that was stopped goes on from there."""
    before = [] if again or not results(name).exists() else read(name)["rows"]
    rows: list[dict[str, Any]] = []
    points = list(STUDIES[name].points())
    for point in points:
        row = point.known(before)
        rows.append(row or point.row())
        if row is None:
            ahead = [found for other in points[len(rows) :] if (found := other.known(before))]
            write(name, rows + ahead)
        yield rows[-1], row is None
    if rows != before:
        write(name, rows)  # without those of settings that are no longer asked for


def results(name: str) -> Path:
    return recorded.results(name) if name in RECORDED else Path(__file__).with_name(f"{name}.json")


def write(name: str, rows: list[dict[str, Any]]) -> None:
    """The results of a study, and by what script, when and where they were last measured."""
    made = {
        "script": f"python -m tests.study {name}",
        "date": date.today().isoformat(),
        "machine": platform.machine(),
    }
    lines = ",\n".join(json.dumps(row) for row in rows)
    head = json.dumps(made | {"torch": torch.__version__})[:-1]
    results(name).write_text(f'{head}, "rows": [\n{lines}\n]}}\n')


def read(name: str) -> dict[str, Any]:
    return json.loads(results(name).read_text())
