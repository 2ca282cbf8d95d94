"""The exercises of the lesson on quantization."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from lessons.exercise import Choice, Goal, MissingLine, Number
from lessons.measure.layer_view import RoundedWeights
from lessons.quantity import Measurement
from lessons.shrink import grid
from lessons.ui.quantization.knobs import BITS

FEW_BITS = 3
LOST = 2.0  # percentage points that a rounded network may lose
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


def rounding_error(to_codes: Callable, weights: Tensor, bits: int) -> float:
    """How far weights are from where they are rounded to (RMS), on a symmetric grid with this way to find codes."""
    levels = grid.symmetric(weights.min(), weights.max(), bits)
    rounded = (to_codes(weights, levels) - levels.zero) * levels.scale
    return (rounded - weights).square().mean().sqrt().item()


def weights_of(seen: RoundedWeights | None) -> tuple[Tensor, int] | None:
    """The weights that the first picture shows, and how many bits they are rounded to."""
    return seen and (torch.from_numpy(seen.weights).flatten(), FEW_BITS)


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


def kilobytes(curve: Curve) -> float:
    """Of the file at 3 bits."""
    return curve["3"]["packed"].value / 1e3


FILE = Number(
    "file",
    "kB",
    right=kilobytes,
    wrong={
        "saved as floats": lambda curve: curve["fp32"]["packed"].value / 1e3,
        "a third": lambda curve: curve["fp32"]["packed"].value / 3e3,
    },
    said=lambda curve: {"whole": curve["fp32"]["packed"]},
)


def smallest(curve: Curve) -> str:
    """The bits of the smallest file that keeps the accuracy."""
    kept = [bits for bits, found in curve.items() if lost(curve, bits) <= LOST]
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

EXERCISES = (LEVELS, CODES, FILE, SMALLEST)
