"""The exercises of the lesson on pruning."""

from collections.abc import Callable, Mapping, Sequence

from torch import Tensor

from lessons.exercise import Choice, Goal, MissingLine, Number
from lessons.experiment import STRUCTURES
from lessons.measure.layer_view import Scanned
from lessons.quantity import Measurement, Quantity, show
from lessons.shrink import prune
from lessons.ui.pruning.knobs import SPARSITY, STRUCTURE, WHEN

LOST = 3.0  # percentage points that a pruned network may lose
MUCH = 90  # percent pruned, where nothing else is said
WEAKEST = 80  # percent of the wires
FLOAT = 4  # bytes
Curve = Mapping[str, Measurement]  # by sparsity (%), from "0" on


def lost(curve: Curve, sparsity: str) -> float:
    """Percentage points of accuracy."""
    return curve["0"]["accuracy"].value - curve[sparsity]["accuracy"].value


def verdict(sparsity: str, structure: str, when: str, curve: Curve, pruned: str) -> str:
    """The outcome of where three knobs stand, by the curve of one structure: `pruned`."""
    if STRUCTURES[structure] is not None:
        return "no choice"
    if structure != pruned:
        return "not measured"
    if when != WHEN.default:
        return "fine-tuned"
    if lost(curve, sparsity) > LOST:
        return "too much"
    highest = max((at for at in curve if lost(curve, at) <= LOST), key=float)
    return "right" if sparsity == highest else "more can go"


MOST = Goal(
    "most",
    (SPARSITY.name, STRUCTURE.name, WHEN.name),
    verdict,
    said=lambda curve, pruned: {"lost": f"{LOST:.0f}", "before": curve["0"]["accuracy"]},
)


def strength_left(keep: Callable, strength: Tensor) -> Quantity:
    """What is left of the sum of |w| over all wires, once `keep` has chosen."""
    left = 100 * strength[keep(strength, WEAKEST / 100)].sum() / strength.sum()
    return Quantity("left", left.item(), "%", "estimated")


KEEP = MissingLine(
    "keep",
    prune.keep,
    "mask[scores.flatten().argsort(stable=True)[: round(share * scores.numel())]] = False",
    {
        "largest": "mask[scores.flatten().argsort(stable=True)[-round(share * scores.numel()) :]] = False",
        "share kept": "mask[scores.flatten().argsort(stable=True)[: round((1 - share) * scores.numel())]] = False",
        "threshold": "mask[scores.flatten() < share * scores.max()] = False",
        "first come": "mask[: round(share * scores.numel())] = False",
    },
    computed=strength_left,
    said=lambda strength: {"count": strength.numel(), "share": f"{WEAKEST / 100:g}", "percent": WEAKEST},
)


def macs(number: float) -> Quantity:
    """So many multiply–accumulates."""
    return Quantity("macs", number, "MAC", "estimated")


MACS = Choice(
    "macs",
    right=lambda curve, _: curve[str(MUCH)]["macs"],
    wrong={
        "zeros skipped": lambda curve, _: macs((1 - MUCH / 100) * curve["0"]["macs"].value),
        "once a weight": lambda _, weights: macs(weights),
        "once a weight left": lambda _, weights: macs((1 - MUCH / 100) * weights),
    },
    said=lambda curve, weights: {"before": curve["0"]["macs"], "sparsity": MUCH, "weights": f"{weights:,}"},
)


def kilobytes(curve: Curve, weights: int, places: float) -> float:
    """Of a file with the weights left, biases and names, and so many bytes for where the weights are."""
    return ((1 - MUCH / 100) * weights * FLOAT + places) / 1e3 + beside(curve, weights)


def beside(curve: Curve, weights: int) -> float:
    """Kilobytes of the unpruned file that are no weights."""
    return (curve["0"]["packed"].value - weights * FLOAT) / 1e3


FILE = Number(
    "file",
    "kB",
    right=lambda curve, _: curve[str(MUCH)]["format_bitmap"].value / 1e3,
    wrong={
        "no places": lambda curve, weights: kilobytes(curve, weights, 0),
        "a byte each": lambda curve, weights: kilobytes(curve, weights, weights),
        "zeros stored": lambda curve, _: curve["0"]["packed"].value / 1e3,
    },
    said=lambda curve, weights: {
        "sparsity": MUCH,
        "weights": f"{weights:,}",
        "beside": show(1e3 * beside(curve, weights), "bytes"),
    },
)

CHANNELS = Choice(
    "channels",
    right=lambda before, after, share: after,
    wrong={
        "outputs alone": lambda before, after, share: macs((1 - share / 100) * before.value),
        "share removed": lambda before, after, share: macs(share / 100 * before.value),
        "set to 0": lambda before, after, share: before,
    },
    said=lambda before, after, share: {
        "before": before,
        "share": share,
        "left": 100 - share,
        "both": f"{(100 - share) ** 2 / 100:.3g}",
    },
)


def pruned_alone(scan: Sequence[Scanned]) -> dict[int, Quantity]:
    """Accuracy by the layer of which much is pruned, and of the others nothing."""
    return {at.layer: at.accuracy for at in scan if at.sparsity == MUCH}


def most_sensitive(scan: Sequence[Scanned]) -> int:
    """The layer without which accuracy falls the furthest."""
    return min(pruned_alone(scan).items(), key=lambda layer: layer[1].value)[0]


def largest(scan: Sequence[Scanned]) -> int:
    """The layer with the most weights."""
    return max(scan, key=lambda at: at.weights).layer


def others(scan: Sequence[Scanned], names: Sequence[str]) -> str:
    """What the layers leave that are offered beside the most sensitive one."""
    offered = dict.fromkeys((0, largest(scan), len(names) - 1))
    return ", ".join(f"{names[at]}: {pruned_alone(scan)[at]}" for at in offered if at != most_sensitive(scan))


SENSITIVE = Choice(
    "sensitive",
    right=lambda scan, names: names[most_sensitive(scan)],
    wrong={
        "most weights": lambda scan, names: names[largest(scan)],
        "last": lambda _, names: names[-1],
        "first": lambda _, names: names[0],
    },
    said=lambda scan, names: {
        "sparsity": MUCH,
        "lowest": pruned_alone(scan)[most_sensitive(scan)],
        "largest": pruned_alone(scan)[largest(scan)],
        "last": pruned_alone(scan)[len(names) - 1],
        "first": pruned_alone(scan)[0],
        "others": others(scan, names),
    },
)

EXERCISES = (MOST, KEEP, MACS, FILE, CHANNELS, SENSITIVE)
