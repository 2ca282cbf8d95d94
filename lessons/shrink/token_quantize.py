"""Activations, keys and values rounded token by token: each has a scale of its own, found when it is there.

Yao et al., "ZeroQuant" (2022), §4.1 (activations); Sheng et al., "FlexGen" (2023), §4.4 (keys and values).
"""

from torch import Tensor

from lessons.shrink.grid import Scheme, affine, round_to
from lessons.shrink.ranges import min_max


def rounded(x: Tensor, bits: int, scheme: Scheme = affine) -> Tensor:
    """x [..., n] rounded to `bits` bits: the n numbers of a token, or of one of its heads, on one grid."""
    return round_to(scheme(*min_max(x, bits, scheme), bits), x)
