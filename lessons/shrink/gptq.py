"""Rounding column by column, and moving what is left over into the columns not rounded yet.

Frantar et al., "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers" (2023), §3,
algorithm 1, without its blocks, which make it fast on a GPU and change nothing else.
"""

import torch
from torch import Tensor

from lessons.shrink.encoded import Encoded, spread
from lessons.shrink.grid import Grid, Scheme, to_codes
from lessons.shrink.quantize import Grain, quantize

DAMPING = 0.01  # of the mean of the diagonal, added to it: else columns that are never used could not be inverted


def gptq(weight: Tensor, second: Tensor, bits: int, grain: Grain, scheme: Scheme, group: int = 32) -> Encoded:
    """Encode a weight [out, in] so that its layer's output changes least. `second`: Σ x·xᵀ of the layer's inputs, [in,
    in].

    Scales are those of rounding to nearest, on the weights as they were.
    """
    start = quantize(weight, bits, grain, scheme, "min-max", group)
    scale = spread(start.scale, weight.shape).expand(weight.shape)
    zero = start.zero if isinstance(start.zero, int) else spread(start.zero, weight.shape).expand(weight.shape)
    last = 2 * start.zero if isinstance(start.zero, int) else 2**bits - 1
    inverse = inverse_root(second)
    left, codes = weight.clone(), torch.empty_like(start.codes)
    for at in range(weight.shape[1]):
        grid = Grid(scale[:, at], zero if isinstance(zero, int) else zero[:, at], last)
        codes[:, at] = to_codes(left[:, at], grid).int()
        error = (left[:, at] - (codes[:, at] - grid.zero) * grid.scale) / inverse[at, at]
        left[:, at + 1 :] -= torch.outer(error, inverse[at, at + 1 :])
    return Encoded(codes, bits, start.scale, start.zero)


def inverse_root(second: Tensor) -> Tensor:
    """The upper triangular factor of the damped matrix's inverse: row i says how later columns make up for column i.
    `second`: Σ x·xᵀ, [in, in]."""
    damped = second + DAMPING * second.diagonal().mean().clamp(min=1e-8) * torch.eye(len(second))
    return torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(damped)), upper=True)
