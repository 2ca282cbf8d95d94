"""How far behind the best a kind of model was found to be, at a task: points of the data set's own score.

    behind(data set) = score of the best there − score of the model
    behind(task) = their 75th percentile over data sets: in three of four tests it was no further behind

Only scores of one data set, in one table, are held against each other. An Elo is not a score in percent: of a task in
which people choose between two answers, `points` are those of wins that are missing to half of them, and nothing else
is mixed in. By Elo's formula, base 10 and scale 400 as the Arena has it (Chiang et al., "Chatbot Arena", 2024,
arXiv:2403.04132, §4), a model is expected to win 1 ÷ (1 + 10^(difference ÷ 400)) of all comparisons with the best.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from math import ceil
from statistics import median
from typing import NamedTuple

from lessons.facts.deciding import ELO, Evidence, evidence
from lessons.text import sections

WORDS = sections("estimate")

QUANTILE = 0.75  # of the tests it was found to be no further behind
ROOM = 1.1  # a model a tenth larger than what fits still stands for it


class ScoreGap(NamedTuple):
    """By how many points a model was behind the best of a data set; `wins`: whether they are points of wins."""

    dataset: str  # its name
    model: str  # the one that is behind
    points: float  # percentage points
    best: str = ""  # the model that is ahead
    wins: bool = False


class QualityGap(NamedTuple):
    """How far behind a kind of model was found to be, on each data set that says something of it."""

    gaps: tuple[ScoreGap, ...]  # one a data set

    @property
    def value(self) -> float:
        """Points, by which it is judged: in three of four tests it was no further behind (the 75th percentile)."""
        return quantile([gap.points for gap in self.gaps], QUANTILE)

    @property
    def median(self) -> float:
        """Points, in half of the tests."""
        return median(gap.points for gap in self.gaps)

    @property
    def wins(self) -> bool:
        """Whether the points are those of wins that are missing to half of them."""
        return any(gap.wins for gap in self.gaps)

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
        return "; ".join(
            WORDS("behind the best", dataset=gap.dataset, model=gap.model, points=gap.points, best=gap.best)
            for gap in self.gaps
        )


def tasks() -> tuple[str, ...]:
    """Those of which scores are listed, in their order."""
    return tuple(dict.fromkeys(row.task for row in evidence()))


@lru_cache(maxsize=32)
def known(task: str) -> dict[str, list[Evidence]]:
    """The scores of a task, as `Evidence.task` calls it, by data set."""
    found: dict[str, list[Evidence]] = {}
    for row in evidence():
        if row.task == task:
            found.setdefault(row.dataset, []).append(row)
    return found


@lru_cache(maxsize=1024)
def of_kind(task: str, kind: str, most: float = float("inf")) -> QualityGap | None:
    """Of the best listed models of a kind with no more than so many parameters. None where nothing is listed. `most`:
    parameters; `task`, `kind`: as `Evidence` has them, in `task` and `option`."""
    return _behind(
        task,
        lambda row: row.option == kind and (row.parameters is None or row.parameters <= ROOM * most),
        most < float("inf"),
    )


@lru_cache(maxsize=1024)
def of_model(task: str, model: str) -> QualityGap | None:
    """Of one model, by its name, at a `task`: as for `of_kind`."""
    return _behind(task, lambda row: row.model == model)


def only_prompted(task: str, gap: QualityGap) -> bool:
    """Whether all the scores by which a model is judged, or worse, are of prompts without training."""
    worst = {(each.dataset, each.model) for each in gap.gaps if each.points >= gap.value}
    return all(row.prompted for rows in known(task).values() for row in rows if (row.dataset, row.model) in worst)


def points(row: Evidence, best: Evidence) -> float:
    """By how much a score is behind another of its data set; of Elo the points of wins."""
    return 50 - expected_wins(row, best) if row.metric == ELO else best.score - row.score


def expected_wins(row: Evidence, best: Evidence) -> float:
    """Of 100 comparisons with another, by Elo."""
    return 100 / (1 + 10 ** ((best.score - row.score) / 400))


def quantile(values: Iterable[float], share: float) -> float:
    """The least of the values that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[ceil(share * len(ordered)) - 1]


def _behind(task: str, counts: Callable[[Evidence], bool], largest: bool = False) -> QualityGap | None:
    """`largest`: of a kind that grows with its size, the largest stands for it, be it the best or not."""
    gaps = []
    for dataset, rows in known(task).items():
        if ours := [row for row in rows if counts(row)]:
            stands = _largest(ours) if largest else max(ours, key=lambda row: row.score)
            best = max(rows, key=lambda row: row.score)
            gaps.append(ScoreGap(dataset, stands.model, points(stands, best), best.model, stands.metric == ELO))
    return QualityGap(tuple(gaps)) if gaps else None


def _largest(rows: Iterable[Evidence]) -> Evidence:
    return max(rows, key=lambda row: (row.parameters or 0, row.score))
