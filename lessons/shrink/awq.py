"""Columns that meet large activations are rounded more finely: they are scaled up before rounding, and down afterwards.

Lin et al., "AWQ: Activation-aware Weight Quantization" (2024), §3.2: s = a^α, where a is the mean |activation| of each input
channel, and α the share out of twenty with which the layer's output changes least. Here each matrix has its own scales.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from lessons.shrink.encoded import Encoded

SHARES = torch.arange(20) / 20  # of α that are tried


def awq(weight: Tensor, encode: Callable[[Tensor], Encoded], size: Tensor, second: Tensor) -> tuple[Encoded, Tensor]:
    """Encode a weight [out, in]: what is stored is w · s, [out, in], and inputs are divided by s [in].

    `size`: mean |x| of each input, [in]; `second`: Σ x·xᵀ of the inputs, [in, in], by which the output's error is known.
    """
    tries = [scales(size, share) for share in SHARES]
    errors = [output_error(encode(weight * s).decode() / s - weight, second) for s in tries]
    best = tries[int(torch.stack(errors).argmin())]
    return encode(weight * best), best


def scales(size: Tensor, share: Tensor) -> Tensor:
    """s = a^α, of geometric mean 1 between its ends, [in]."""
    found = size.clamp(min=1e-4) ** share
    return found / (found.max() * found.min()).sqrt()


def output_error(error: Tensor, second: Tensor) -> Tensor:
    """Σ ‖error · x‖² over the inputs x whose Σ x·xᵀ is given: what a change of a weight [out, in] does to the output."""
    return ((error @ second) * error).sum()
