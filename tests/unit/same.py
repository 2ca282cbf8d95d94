"""Trains, shrinks and measures what must come out the same everywhere, and tells the measurements as JSON.

    python -m tests.unit.same THREADS vision adapter …

Trained weights are kept in MODELS_FOR_ANTS_CACHE, as ever. With FLUSHED numbers too small to be normal count as 0.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

import torch

from lessons import store
from lessons.experiment import Adapt, Experiment, Prune, Quantize, QuantizeWeights, Trained, Written, shipped
from lessons.experiment.language_source import ready_written
from lessons.jobs import adaptation, language, vision
from lessons.jobs.plain_json import encoded
from lessons.quantity import Measurement
from lessons.vision import build

SOME_STEPS = Experiment(Trained(seed=5, epochs=1, stopped_at=6))
EPOCH = Experiment(Trained(seed=5, epochs=1))
SHRUNK = (Quantize(4, "channel", "affine"), Prune(60))
WRITTEN = Written(steps=10, seed=5)
PICTURES = shipped() | Adapt("turned", rank=4, where="every layer", steps=10, seed=5)
TEXTS = Experiment(ready_written("shakespeare")) | Adapt("bible", rank=4, steps=10, seed=5)


def last(job: Callable, *arguments: Any) -> Any:
    """The result of a job."""
    *_, found = job(*arguments, lambda: None)
    return found


def seen(baseline: Experiment) -> list[Measurement]:
    """What is measured of a network once it is shrunk; it is trained first, if need be."""
    last(vision.tuning, baseline)
    return [build.measure(baseline | SHRUNK[0] | SHRUNK[1])]


def written() -> list[Measurement]:
    if not store.has(Experiment(WRITTEN).stored_as):
        last(language.learning, WRITTEN)
    return [last(language.reading, Experiment(WRITTEN) | QuantizeWeights(4))]


def adapted(one: Experiment) -> list[Measurement]:
    if not store.has(one.stored_as):
        last(adaptation.adapting, one)
    return [last(adaptation.judging, one, one.recipe[-1].to)]


WORK: dict[str, Callable[[], list[Measurement]]] = {
    "vision": lambda: seen(SOME_STEPS),
    "shipped": lambda: seen(shipped()),
    "adapter": lambda: adapted(PICTURES),
    "language": written,
    "text adapter": lambda: adapted(TEXTS),
    "epoch": lambda: [build.measure(EPOCH), *seen(EPOCH)],
}


def measured(names: Iterable[str]) -> dict[str, Any]:
    """What is measured, by the name of the work, as JSON has it: every number to its last bit."""
    return {name: encoded(WORK[name](), exact=True) for name in names}


if __name__ == "__main__":
    threads, *names = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.set_flush_denormal("FLUSHED" in os.environ)
    print(json.dumps(measured(names)))
