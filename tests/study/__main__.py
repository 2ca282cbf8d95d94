"""Run the study, write results.json, and say which claims hold. Exit status 1 if one does not.

make study        about two minutes
"""

import json
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

import torch

from lessons import build, models, store
from lessons.experiment import GRAINS, RANGES, Experiment, Quantize, QuantizeActivations, Step, Trained
from lessons.jobs.worker import THREADS
from tests.study.quantization import CODE, IMAGES, RESULTS, claims

SEEDS = (0, 1, 2)


def main() -> int:
    torch.set_num_threads(THREADS)
    rows = [
        row(Experiment(Trained(model=model, seed=seed)), step)
        for model in models.NAMES
        for seed in SEEDS
        for step in (None, *steps())
    ]
    made = {"code": store.code_hash(*CODE), "date": date.today().isoformat(), "machine": platform.machine()}
    lines = ",\n".join(json.dumps(row) for row in rows)
    head = json.dumps(made | {"torch": torch.__version__})[:-1]
    RESULTS.write_text(f'{head}, "rows": [\n{lines}\n]}}\n')
    held = claims(rows)
    for claim, holds in held.items():
        print("holds" if holds else "FAILS", claim)
    return 0 if all(held.values()) else 1


def steps() -> Iterator[Step]:
    """Every setting that a claim is about."""
    for bits in (1, 2, 3, 4, 6, 8):
        for grain in GRAINS:
            yield Quantize(bits, grain)
    for bits in (2, 3, 4, 8):
        for grain in ("tensor", "channel"):
            for range in RANGES[1:]:
                yield Quantize(bits, grain, range=range)
    for images in IMAGES:
        for range in RANGES[:2]:
            yield QuantizeActivations(4, images, range)


def row(baseline: Experiment, step: Step | None) -> dict:
    """Accuracy of one setting, with the error of each layer's weights, and the range of each layer's inputs."""
    experiment = baseline | step if step else baseline
    original, shrunk = build.build(baseline), build.build(experiment)
    errors = {
        name: (weight - original.net.get_parameter(name)).square().mean().sqrt().item()
        for name, weight in shrunk.net.named_parameters()
        if weight.dim() > 1
    }
    result = {
        "model": baseline.source.model,
        "seed": baseline.source.seed,
        "step": type(step).__name__,
        **(asdict(step) if step else {}),
        "accuracy": build.measure(experiment)["accuracy"].value,
        "error": errors if isinstance(step, Quantize) else {},
        "width": {name: grid.scale.item() * grid.last for name, grid in shrunk.inputs.items()},
    }
    print({name: value for name, value in result.items() if name not in ("error", "width")}, flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main())
