"""Activations, keys and values rounded token by token: each has a scale of its own, found when it is there.

Yao et al., "ZeroQuant" (2022), §4.1 (activations); Sheng et al., "FlexGen" (2023), §4.4, in groups (keys and values).
"""

from torch import Tensor

from lessons.shrink.grid import affine, round_to
from lessons.shrink.ranges import min_max


def rounded(x: Tensor, bits: int, group: int | None = None) -> Tensor:
    """x [..., n] rounded to `bits` bits, affine: all numbers of a token on one grid, or each `group` of them on its own.

    Raises RuntimeError where n is no multiple of the group.
    """
    parts = x.unflatten(-1, (-1, group or x.shape[-1]))
    return round_to(affine(*min_max(parts, bits, affine), bits), parts).flatten(-2)
