"""How far behind the best a kind of model was found to be, at a task: points of the data set's own score.

    behind(data set) = score of the best there − score of the model         behind(task) = the median over data sets

Only scores of one data set, in one table, are held against each other. Elo (people choose between two answers) is turned into
points of wins: 50 − 100 ÷ (1 + 10^(difference ÷ 400)), 0 where they are as often chosen as the best.
"""

from collections.abc import Iterable
from statistics import median

from lessons.facts.deciding import ELO, Evidence, evidence
from lessons.quantity import Quantity

ROOM = 1.1  # a model a tenth larger than what fits still stands for it


def tasks() -> tuple[str, ...]:
    """Those of which scores are listed, in their order."""
    return tuple(dict.fromkeys(row.task for row in evidence()))


def known(task: str) -> dict[str, list[Evidence]]:
    """The scores of a task by data set."""
    found: dict[str, list[Evidence]] = {}
    for row in evidence():
        if row.task == task:
            found.setdefault(row.dataset, []).append(row)
    return found


def of_kind(task: str, kind: str, most: float = float("inf")) -> Quantity | None:
    """Of the best listed models of a kind with no more than so many parameters. None where nothing is listed."""
    return _behind(
        task, lambda row: row.option == kind and (row.parameters is None or row.parameters <= ROOM * most), most < float("inf")
    )  # fmt: skip


def of_model(task: str, model: str) -> Quantity | None:
    """Of one model, by its name."""
    return _behind(task, lambda row: row.model == model)


def points(row: Evidence, best: Evidence) -> float:
    """By how much a score is behind another of its data set."""
    if row.metric != ELO:
        return best.score - row.score
    return 50 - 100 / (1 + 10 ** ((best.score - row.score) / 400))


def _behind(task: str, counts, largest: bool = False) -> Quantity | None:
    """`largest`: of a kind that grows with its size, the largest stands for it, be it the best or not."""
    gaps: dict[str, tuple[Evidence, float]] = {}
    for dataset, rows in known(task).items():
        if ours := [row for row in rows if counts(row)]:
            stands = _largest(ours) if largest else max(ours, key=lambda row: row.score)
            gaps[dataset] = stands, points(stands, max(rows, key=lambda row: row.score))
    if not gaps:
        return None
    each = [gap for _, gap in gaps.values()]
    said = "; ".join(f"{dataset}: {row.model}, {gap:.3g}" for dataset, (row, gap) in gaps.items())
    source = f"median of points behind the best listed ({said})"
    return Quantity("behind", median(each), "points", "cited", min(each), max(each), source)


def _largest(rows: Iterable[Evidence]) -> Evidence:
    return max(rows, key=lambda row: (row.parameters or 0, row.score))
