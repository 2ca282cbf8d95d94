"""SmolLM2 shrunk in every way the page begins with: too long to wait for on a stage, so a page shows what was
recorded."""

from functools import lru_cache, partial

from lessons import recorded
from lessons.estimate.token_energy_floor import floors
from lessons.experiment import (
    Experiment,
    FactorizeWeights,
    PruneWeights,
    QuantizeKVCache,
    QuantizeWeights,
    Written,
    computes_in,
    file_source,
)
from lessons.experiment.language_source import SMOLLM2, Tutored
from lessons.experiment.language_step import PUBLISHED
from lessons.quantity import Measurement, Quantity

BITS = (2, 3, 4, 5, 6, 8)
GRAINS = ("tensor", "row", "group")
HARD = (2, 3, 4)  # bits at which better methods than rounding to the nearest have something to gain
LAYERS = PUBLISHED["gptq"]  # what GPTQ and AWQ round; embeddings and head stay as they were
BLOCKS = (
    QuantizeWeights(8, "group", "Q8_0"),
    QuantizeWeights(4, "group", "Q4_0"),
    QuantizeWeights(4, "group", "Q4_1"),
    QuantizeWeights(4, "group", "Q4_1", parts=LAYERS),
)
PRUNED = (20, 50, 70)
SHARES = (50, 75, 90)  # % of the numbers that two factors have
STUDENT = Written("shakespeare", "llama-64x2", 1_000)
REPEATED = "measured", "recorded"  # what a measurement is called when it is read again


def smollm2() -> list[Experiment]:
    """All settings that are recorded, the unshrunk model first."""
    start = Experiment(file_source(SMOLLM2))
    found = [start, *(start | QuantizeWeights(bits, grain) for grain in GRAINS for bits in BITS)]
    found += [
        start | QuantizeWeights(bits, grain, method=method)
        for method in ("gptq", "awq")
        for grain in ("row", "group")
        for bits in HARD
    ]
    found += [
        start | QuantizeWeights(bits, grain, method=method, parts=LAYERS)
        for grain in ("row", "group")
        for method in ("nearest", "gptq", "awq")
        for bits in HARD
    ]
    found += [
        start | step for step in (*BLOCKS, QuantizeWeights(4, "group", "nf4"), QuantizeWeights(4, "group", "affine"))
    ]
    found += [start | QuantizeWeights(bits, outliers=1) for bits in (3, 4)]
    found += [start | PruneWeights(sparsity) for sparsity in PRUNED]
    found += [start | PruneWeights(50, "magnitude"), start | PruneWeights(50) | QuantizeWeights(4, "group")]
    found += [start | FactorizeWeights(share) for share in SHARES]
    found += [start | QuantizeWeights(4, parts=part) for part in ("attention", "MLP", "embeddings")]
    return [*found, *(start | QuantizeKVCache(bits) for bits in (2, 4, 8))]


def measurement(experiment: Experiment) -> Measurement | None:
    """What was recorded of an experiment, if it was, and what follows from it. It has no answers."""
    row = _by_id().get(experiment.id)
    if row is None:
        return None
    source = recorded.read("smollm2").source
    found = Measurement(tuple(_quantity(source, *each) for each in row["quantities"]), b"")
    energy = floors(found["macs"].value, found["read"].value, computes_in(experiment.recipe))
    return Measurement((*found.quantities, *energy), b"")


def published_and_all() -> dict[str, str]:
    """Perplexity and bytes of SmolLM2 unshrunk, and by GPTQ at 3 bits in groups: as `published`, without embeddings and
    head, and `every` matrix."""
    start = Experiment(file_source(SMOLLM2))
    by_gptq = partial(QuantizeWeights, 3, "group", method="gptq")
    settings = {"unshrunk": start, "published": start | by_gptq(parts=LAYERS), "every": start | by_gptq()}
    found = {name: measurement(experiment) for name, experiment in settings.items()}
    perplexities = {name: str(seen["perplexity"]) for name, seen in found.items()}
    return perplexities | {f"{name}_bytes": str(seen["packed"]) for name, seen in found.items()}


def quiz(experiment: Experiment) -> dict[str, int] | None:
    """How many questions of each kind were answered right, if that was recorded."""
    row = _by_id().get(experiment.id)
    return row and row["quiz"]


def students(seed: int) -> dict[str, Experiment]:
    """A small model that learns Shakespeare alone, and one with the shipped model as its teacher: same first weights,
    same text."""
    alone = Written(STUDENT.corpus, STUDENT.model, STUDENT.steps, seed)
    return {
        "alone": Experiment(alone),
        "taught": Experiment(Written(alone.corpus, alone.model, alone.steps, seed, tutored=Tutored())),
    }


@lru_cache(maxsize=1)
def _by_id() -> dict[str, dict]:
    return {row["id"]: row for row in recorded.read("smollm2").rows}


def _quantity(
    source: str, name: str, value: float, unit: str, badge: str, low: float | None, high: float | None, source_text: str
) -> Quantity:
    if badge == REPEATED[0]:
        return Quantity(name, value, unit, REPEATED[1], low, high, f"{source_text}; {source}")
    return Quantity(name, value, unit, badge, low, high, source_text)
