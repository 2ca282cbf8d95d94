"""4 bits whose sixteen levels lie where normally distributed weights are: each level stands for about as many of them.

Dettmers et al., "QLoRA" (2023), §3 and appendix E. Zero is a level of its own, so there is one more level above it than
below.
"""

from statistics import NormalDist

import torch
from torch import Tensor

from lessons.shrink.encoded import Encoded
from lessons.shrink.grid import Stored, not_zero
from lessons.shrink.quantize import Grain, shared, unshared

TAIL = (
    0.9677083  # how much of a normal distribution the outermost levels leave inside (bitsandbytes' `create_normal_map`)
)


def levels() -> Tensor:
    """The sixteen levels, from −1 to 1: float32 [16]."""
    above = [NormalDist().inv_cdf(float(p)) for p in torch.linspace(TAIL, 0.5, 9, dtype=torch.float64)[:-1]]
    below = [-NormalDist().inv_cdf(float(p)) for p in torch.linspace(TAIL, 0.5, 8, dtype=torch.float64)[:-1]]
    found = torch.tensor(sorted([*below, 0.0, *above]))
    return found / found.max()


def nf4(weight: Tensor, grain: Grain, group: int = 64, stored: Stored = not_zero) -> Encoded:
    """Encode a weight of shape [out, …]: the nearest of the levels, times the largest |w| of those that share it.
    `stored`: as for `grid.symmetric`."""
    x = shared(weight, grain, group)
    scale = stored(x.nan_to_num().abs().amax(-1, keepdim=True))
    book = levels()
    codes = torch.bucketize(x / scale, (book[1:] + book[:-1]) / 2)
    return Encoded(unshared(codes, weight.shape).int(), 4, scale.squeeze(-1), codebook=book)
