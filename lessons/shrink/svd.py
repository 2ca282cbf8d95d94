"""A matrix as the product of two thin ones: the closest of its rank.

Eckart and Young, "The approximation of one matrix by another of lower rank" (1936).
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Factors:
    """A weight [out, in] as up [out, r] · down [r, in], both float16."""

    up: Tensor
    down: Tensor

    def decode(self) -> Tensor:
        """The weight: float32 [out, in]."""
        return self.up.float() @ self.down.float()

    @property
    def stored_bits(self) -> int:
        return 16 * (self.up.numel() + self.down.numel())


def factorize(weight: Tensor, rank: int) -> Factors:
    """The two factors, the singular values shared between them."""
    u, s, v = torch.linalg.svd(weight, full_matrices=False)
    root = s[:rank].sqrt()
    return Factors((u[:, :rank] * root).half(), (root[:, None] * v[:rank]).half())


def rank_for(shape: tuple[int, int], share: float) -> int:
    """The rank at which both factors together have that share of a matrix's numbers, 1 at least."""
    out, into = shape
    return max(1, int(share * out * into / (out + into)))
