"""What is said of lottery tickets, as functions of the rows of its study, which a page shows as recorded."""

from collections.abc import Iterator

from lessons import build
from lessons.experiment import Experiment
from lessons.recorded.lottery import KINDS, baseline, tickets

SEEDS = (0, 1, 2)


def rows() -> Iterator[dict]:
    """The accuracy after each round of every kind, and of the baseline, with every seed."""
    for seed in SEEDS:
        yield row(baseline(seed), "baseline", 0)
        for kind in KINDS:
            for sparsity, ticket in tickets(kind, seed).items():
                yield row(ticket, kind, sparsity)


def row(experiment: Experiment, kind: str, sparsity: int) -> dict:
    accuracy = build.measure(experiment)["accuracy"].value
    seed = experiment.source.seed
    return {"kind": kind, "sparsity": sparsity, "seed": seed, "id": experiment.id, "accuracy": accuracy}


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds."""
    return {}
