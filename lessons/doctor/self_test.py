"""Trains, rounds, packs, unpacks and measures, and compares with what is known: some seconds."""

from collections.abc import Iterator

import torch

from lessons.doctor.finding import Finding, judged
from lessons.experiment import Quantize, Trained, shipped
from lessons.shrink.pack import pack, unpack
from lessons.vision import build

STEPS, LOSS, LOSS_WITHIN = 20, 1.777, 0.02  # of a training from seed 0
BYTES = 14_552  # of the packed file, the same on every machine
ACCURACY, ACCURACY_WITHIN = 88.2, 0.1  # %, of the network that ships, rounded to 4 bits
ADVICE = (
    "results of this machine differ from those of others; report it with python -m lessons doctor --bundle FILE.zip"
)


def findings() -> Iterator[Finding]:
    """What each step gave."""
    *_, (step, _) = build.training(Trained(seed=0, epochs=1, stopped_at=STEPS))
    close = abs(step.loss - LOSS) <= LOSS_WITHIN
    yield judged(close, "self-test, training", f"loss {step.loss:.4f} after {STEPS} steps ({LOSS} known)", ADVICE)
    experiment = shipped() | Quantize(4, "channel")
    tensors = build.build(experiment).tensors
    file = pack(tensors)
    yield judged(len(file) == BYTES, "self-test, packing", f"{len(file)} bytes ({BYTES} known)", ADVICE)
    yield judged(_same(tensors, unpack(file)), "self-test, unpacking", "compared weight by weight", ADVICE)
    accuracy = build.measure(experiment)["accuracy"].value
    close = abs(accuracy - ACCURACY) <= ACCURACY_WITHIN
    yield judged(close, "self-test, measuring", f"accuracy {accuracy:.2f} % ({ACCURACY} known)", ADVICE)


def _same(tensors: dict, back: dict) -> bool:
    dense = lambda each: each if isinstance(each, torch.Tensor) else each.decode()
    return tensors.keys() == back.keys() and all(
        torch.equal(dense(each), dense(back[name])) for name, each in tensors.items()
    )
