"""Where a grid ends. The wider, the coarser its steps; the narrower, the more is clipped to its ends.

Nagel et al., "A White Paper on Neural Network Quantization" (2021), §3.1. Each takes numbers x [..., n] that share a
grid (NaN: no number) and gives the ends low ≤ 0 ≤ high, [..., 1]: 0 must be on the grid.
"""

import torch
from torch import Tensor

from lessons.shrink.grid import Scheme, round_to

OUTSIDE = 0.005  # the share of the numbers that "percentile" leaves out, at either end
SHARES = torch.linspace(1, 0.2, 81)  # of the min–max range, that "least squares" tries


def min_max(x: Tensor, bits: int, scheme: Scheme) -> tuple[Tensor, Tensor]:
    """From the smallest to the largest: nothing is clipped."""
    x = x.nan_to_num()
    return x.amin(-1, keepdim=True).clamp(max=0), x.amax(-1, keepdim=True).clamp(min=0)


def percentile(x: Tensor, bits: int, scheme: Scheme) -> tuple[Tensor, Tensor]:
    """Without the outermost 0.5 % at either end."""
    low, high = x.nanquantile(torch.tensor([OUTSIDE, 1 - OUTSIDE]), dim=-1, keepdim=True)
    return low.clamp(max=0), high.clamp(min=0)


def least_squares(x: Tensor, bits: int, scheme: Scheme) -> tuple[Tensor, Tensor]:
    """The share of the min–max range with the least squared rounding error, by trying 81."""
    low, high = min_max(x, bits, scheme)
    least, best = torch.full_like(low, torch.inf), torch.ones_like(low)
    for share in SHARES:
        error = (round_to(scheme(share * low, share * high, bits), x) - x).square().nansum(-1, keepdim=True)
        best = torch.where(error < least, share, best)
        least = torch.minimum(error, least)
    return best * low, best * high


RANGES = {"min-max": min_max, "percentile": percentile, "least-squares": least_squares}
