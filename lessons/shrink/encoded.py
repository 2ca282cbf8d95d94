"""What a technique makes of a weight tensor: small whole numbers and the little that turns them back into weights."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Encoded:
    """A weight tensor of shape S as integer codes.

    codes: int32, shape S, each in [0, 2**bits − 1]
    scale: float32 or float16 [c, k]: c is the number of output channels, or 1 if they share; the weights of each fall into k groups
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
        zero = self.zero if isinstance(self.zero, int) else spread(self.zero, self.codes.shape)
        values = (self.codes - zero).float() if self.codebook is None else self.codebook[self.codes]
        return values * spread(self.scale.float(), self.codes.shape)

    def zero_codes(self) -> int | Tensor | None:
        """The code of each weight that means 0.0: one for all, or of shape S; None where none does."""
        if self.codebook is not None:
            return next(iter((self.codebook == 0).nonzero().flatten().tolist()), None)
        return self.zero if isinstance(self.zero, int) else spread(self.zero, self.codes.shape)

    def levels(self, channel: int = 0) -> Tensor:
        """All values that weights in the first group of one output channel can take, rising: float32 [≤ 2**bits]."""
        at = min(channel, len(self.scale) - 1)
        zero = self.zero if isinstance(self.zero, int) else int(self.zero[at, 0])
        last = 2 * zero if isinstance(self.zero, int) and self.codebook is None else 2**self.bits - 1
        codes = torch.arange(last + 1, dtype=torch.int32)[None]
        return Encoded(codes, self.bits, self.scale[at, :1, None], zero, self.codebook).decode().flatten()

    @property
    def stored_bits(self) -> int:
        """Bits the codes, scales, zero points and codebook need, without any header."""
        zeros = 0 if isinstance(self.zero, int) else 16 * self.zero.numel()
        book = 0 if self.codebook is None else 32 * self.codebook.numel()
        return self.bits * self.codes.numel() + 8 * self.scale.nbytes + zeros + book


def spread(shared: Tensor, shape: torch.Size) -> Tensor:
    """Numbers [c, k] that weights of shape [out, …] share, given to each of them: its channel's, its group's."""
    weights = math.prod(shape) // len(shared)
    group = math.ceil(weights / shared.shape[1])
    return shared.repeat_interleave(group, 1)[:, :weights].reshape(shape) if shared.numel() > 1 else shared.reshape(())
