"""What lessons claim of training with rounded weights, as functions of the study's rows."""

from collections.abc import Iterator

from lessons import models
from lessons.experiment import Experiment, FineTune, Quantize, Trained
from tests.study.pruning import row

SEEDS = (0, 1, 2)
NETS = models.NAMES
SETTINGS = [
    Quantize(bits, grain, range=range)
    for range, widths in (("min-max", (2, 3, 4)), ("least-squares", (2, 3)))
    for bits in widths
    for grain in ("tensor", "channel")
]


def rows() -> Iterator[dict]:
    """Rounded, and rounded and trained on, with every network and seed."""
    for model in NETS:
        for seed in SEEDS:
            baseline = Experiment(Trained(model=model, seed=seed))
            yield row(baseline, "baseline")
            for step in SETTINGS:
                setting = {"bits": step.bits, "grain": step.grain, "range": step.range}
                yield row(baseline, "rounded", step, **setting)
                yield row(baseline, "trained", step, FineTune(2), **setting)


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds."""
    return {}
