"""How far behind the best a kind of model was found to be, at a task: points of the data set's own score.

    behind(data set) = score of the best there − score of the model         behind(task) = the median over data sets

Only scores of one data set, in one table, are held against each other. Elo (people choose between two answers) is turned into
points of wins: 50 − 100 ÷ (1 + 10^(difference ÷ 400)), 0 where they are as often chosen as the best.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from statistics import median
from typing import NamedTuple

from lessons.facts.deciding import ELO, Evidence, evidence

ROOM = 1.1  # a model a tenth larger than what fits still stands for it


class Gap(NamedTuple):
    """By how many points a model was behind the best of a data set."""

    dataset: str
    model: str
    points: float


class Behind(NamedTuple):
    """How far behind a kind of model was found to be, on each data set that says something of it."""

    gaps: tuple[Gap, ...]

    @property
    def value(self) -> float:
        """Points: the median."""
        return median(gap.points for gap in self.gaps)

    @property
    def low(self) -> float:
        """Where it did best."""
        return min(gap.points for gap in self.gaps)

    @property
    def high(self) -> float:
        """Where it did worst."""
        return max(gap.points for gap in self.gaps)

    @property
    def source(self) -> str:
        """Which model on which data set, and by how much."""
        return "; ".join(f"{gap.dataset}: {gap.model}, behind by {gap.points:.3g}" for gap in self.gaps)


def tasks() -> tuple[str, ...]:
    """Those of which scores are listed, in their order."""
    return tuple(dict.fromkeys(row.task for row in evidence()))


@lru_cache(maxsize=32)
def known(task: str) -> dict[str, list[Evidence]]:
    """The scores of a task by data set."""
    found: dict[str, list[Evidence]] = {}
    for row in evidence():
        if row.task == task:
            found.setdefault(row.dataset, []).append(row)
    return found


@lru_cache(maxsize=1024)
def of_kind(task: str, kind: str, most: float = float("inf")) -> Behind | None:
    """Of the best listed models of a kind with no more than so many parameters. None where nothing is listed."""
    return _behind(
        task, lambda row: row.option == kind and (row.parameters is None or row.parameters <= ROOM * most), most < float("inf")
    )  # fmt: skip


@lru_cache(maxsize=1024)
def of_model(task: str, model: str) -> Behind | None:
    """Of one model, by its name."""
    return _behind(task, lambda row: row.model == model)


def points(row: Evidence, best: Evidence) -> float:
    """By how much a score is behind another of its data set."""
    if row.metric != ELO:
        return best.score - row.score
    return 50 - 100 / (1 + 10 ** ((best.score - row.score) / 400))


def _behind(task: str, counts: Callable[[Evidence], bool], largest: bool = False) -> Behind | None:
    """`largest`: of a kind that grows with its size, the largest stands for it, be it the best or not."""
    gaps = []
    for dataset, rows in known(task).items():
        if ours := [row for row in rows if counts(row)]:
            stands = _largest(ours) if largest else max(ours, key=lambda row: row.score)
            gaps.append(Gap(dataset, stands.model, points(stands, max(rows, key=lambda row: row.score))))
    return Behind(tuple(gaps)) if gaps else None


def _largest(rows: Iterable[Evidence]) -> Evidence:
    return max(rows, key=lambda row: (row.parameters or 0, row.score))
