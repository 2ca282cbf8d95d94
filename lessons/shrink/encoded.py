"""What a technique makes of a weight tensor: small whole numbers and the little that turns them back into weights."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Encoded:
    """A weight tensor of shape S as integer codes.

    codes: int32, shape S, each in [0, 2**bits − 1]
    scale: float32, broadcasts to S (one per tensor, or one per output channel)
    zero: the code that means 0.0: int32 of the scale's shape, or one for all where codes run symmetrically around it
    codebook: float32 [2**bits], or None where a code stands for itself
    """

    codes: Tensor
    bits: int
    scale: Tensor
    zero: int | Tensor = 0
    codebook: Tensor | None = None

    def decode(self) -> Tensor:
        """The weights these codes stand for: float32, shape S."""
        values = (self.codes - self.zero).float() if self.codebook is None else self.codebook[self.codes]
        return values * self.scale

    def levels(self, channel: int = 0) -> Tensor:
        """All values that weights of one output channel can take, rising: float32 [≤ 2**bits]."""
        symmetric = isinstance(self.zero, int) and self.codebook is None
        codes = torch.arange(2 * self.zero + 1 if symmetric else 2**self.bits, dtype=torch.int32)
        at = min(channel, self.scale.numel() - 1)
        zero = self.zero if isinstance(self.zero, int) else int(self.zero.flatten()[at])
        return Encoded(codes, self.bits, self.scale.flatten()[at], zero, self.codebook).decode()

    @property
    def stored_bits(self) -> int:
        """Bits the codes, scales, zero points and codebook need, without any header."""
        zeros = 0 if isinstance(self.zero, int) else 16 * self.zero.numel()
        book = 0 if self.codebook is None else 32 * self.codebook.numel()
        return self.bits * self.codes.numel() + 32 * self.scale.numel() + zeros + book
