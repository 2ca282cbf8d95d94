"""Two networks as they ship, and numbers of one that never was; the large network by how many of its channels go."""

from itertools import product

import numpy as np
import torch

from lessons import models
from lessons.experiment import shipped
from lessons.jobs import recordings, vision
from lessons.measure.layer_view import Scanned
from lessons.models.layers import run_watched, weighted
from lessons.quantity import Measurement, Quantity
from lessons.ui.pruning import faster
from lessons.ui.pruning.exercises import LOST
from lessons.ui.pruning.knobs import CRITERION, STRUCTURE, SWEPT, WHEN
from lessons.ui.pruning.recipe import Pruning
from tests.exercises import Asked


def recorded(network: str) -> dict[str, Measurement]:
    """A shipped network at every sparsity."""
    points = Pruning().along(shipped(network), SWEPT)
    return {at: recordings.find(vision.measuring, point).result for at, point in points.items()}


def made() -> dict[str, Measurement]:
    """A network of 10,000 weights that breaks beyond 20 %, and is a little better again at 40 %."""
    return {at: of(80.0 if int(at) <= 20 or at == "40" else 30.0, int(at)) for at in SWEPT}


def of(accuracy: float, sparsity: int) -> Measurement:
    kept = 10_000 * (100 - sparsity) // 100
    found = {"accuracy": (accuracy, "%"), "macs": (640_000, "MAC"), "packed": (4 * kept + 500, "bytes")}
    found |= {"format_bitmap": (4 * kept + 1_250 + 500, "bytes")}
    return Measurement(tuple(Quantity(name, *value, "measured") for name, value in found.items()), b"")


def strength(network: str) -> torch.Tensor:
    """Of the wires of a shipped network in the first picture, unpruned."""
    ways = Pruning().along(shipped(network), SWEPT).values()
    return torch.from_numpy(recordings.find(vision.wiring, shipped(network), tuple(ways)).result.strength[0])


def scan(network: str) -> list[Scanned]:
    return recordings.find(vision.scanning, shipped(network), CRITERION.default).events


def scanned(*percent: float) -> list[Scanned]:
    """Layers of 100, 200, … weights, and the accuracy that each leaves, pruned alone."""
    accuracy = [Quantity("accuracy", value, "%", "measured") for value in percent]
    return [Scanned(layer, 100 * (layer + 1), 90, value) for layer, value in enumerate(accuracy)]


def removed(share: str) -> tuple[Quantity, Quantity, int]:
    """MACs of the large network before and after this share of its channels was removed."""
    races = faster.recorded()
    return races[faster.UNPRUNED].measured["macs"], races[faster.REMOVED[share]].measured["macs"], int(share)


def count(network: str) -> tuple[int, int]:
    """Its weights; and its MACs for an image, by hand: each output takes as many as it has weights."""
    net, macs = models.make(network).eval(), []
    note = lambda layer, _, out: macs.append(out[0].numel() * layer.weight[0].numel())
    layers = weighted(net).values()
    run_watched(net, torch.zeros(1, 1, 28, 28), [layer.register_forward_hook(note) for layer in layers])
    return sum(layer.weight.numel() for layer in layers), sum(macs)


CURVES = {**{name: (recorded(name),) for name in models.NAMES}, "made": (made(),)}
PRUNED_SO = {name: (*curve, "channels" if name == "made" else "weights") for name, curve in CURVES.items()}
COUNTED = {**{name: count(name) for name in models.NAMES}, "made": (10_000, 640_000)}
PRUNED = {name: (*curve, COUNTED[name][0]) for name, curve in CURVES.items()}
WIRES = {**{name: (strength(name),) for name in models.NAMES}, "made": ((1.0 + 7 * torch.arange(40) % 41) ** 2,)}
SCANS = {name: (scan(name), models.LAYERS[name]) for name in models.NAMES} | {"made": (scanned(80, 60, 20), "abc")}
REMOVED = {share: removed(share) for share in faster.SHARES}


def most(model: str) -> set[tuple[str, str, str]]:
    """The highest sparsity that keeps the accuracy, of what can be pruned to any."""
    accuracy = {at: found["accuracy"].value for at, found in PRUNED_SO[model][0].items()}
    last = [at for at in SWEPT if accuracy[at] >= accuracy["0"] - LOST][-1]
    return {(last, PRUNED_SO[model][1], "one shot")}


def left(model: str) -> float:
    """The largest fifth of the wires, in percent of all."""
    scores = np.sort(WIRES[model][0].numpy().astype(float))
    return 100 * scores[round(0.8 * len(scores)) :].sum() / scores.sum()


def macs_without(share: str) -> int:
    """MACs of the large network, with fewer channels than its docstring says: places × inputs × outputs."""
    one, two, three, four = ((100 - int(share)) * channels // 100 for channels in (24, 48, 96, 96))
    return 9 * (28**2 * one + 14**2 * one * two + 7**2 * (two * three + three * four)) + 10 * four


def sensitive(model: str) -> str:
    events, names = SCANS[model]
    return min((at.accuracy.value, names[at.layer]) for at in events if at.sparsity == 90)[1]


POSITIONS = tuple(product(SWEPT, STRUCTURE.options, WHEN.options))
ASKED = {
    "most": Asked(PRUNED_SO, most, POSITIONS, ("80", "weights", "one shot")),
    "keep": Asked(WIRES, left),
    "macs": Asked(PRUNED, lambda model: COUNTED[model][1]),
    "file": Asked(PRUNED, lambda model: CURVES[model][0]["90"]["format_bitmap"].value / 1000),
    "channels": Asked(REMOVED, macs_without),
    "sensitive": Asked(SCANS, sensitive),
}
