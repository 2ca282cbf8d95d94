"""Numbers kept in 16 bits, as files of language models keep scales and outliers: IEEE 754's float16.

It holds 2⁻²⁴ … 65,504, and its 11 bits of precision from 2⁻¹⁴ on. Scales of a small matrix would become 0 in it, those
of a large one infinite: such tensors keep 32 bits.
"""

import torch
from torch import Tensor

SMALLEST, NORMAL, LARGEST = 2.0**-24, 2.0**-14, 65_504.0


def fits(x: Tensor) -> bool:
    """Whether float16 has full precision where x is largest; what is smaller has the same absolute error at most."""
    largest = x.abs().max().item() if x.numel() else 0.0
    return largest == 0 or NORMAL <= largest <= LARGEST


def in_half(x: Tensor) -> Tensor:
    """x in float16; in float32 where that does not fit."""
    return x.half() if fits(x) else x.float()


def up_to_half(scale: Tensor) -> Tensor:
    """The smallest float16 that is no smaller than each scale (> 0), as float32: codes computed with it stay on the
    grid.

    At least 2⁻²⁴, so that its inverse is finite; at most 65,504.
    """
    half = scale.clamp(SMALLEST, LARGEST).half()
    below = half.float() < scale.clamp(max=LARGEST)  # rounded down: one up, which is the next whole number of its bits
    return (half.view(torch.int16) + below).view(torch.float16).float()


def scale_in_file(scale: Tensor) -> Tensor:
    """The scales a file holds for those of one tensor: each a float16, or all as they are where that does not fit;
    float32."""
    return up_to_half(scale) if fits(scale) else scale.clamp(min=torch.finfo(torch.float32).tiny)
