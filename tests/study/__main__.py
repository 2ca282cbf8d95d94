"""Run the study, write results.json, and say which claims hold. Exit status 1 if one does not.

make study        about a minute
"""

import json
import platform
import sys
from datetime import date

import torch

from lessons import build, store
from lessons.experiment import GRAINS, Experiment, Quantize, Trained
from lessons.jobs.worker import THREADS
from tests.study.quantization import CODE, RESULTS, claims

SEEDS = (0, 1, 2)
WIDTHS = (1, 2, 3, 4, 6, 8)


def main() -> int:
    torch.set_num_threads(THREADS)
    rows = [row for seed in SEEDS for row in measured(Experiment(Trained(seed=seed)), seed)]
    made = {"code": store.code_hash(*CODE), "date": date.today().isoformat(), "machine": platform.machine()}
    RESULTS.write_text(json.dumps(made | {"torch": torch.__version__, "rows": rows}, indent=1) + "\n")
    held = claims(rows)
    for claim, holds in held.items():
        print("holds" if holds else "FAILS", claim)
    return 0 if all(held.values()) else 1


def measured(baseline: Experiment, seed: int) -> list[dict]:
    """Accuracy, and each layer's weight error, of every setting for one seed."""
    rows = [
        {
            "seed": seed,
            "bits": 32,
            "grain": "tensor",
            "accuracy": build.measure(baseline)["accuracy"].value,
            "error": {},
        }
    ]
    for bits in WIDTHS:
        for grain in GRAINS:
            experiment = baseline | Quantize(bits, grain)
            accuracy = build.measure(experiment)["accuracy"].value
            rows.append({"seed": seed, "bits": bits, "grain": grain, "accuracy": accuracy, "error": errors(experiment)})
            print(rows[-1] | {"error": "…"})
    return rows


def errors(experiment: Experiment) -> dict[str, float]:
    """Root mean square of (rounded − original), by layer."""
    original, shrunk = build.build(experiment.baseline).net.state_dict(), build.build(experiment).net.state_dict()
    return {
        name: (shrunk[name] - weight).square().mean().sqrt().item()
        for name, weight in original.items()
        if weight.dim() > 1
    }


if __name__ == "__main__":
    sys.exit(main())
