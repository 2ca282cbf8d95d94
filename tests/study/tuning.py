"""What lessons claim of training with rounded weights, as functions of the study's rows."""

from collections.abc import Iterator

from lessons import models
from lessons.experiment import Experiment, FineTune, Quantize, Trained
from tests.study import Point
from tests.study.pruning import Rows, point
from tests.study.quantization import minus

SEEDS = (0, 1, 2)
NETS = models.NAMES
SETTINGS = [
    Quantize(bits, grain, range=range)
    for range, widths in (("min-max", (2, 3, 4)), ("least-squares", (2, 3)))
    for bits in widths
    for grain in ("tensor", "channel")
]


def points() -> Iterator[Point]:
    """Rounded, and rounded and fine-tuned, with every network and seed."""
    for model in NETS:
        for seed in SEEDS:
            baseline = Experiment(Trained(model=model, seed=seed))
            yield point(baseline, "baseline")
            for step in SETTINGS:
                setting = {"bits": step.bits, "grain": step.grain, "range": step.range}
                yield point(baseline, "rounded", step, **setting)
                yield point(baseline, "trained", step, FineTune(2), **setting)


class Study(Rows):
    """What claims of training with rounded weights are about."""

    def lost(self, model: str, bits: int, grain: str, range: str = "min-max", kind: str = "trained") -> list[float]:
        """Points below the network that was never rounded."""
        return minus(self.of(model, "baseline"), self.of(model, kind, bits=bits, grain=grain, range=range))

    def gained(self, model: str, **setting) -> list[float]:
        """Points that fine-tuning gains."""
        return minus(self.of(model, "trained", **setting), self.of(model, "rounded", **setting))

    def back(self, model: str, bits: int, grain: str, range: str = "min-max") -> list[float]:
        """The share of what rounding lost that fine-tuning brings back."""
        before, after = (self.lost(model, bits, grain, range, kind) for kind in ("rounded", "trained"))
        return [1 - now / then for now, then in zip(after, before, strict=True)]

    def better_start(self, model: str, grain: str) -> list[float]:
        """Points that least squares is ahead of min-max at 2 bits, after fine-tuning."""
        return minus(self.lost(model, 2, grain), self.lost(model, 2, grain, "least-squares"))


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds; with every seed, all of them."""
    s = Study(rows)
    return {
        "two epochs of training with rounded weights help the cnn in every setting": min(s.gained("cnn")) > 0,
        "and the depthwise net at 3 and 4 bits": min(gain for bits in (3, 4) for gain in s.gained("depthwise",
        bits=bits)) > 0, "but at 2 bits per tensor with min-max it stays at guessing": max(
            s.of("depthwise", "trained", bits=2, grain="tensor", range="min-max")
        ) < 15,
        "at 4 bits the cnn is then within 0.6 points of what it was": max(
            lost for grain in ("tensor", "channel") for lost in s.lost("cnn", 4, grain)
        ) < 0.6,
        "and the depthwise net within 2.5 per tensor, a point per channel": (
            max(s.lost("depthwise", 4, "tensor")) < 2.5 and max(s.lost("depthwise", 4, "channel")) < 1
        ),
        "at 3 bits per tensor the cnn gets more than three quarters back, and is within 2 points": (
            min(s.back("cnn", 3, "tensor")) > 0.75 and max(s.lost("cnn", 3, "tensor")) < 2
        ),
        "and so does the depthwise net, but is still 8 points behind": (
            min(s.back("depthwise", 3, "tensor")) > 0.75 and min(s.lost("depthwise", 3, "tensor")) > 8
        ),
        "per channel both are then within 2 points": max(lost for model in NETS for lost in s.lost(model, 3,
        "channel")) < 2, "at 2 bits with min-max both stay more than 4 points behind": min(
            lost for model in NETS for grain in ("tensor", "channel") for lost in s.lost(model, 2, grain)
        ) > 4,
        "a better start still pays at 2 bits: least squares is more than 3 points ahead after training on": min(
            lead for model in NETS for grain in ("tensor", "channel") for lead in s.better_start(model, grain)
        ) > 3,
        "with it, and per channel, the cnn at 2 bits is within 1.5 points": max(s.lost("cnn", 2, "channel",
        "least-squares")) < 1.5,
        "and the depthwise net 3 to 6 behind": all(3 < lost < 6 for lost in s.lost("depthwise", 2, "channel",
        "least-squares")),
    }  # fmt: skip
