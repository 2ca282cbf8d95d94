"""The block formats of llama.cpp, as GGUF files hold them: 32 weights, a 16-bit scale, and for Q4_1 a 16-bit minimum.

ggml, `ggml-quants.c` (`quantize_row_q8_0_ref`, `…_q4_0_ref`, `…_q4_1_ref`). Our own, so that they can be read; the
package `gguf` gives the same bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

BLOCK = 32


@dataclass(frozen=True, eq=False)
class Blocks:
    """A weight [out, in] in blocks of 32: `codes` uint8 or int8 [blocks, 32], `scale` and `least` float16 [blocks, 1].
    A weight is scale · (code − `zero`) + least."""

    kind: str  # one of FORMATS
    codes: Tensor
    scale: Tensor
    least: Tensor | None
    zero: int
    shape: torch.Size  # of the weight, [out, in]

    def decode(self) -> Tensor:
        """The weight: float32 [out, in]."""
        found = (self.codes.int() - self.zero).float() * self.scale.float()
        return (found if self.least is None else found + self.least.float()).reshape(self.shape)

    @property
    def stored_bits(self) -> int:
        """Bits of its bytes: a GGUF file has no more."""
        return 8 * len(self.to_bytes())

    def to_bytes(self) -> bytes:
        """As in a GGUF file: of each block its scale, its minimum, its codes; two of 4 bits in a byte, 16 places
        apart."""
        codes = self.codes.numpy()
        if self.kind != "Q8_0":
            codes = codes[:, :16] | codes[:, 16:] << 4
        least = [] if self.least is None else [self.least.numpy().view(np.uint8)]
        return np.hstack([self.scale.numpy().view(np.uint8), *least, codes.view(np.uint8)]).tobytes()


def q8_0(weight: Tensor) -> Blocks:
    """Codes from −127 to 127 around zero."""
    x = _blocks(weight)
    scale = x.abs().amax(1, keepdim=True) / 127
    codes = _away_from_zero(x * _inverse(scale)).to(torch.int8)
    return Blocks("Q8_0", codes, scale.half(), None, 0, weight.shape)


def q4_0(weight: Tensor) -> Blocks:
    """Sixteen codes around zero, of which the outermost belongs to the weight furthest from zero."""
    x = _blocks(weight)
    scale = x.gather(1, x.abs().argmax(1, keepdim=True)) / -8
    codes = (x * _inverse(scale) + 8.5).trunc().clamp(0, 15).to(torch.uint8)
    return Blocks("Q4_0", codes, scale.half(), None, 8, weight.shape)


def q4_1(weight: Tensor) -> Blocks:
    """Sixteen codes from the smallest weight to the largest."""
    x = _blocks(weight)
    least = x.amin(1, keepdim=True)
    scale = (x.amax(1, keepdim=True) - least) / 15
    codes = ((x - least) * _inverse(scale) + 0.5).trunc().clamp(0, 15).to(torch.uint8)
    return Blocks("Q4_1", codes, scale.half(), least.half(), 0, weight.shape)


FORMATS: dict[str, Callable[[Tensor], Blocks]] = {"Q8_0": q8_0, "Q4_0": q4_0, "Q4_1": q4_1}


def _blocks(weight: Tensor) -> Tensor:
    return weight.reshape(-1, BLOCK)


def _inverse(scale: Tensor) -> Tensor:
    """1 / scale, and 0 where all weights are alike."""
    return torch.where(scale == 0, 0.0, 1 / scale)


def _away_from_zero(x: Tensor) -> Tensor:
    """To the nearest whole number, halves away from zero, as C's `roundf`."""
    size = x.abs()
    whole = size.floor()
    return x.sign() * (whole + (2 * (size - whole)).floor())
