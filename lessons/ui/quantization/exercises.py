"""The exercises of the lesson on quantization."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from lessons.exercise import Choice, Goal, MissingLine, Number
from lessons.measure.layer_view import RoundedWeights
from lessons.quantity import Measurement, Quantity, show
from lessons.shrink import grid, quantize
from lessons.text import sections
from lessons.ui.quantization.knobs import BITS

WORDS = sections("quantization")
FEW_BITS = 3
LOST = 2.0  # percentage points that a rounded network may lose
SCALE = 32  # bits of a scale
Curve = Mapping[str, Measurement]  # by bits, the unrounded network last


def bits_of(position: str) -> int:
    """The bits of a symmetric grid: those of the slider, or its default where that has no such grid."""
    return int(BITS.default if position in ("1", "fp32") else position)


LEVELS = Choice(
    "levels",
    right=lambda bits: 2**bits - 1,
    wrong={
        "every code used": lambda bits: 2**bits,
        "levels are bits": lambda bits: bits,
        "one side only": lambda bits: 2 ** (bits - 1) - 1,
    },
    said=lambda bits: {"bits": bits},
)


def zeros(seen: RoundedWeights) -> int:
    """How many of the weights in the first picture become 0 at 2 bits."""
    return int((seen.ways[1].weights == 0).sum())


ZEROS = Choice(
    "zeros",
    right=zeros,
    wrong={
        "spread evenly": lambda seen: round(seen.weights.size / seen.ways[1].levels),
        "all": lambda seen: seen.weights.size,
        "none": lambda seen: int((seen.weights == 0).sum()),
    },
    said=lambda seen: {"count": seen.weights.size, "layer": seen.layer, "levels": seen.ways[1].levels},
)


def smallest(curve: Curve) -> str:
    """The bits of the smallest file that keeps the accuracy."""
    kept = [bits for bits in curve if lost(curve, bits) <= LOST]
    return min(kept, key=lambda bits: curve[bits]["packed"].value)


def lost(curve: Curve, bits: str) -> float:
    """Percentage points of accuracy."""
    return curve["fp32"]["accuracy"].value - curve[bits]["accuracy"].value


def verdict(bits: str, curve: Curve) -> str:
    if lost(curve, bits) > LOST:
        return "too few bits"
    return "right" if bits == smallest(curve) else "not the smallest"


SMALLEST = Goal(
    "smallest", (BITS.name,), verdict, said=lambda curve: {"lost": f"{LOST:.0f}", "before": curve["fp32"]["accuracy"]}
)


def kilobytes(curve: Curve, bits: str = "fp32") -> float:
    """Of the file."""
    return curve[bits]["packed"].value / 1e3


def of_weights(curve: Curve, bits: int) -> float:
    """Kilobytes of all weights at so many bits each, found by what five more bits of each take."""
    five_more = curve["8"]["theoretical"].value - curve["3"]["theoretical"].value
    return bits * five_more / 5 / 1e3


FILE = Number(
    "file",
    "kB",
    right=lambda curve, *_: kilobytes(curve, str(FEW_BITS)),
    wrong={
        "weights alone": lambda curve, *_: of_weights(curve, FEW_BITS),
        "saved as floats": lambda curve, *_: kilobytes(curve),
        "bits are bytes": lambda curve, *_: FEW_BITS * kilobytes(curve) / 4,
        "a third": lambda curve, *_: kilobytes(curve) / FEW_BITS,
    },
    within=0.05,
    said=lambda curve, grain, group: {
        "whole": curve["fp32"]["packed"],
        "weights": show(1e3 * of_weights(curve, 32), "bytes"),
        "beside": show(1e3 * (kilobytes(curve, str(FEW_BITS)) - of_weights(curve, FEW_BITS)), "bytes"),
        "sharing": WORDS("sharing: group", group=group) if grain == "group" else grain,
    },
)

GROUPS = Choice(
    "groups",
    right=lambda bits, group: bits + SCALE / group,
    wrong={
        "scale forgotten": lambda bits, group: float(bits),
        "a scale each": lambda bits, group: float(bits + SCALE),
        "code shared": lambda bits, group: (bits + SCALE) / group,
    },
    said=lambda bits, group: {"bits": bits, "group": group, "scale": SCALE},
)


def weights_of(seen: RoundedWeights | None) -> tuple[Tensor, int] | None:
    """The weights that the first picture shows, and how many bits they are rounded to."""
    return seen and (torch.from_numpy(seen.weights).flatten(), FEW_BITS)


def rms(rounded: Tensor, weights: Tensor) -> float:
    """How far rounded weights are from where they were: root mean square."""
    return (rounded - weights).square().mean().sqrt().item()


ONE_BIT = MissingLine(
    "one-bit",
    quantize.binary,
    "scale = x.where(x != 0, torch.nan).nanmean(-1)",
    {
        "as far as the largest": "scale = x.nan_to_num().amax(-1)",
        "signs cancel": "scale = x.new_full((1, 1), weight.mean())",
        "sum": "scale = x.where(x != 0, torch.nan).nansum(-1)",
    },
    computed=lambda binary, weights, _: rms(binary(weights[None], "tensor").decode(), weights),
    said=lambda weights, _: {"count": weights.numel()},
)


def rounding_error(to_codes: Callable, weights: Tensor, bits: int) -> float:
    """How far weights are from where they are rounded to (RMS), on a symmetric grid with this way to find codes."""
    levels = grid.symmetric(weights.min(), weights.max(), bits)
    return rms((to_codes(weights, levels) - levels.zero) * levels.scale, weights)


CODES = MissingLine(
    "codes",
    grid.to_codes,
    "return ((x * (1 / grid.scale)).round() + grid.zero).clamp(0, grid.last)",
    {
        "cut off": "return ((x * (1 / grid.scale)).floor() + grid.zero).clamp(0, grid.last)",
        "scale upside down": "return ((x * grid.scale).round() + grid.zero).clamp(0, grid.last)",
        "zero point forgotten": "return ((x * (1 / grid.scale)).round()).clamp(0, grid.last)",
    },
    computed=rounding_error,
    said=lambda weights, bits: {"bits": bits, "count": weights.numel()},
)


def energy(curve: Curve, share: float) -> Quantity:
    """A share of what an image takes at least with unrounded weights."""
    return joules(share * curve["fp32"]["energy_45nm"].value)


def joules(energy: float) -> Quantity:
    return Quantity("energy_45nm", energy, "J", "estimated")


def reading(curve: Curve) -> float:
    """Joules for 32 bits of each weight: four times what 8 bits more take."""
    return 4 * (curve["16"]["energy_45nm"].value - curve["8"]["energy_45nm"].value)


ENERGY = Choice(
    "energy",
    right=lambda curve: curve["8"]["energy_45nm"],
    wrong={
        "nothing saved": lambda curve: energy(curve, 1),
        "all of it": lambda curve: energy(curve, 8 / 32),
        "both factors": lambda curve: energy(curve, (8 / 32) ** 2),
    },
    said=lambda curve: {
        "before": curve["fp32"]["energy_45nm"],
        "reading": joules(reading(curve)),
        "rest": joules(curve["fp32"]["energy_45nm"].value - reading(curve)),
        "macs": curve["fp32"]["macs"],
    },
)

EXERCISES = (LEVELS, ZEROS, SMALLEST, FILE, GROUPS, ONE_BIT, CODES, ENERGY)
