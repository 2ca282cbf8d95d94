"""Columns that meet large activations are rounded more finely: they are scaled up before rounding, and down afterwards.

Lin et al., "AWQ: Activation-aware Weight Quantization" (2024), §3.2: s = a^α, where a is the mean |activation| of each
input channel, and α the share out of twenty with which the layer's output changes least. Here each matrix has its own
scales.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from lessons.shrink.encoded import Composite, Encoded
from lessons.shrink.half import LARGEST, NORMAL

SHARES = torch.arange(20) / 20  # of α that are tried


@dataclass(frozen=True, eq=False)
class Scaled(Composite):
    """A weight [out, in] as `encoded` w · s; each input is divided by its s [in]."""

    encoded: Encoded
    s: Tensor  # float16 [in]

    def decode(self) -> Tensor:
        """The weight: float32 [out, in]."""
        return self.encoded.decode() / self.s.float()

    @property
    def stored_bits(self) -> int:
        """Bits of the codes and of s."""
        return self.encoded.stored_bits + 8 * self.s.nbytes

    def parts(self, name: str) -> dict[str, Tensor | Encoded]:
        """The encoded weight, and `NAME.s`."""
        return {name: self.encoded, f"{name}.s": self.s}


def awq(weight: Tensor, encode: Callable[[Tensor], Encoded], size: Tensor, second: Tensor) -> Scaled:
    """Encode a weight [out, in].

    `size`: mean |x| of each input, [in]; `second`: Σ x·xᵀ of the inputs, [in, in], by which the output's error is
    known.
    """
    halves = [scales(size, share).clamp(NORMAL, LARGEST).half() for share in SHARES]  # before codes are computed
    tries = [Scaled(encode(weight * s.float()), s) for s in halves]
    errors = torch.stack([output_error(scaled.decode() - weight, second) for scaled in tries])
    return tries[int(errors.argmin())]


def scales(size: Tensor, share: Tensor) -> Tensor:
    """s = a^α, of geometric mean 1 between its ends, [in]. `size`: a, the mean |activation| of each input, [in];
    `share`: α."""
    found = size.clamp(min=1e-4) ** share
    return found / (found.max() * found.min()).sqrt()


def output_error(error: Tensor, second: Tensor) -> Tensor:
    """Σ ‖error · x‖² over the inputs x whose Σ x·xᵀ is given: what a change of a weight [out, in] does to the
    output. `second`: that Σ x·xᵀ, [in, in]."""
    return ((error @ second) * error).sum()
