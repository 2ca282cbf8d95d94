"""What the quantization lesson claims, as functions of the study's rows."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from statistics import mean

from lessons import models
from lessons.experiment import GRAINS, RANGES, Experiment, Quantize, QuantizeActivations, Step, Trained
from lessons.vision import build
from tests.study import Point

SEEDS = (0, 1, 2)
IMAGES = (1, 10, 100, 1000)
NETS = ("cnn", "depthwise")
FEW = [(bits, grain) for bits in (2, 3, 4) for grain in ("tensor", "channel")]


def points() -> Iterator[Point]:
    """Every setting that a claim is about, with every network and seed."""
    for model in models.NAMES:
        for seed in SEEDS:
            for step in (None, *steps()):
                yield point(Experiment(Trained(model=model, seed=seed)), step)


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


def point(baseline: Experiment, step: Step | None) -> Point:
    experiment = baseline | step if step else baseline
    named = {"model": baseline.source.model, "seed": baseline.source.seed, "step": type(step).__name__}
    return Point(named | (asdict(step) if step else {}), (experiment,), partial(row, baseline, experiment))


def row(baseline: Experiment, experiment: Experiment) -> dict:
    """Accuracy of one setting, with the error of each layer's weights, and the range of each layer's inputs."""
    original, shrunk = build.build(baseline), build.build(experiment)
    errors = {
        name: (weight - original.net.get_parameter(name)).square().mean().sqrt().item()
        for name, weight in shrunk.net.named_parameters()
        if weight.dim() > 1
    }
    return {
        "accuracy": build.measure(experiment)["accuracy"].value,
        "error": errors if "Quantize" in experiment.kinds else {},
        "width": {name: grid.scale.item() * grid.last for name, grid in shrunk.inputs.items()},
    }


class Study:
    """The rows, by setting; lists go by seed."""

    def __init__(self, rows: list[dict]):
        self.rows = rows

    def of(self, model: str, step: str = "Quantize", **setting) -> list[dict]:
        wanted = {"model": model, "step": step} | setting
        return [row for row in self.rows if wanted.items() <= row.items()]

    def plain(self, model: str) -> list[float]:
        return [row["accuracy"] for row in self.of(model, "NoneType")]

    def rounded(self, model: str, bits: int, grain: str = "tensor", range: str = "min-max") -> list[float]:
        return [row["accuracy"] for row in self.of(model, bits=bits, grain=grain, range=range)]

    def gap(self, model: str, bits: int) -> list[float]:
        """Points that one scale per channel gains over one per tensor."""
        return minus(self.rounded(model, bits, "channel"), self.rounded(model, bits))

    def gain(self, bits: int, grain: str, range: str, *models: str) -> float:
        """Points that a range gains over min-max, on average over networks and seeds."""
        return mean(mean(minus(self.rounded(n, bits, grain, range), self.rounded(n, bits, grain))) for n in models)

    def calibrated(self, images: int, range: str, *models: str) -> list[dict]:
        """4-bit activations, with their ranges from so many pictures."""
        return [row for n in models for row in self.of(n, "QuantizeActivations", images=images, range=range)]

    def widths(self, images: int, range: str) -> list[float]:
        """The ranges of all layers' inputs, in all networks."""
        return [width for row in self.calibrated(images, range, *NETS) for width in row["width"].values()]

    def strayed(self, images: int, range: str) -> float:
        """How far those ranges are from what 1,000 pictures give, as a share of it, on average."""
        return mean(
            abs(one / last - 1) for one, last in zip(self.widths(images, range), self.widths(1000, range), strict=True)
        )


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds."""
    s = Study(rows)

    def accuracy(images: int, range: str) -> float:
        return mean(row["accuracy"] for row in s.calibrated(images, range, "depthwise"))

    return {
        "training reaches 86.5 % with every network and seed": min(a for n in NETS for a in s.plain(n)) >= 86.5,
        "8 bits are within 1 point of fp32 with every network, seed and grain": all(
            abs(lost) < 1
            for n in NETS
            for grain in ("tensor", "channel", "group")
            for lost in minus(s.plain(n), s.rounded(n, 8, grain))
        ),
        "2 bits per tensor are under 50 % with every network and seed": all(
            a < 50 for n in NETS for a in s.rounded(n, 2)
        ),
        "one scale per channel is better at 3 bits with every network and seed": all(
            gap > 0 for n in NETS for gap in s.gap(n, 3)
        ),
        "1 bit beats 2 bits per tensor on the cnn with every seed": min(minus(s.rounded("cnn", 1), s.rounded("cnn", 2)))
        > 0,
        "a scale per channel never rounds a layer worse, at 2 bits and more": never_worse(rows),
        "the gap per tensor → per channel at 4 bits is larger on the depthwise net, with every seed": min(
            minus(s.gap("depthwise", 4), s.gap("cnn", 4))
        )
        > 0,
        "least squares is no worse than min-max at 2, 3 and 4 bits on the cnn, on average over seeds": min(
            s.gain(bits, grain, "least-squares", "cnn") for bits, grain in FEW
        )
        >= 0,
        "and on average over all of these settings on the depthwise net": mean(
            s.gain(bits, grain, "least-squares", "depthwise") for bits, grain in FEW
        )
        >= 0,
        "but there it loses at 3 bits with one scale per channel": s.gain(3, "channel", "least-squares", "depthwise")
        < 0,
        "clipping 0.5 % gains at 3 and 4 bits, and loses at 8": min(
            s.gain(bits, "tensor", "percentile", *NETS) for bits in (3, 4)
        )
        > 0
        > s.gain(8, "tensor", "percentile", *NETS),
        "percentile ranges of activations converge with more calibration pictures": s.strayed(1, "percentile")
        > s.strayed(10, "percentile")
        > s.strayed(100, "percentile"),
        "and from any number of them they are nearer their end than min-max ranges": all(
            s.strayed(images, "percentile") < s.strayed(images, "min-max") for images in IMAGES[:-1]
        ),
        "min-max ranges never stop growing": min(minus(s.widths(1000, "min-max"), s.widths(100, "min-max"))) >= 0
        and s.strayed(100, "min-max") > 0.05,
        "at 4 bits on the depthwise net, 1,000 pictures are worse than 1 with min-max, and no worse with percentile": (
            accuracy(1000, "min-max") < accuracy(1, "min-max")
            and accuracy(1000, "percentile") >= accuracy(1, "percentile")
        ),
    }


def never_worse(rows: list[dict]) -> bool:
    """Per-channel weight error ≤ per-tensor, for every network, seed, width and layer, with min-max ranges."""
    error = {
        (row["model"], row["seed"], row["bits"], row["grain"], layer): e
        for row in rows
        if row.get("range") == "min-max"
        for layer, e in row["error"].items()
    }
    return all(
        e <= error[model, seed, bits, "tensor", layer]
        for (model, seed, bits, grain, layer), e in error.items()
        if grain == "channel" and bits > 1
    )


def minus(one: list[float], other: list[float]) -> list[float]:
    """One minus the other, in turn."""
    return [a - b for a, b in zip(one, other, strict=True)]
