"""What is said of lottery tickets, as functions of the rows of its study, which a page shows as recorded."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from statistics import mean

from lessons.experiment import Experiment
from lessons.recorded.lottery import EARLY, KINDS, SPARSITIES, baseline, tickets
from lessons.vision import build
from tests.study import Point
from tests.study.quantization import minus

SEEDS = (0, 1, 2)


def points() -> Iterator[Point]:
    """The accuracy after each round of every kind, and of the baseline, with every seed."""
    for seed in SEEDS:
        yield point(baseline(seed), "baseline", 0)
        for kind in KINDS:
            for sparsity, ticket in tickets(kind, seed).items():
                yield point(ticket, kind, sparsity)


def point(experiment: Experiment, kind: str, sparsity: int) -> Point:
    setting = {"kind": kind, "sparsity": sparsity, "seed": experiment.source.seed, "id": experiment.id}
    return Point(setting, (experiment,), partial(row, experiment))


def row(experiment: Experiment) -> dict:
    return {"accuracy": build.measure(experiment)["accuracy"].value}


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds."""

    def of(kind: str, sparsity: int) -> list[float]:
        return [row["accuracy"] for row in rows if (row["kind"], row["sparsity"]) == (kind, sparsity)]

    def ahead(kind: str, other: str, sparsity: int) -> list[float]:
        return minus(of(kind, sparsity), of(other, sparsity))

    early = f"rewound to step {EARLY}"
    return {
        "with every seed a rewound ticket beats a random start under its mask, at every sparsity": all(
            min(ahead("rewound", "random", sparsity)) > 0 for sparsity in SPARSITIES
        ),
        "by more than a point at 88 % and more": all(
            min(ahead("rewound", "random", sparsity)) > 1 for sparsity in SPARSITIES if sparsity >= 88
        ),
        "and by more, the fewer weights are left": rising([mean(ahead("rewound", "random", s)) for s in SPARSITIES]),
        "a ticket with a quarter of the weights is within a point of the whole network, with every seed": max(
            minus(of("baseline", 0), of("rewound", 75))
        ) < 1,
        "one with an eighth is within 1.5": max(minus(of("baseline", 0), of("rewound", 88))) < 1.5,
        "on this network an early step is no better to rewind to than the first: within a point and a half with every "
        "seed": max(
            abs(lead) for s in SPARSITIES for lead in ahead(early, "rewound", s)
        ) < 1.5,
        "training on is ahead of rewinding at 50 and 75 %, with every seed": min(
            lead for s in (50, 75) for lead in ahead("fine-tuned", "rewound", s)
        ) > 0,
        "and behind it at 97 %, with every seed": max(ahead("fine-tuned", "rewound", 97)) < 0,
        "and at 94 %, on average": mean(ahead("fine-tuned", "rewound", 94)) < 0,
    }  # fmt: skip


def rising(numbers: list[float]) -> bool:
    return all(one < after for one, after in pairwise(numbers))
