"""Quantization of weights to a uniform grid of 2^b levels, after training, without data (round to nearest).

Nagel et al., "A White Paper on Neural Network Quantization" (2021), §2.2; 1 bit: Rastegari et al., "XNOR-Net" (2016), §3.
A scale covers the whole tensor (`grain="tensor"`) or one output channel (`"channel"`).
"""

from typing import Literal

import torch
from torch import Tensor

from lessons.shrink.encoded import Encoded

Grain = Literal["tensor", "channel"]
Scheme = Literal["symmetric", "affine"]


def quantize(weight: Tensor, bits: int, grain: Grain, scheme: Scheme) -> Encoded:
    """Encode a weight of shape [out, …] in `bits` (1–16) bits. Raises ValueError on infinite or missing weights."""
    if not weight.isfinite().all():
        raise ValueError("only finite weights can be quantized")
    if bits == 1:
        return binary(weight, grain)
    return affine(weight, bits, grain) if scheme == "affine" else symmetric(weight, bits, grain)


def symmetric(weight: Tensor, bits: int, grain: Grain) -> Encoded:
    """Levels spread evenly from −max|w| to +max|w|, with 0 in the middle; one code of 2^b stays unused."""
    top = 2 ** (bits - 1) - 1
    scale = not_zero(weight.abs().amax(axes(weight, grain), keepdim=True) / top)
    return to_grid(weight, bits, scale, zero=top, last=2 * top)


def affine(weight: Tensor, bits: int, grain: Grain) -> Encoded:
    """Levels spread evenly from min w to max w, shifted so that 0.0 is exactly one of them."""
    low = weight.amin(axes(weight, grain), keepdim=True).clamp(max=0)
    high = weight.amax(axes(weight, grain), keepdim=True).clamp(min=0)
    scale = not_zero((high - low) / (2**bits - 1))
    zero = (-low / scale).round().int()
    return to_grid(weight, bits, scale, zero, last=2**bits - 1)


def binary(weight: Tensor, grain: Grain) -> Encoded:
    """The sign of each weight times the mean of |w|: the best two levels ±α in least squares."""
    scale = weight.abs().mean(axes(weight, grain), keepdim=True)
    return Encoded((weight >= 0).int(), 1, scale, codebook=torch.tensor([-1.0, 1.0]))


def to_grid(weight: Tensor, bits: int, scale: Tensor, zero: int | Tensor, last: int) -> Encoded:
    """Round each weight to the nearest level and clamp it to the grid's ends."""
    codes = ((weight * (1 / scale)).round() + zero).clamp(0, last).int()
    return Encoded(codes, bits, scale, zero)


def axes(weight: Tensor, grain: Grain) -> tuple[int, ...]:
    """The axes that share one scale."""
    return tuple(range(0 if grain == "tensor" else 1, weight.dim()))


def not_zero(scale: Tensor) -> Tensor:
    """An all-zero channel has no range: any scale encodes it, but 1 / scale must stay finite."""
    return scale.clamp(min=torch.finfo(torch.float32).tiny)
