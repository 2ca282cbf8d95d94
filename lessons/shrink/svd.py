"""A matrix as the product of two thin ones: the closest of its rank.

Eckart and Young, "The approximation of one matrix by another of lower rank" (1936).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lessons.shrink.half import in_half


@dataclass(frozen=True, eq=False)
class Factors:
    """A weight [out, in] as up [out, r] · down [r, in], both as half.in_half keeps them."""

    up: Tensor
    down: Tensor

    def decode(self) -> Tensor:
        """The weight: float32 [out, in]."""
        return self.up.float() @ self.down.float()

    @property
    def stored_bits(self) -> int:
        return 8 * (self.up.nbytes + self.down.nbytes)


def factorize(weight: Tensor, rank: int) -> Factors:
    """The two factors, the singular values shared between them."""
    u, s, v = torch.linalg.svd(weight, full_matrices=False)
    root = s[:rank].sqrt()
    return Factors(in_half(u[:, :rank] * root), in_half(root[:, None] * v[:rank]))


def rank_for(shape: tuple[int, int], share: float) -> int:
    """The rank at which both factors together have that share of a matrix's numbers, 1 at least."""
    out, into = shape
    return max(1, int(share * out * into / (out + into)))
