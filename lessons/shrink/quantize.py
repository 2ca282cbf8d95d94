"""Quantization of weights after training, without data (round to nearest).

Nagel et al., "A White Paper on Neural Network Quantization" (2021), §2.2–2.4; 1 bit: Rastegari et al., "XNOR-Net"
(2016), §3; one scale per group: Dettmers and Zettlemoyer, "The case for 4-bit precision" (2023), §2.
"""

import math
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons.shrink.encoded import Encoded
from lessons.shrink.grid import Scheme, to_codes
from lessons.shrink.ranges import RANGES

Grain = Literal["tensor", "channel", "group"]


def quantize(weight: Tensor, bits: int, grain: Grain, scheme: Scheme, range: str, group: int = 32) -> Encoded:
    """Encode a weight of shape [out, …] in `bits` (2–16) bits. `scheme`: grid.symmetric or grid.affine. `range`: one of
    ranges.RANGES."""
    x = shared(weight, grain, group)
    grid = scheme(*RANGES[range](x, bits, scheme), bits)
    zero = grid.zero if isinstance(grid.zero, int) else grid.zero.squeeze(-1)
    return Encoded(unshared(to_codes(x, grid), weight.shape).int(), bits, grid.scale.squeeze(-1), zero)


def binary(weight: Tensor, grain: Grain, group: int = 32) -> Encoded:
    """1 bit: the sign of each weight times the mean of |w|, the best two levels ±α in least squares.

    Weights that are exactly 0 do not count, for they are pruned; where all are, α is 0.
    """
    x = shared(weight, grain, group).abs()
    scale = x.where(x != 0, torch.nan).nanmean(-1)
    return Encoded((weight >= 0).int(), 1, scale.where(~scale.isnan(), 0.0), codebook=torch.tensor([-1.0, 1.0]))


def shared(weight: Tensor, grain: Grain, group: int) -> Tensor:
    """Weights sorted by the scale they share: [c, k, n] with c channels (1 if they share), k groups in each.

    Groups have at most `group` weights and are as even as can be; the last one of a channel is filled up with NaN.
    Raises ValueError on infinite or missing weights.
    """
    if not weight.isfinite().all():
        raise ValueError("only finite weights can be quantized")
    rows = weight.reshape(1 if grain == "tensor" else len(weight), -1)
    groups = math.ceil(rows.shape[1] / group) if grain == "group" else 1
    each = math.ceil(rows.shape[1] / groups)
    return F.pad(rows, (0, groups * each - rows.shape[1]), value=torch.nan).unflatten(1, (groups, each))


def unshared(x: Tensor, shape: torch.Size) -> Tensor:
    """The inverse of `shared`: [c, k, n] → a weight's shape."""
    rows = x.flatten(1)
    return rows[:, : math.prod(shape) // len(rows)].reshape(shape)
