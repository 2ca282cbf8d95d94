"""A ruler with few marks: the uniform grid that weights and activations are rounded to.

Nagel et al., "A White Paper on Neural Network Quantization" (2021), §2.2: affine (eq. 4–7) and symmetric (eq. 8).
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Grid:
    """The levels scale · (code − zero) for the codes 0 … last; scale and zero broadcast to what is rounded."""

    scale: Tensor  # float32, distance between levels; broadcasts to what is rounded
    zero: int | Tensor  # the code for 0.0, int or int32 of the scale's shape
    last: int  # the highest code; the lowest is 0


Scheme = Callable[[Tensor, Tensor, int], Grid]
Stored = Callable[[Tensor], Tensor]  # a scale as it is kept: codes are computed with it


def not_zero(scale: Tensor) -> Tensor:
    """Where all is zero there is no range: any scale encodes it, but 1 / scale must stay finite."""
    return scale.clamp(min=torch.finfo(torch.float32).tiny)


def symmetric(low: Tensor, high: Tensor, bits: int, stored: Stored = not_zero) -> Grid:
    """Levels spread evenly from −t to +t, the further of both ends, with 0 in the middle; one code of 2^b stays unused.

    From 2 bits on: a single bit has no level between −t and +t (see `quantize.binary`).

    `low`, `high`: the range; `stored`: makes of a scale the one that is kept.
    """
    top = 2 ** (bits - 1) - 1
    return Grid(stored(torch.maximum(-low, high) / top), zero=top, last=2 * top)


def affine(low: Tensor, high: Tensor, bits: int, stored: Stored = not_zero) -> Grid:
    """Levels spread evenly from low ≤ 0 to high ≥ 0, shifted so that 0.0 is exactly one of them. `stored`: as for
    `symmetric`."""
    scale = stored((high - low) / (2**bits - 1))
    return Grid(scale, zero=(-low / scale).round().int(), last=2**bits - 1)


SCHEMES: dict[str, Scheme] = {"symmetric": symmetric, "affine": affine}


def to_codes(x: Tensor, grid: Grid) -> Tensor:
    """The code of the level nearest to each number; beyond the grid's ends, its last one."""
    return ((x * (1 / grid.scale)).round() + grid.zero).clamp(0, grid.last)


def round_to(grid: Grid, x: Tensor) -> Tensor:
    """The level nearest to each number."""
    return (to_codes(x, grid) - grid.zero) * grid.scale


def levels(grid: Grid) -> Tensor:
    """All values on a grid with one scale, rising: float32 [last + 1]."""
    return ((torch.arange(grid.last + 1) - grid.zero) * grid.scale).flatten()
