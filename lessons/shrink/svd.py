"""A matrix as the product of two low-rank factors: the closest of its rank.

Eckart and Young, "The approximation of one matrix by another of lower rank" (1936).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lessons.shrink.encoded import Composite
from lessons.shrink.half import in_half


@dataclass(frozen=True, eq=False)
class Factors(Composite):
    """A weight [out, in] as up [out, r] · down [r, in], both as half.in_half keeps them."""

    up: Tensor  # [out, r]
    down: Tensor  # [r, in]

    def decode(self) -> Tensor:
        """The weight: float32 [out, in]."""
        return self.up.float() @ self.down.float()

    @property
    def stored_bits(self) -> int:
        """Bits of both factors."""
        return 8 * (self.up.nbytes + self.down.nbytes)

    @property
    def macs(self) -> int:
        """(out + in) · r: the factors multiply one after the other."""
        return self.up.numel() + self.down.numel()

    def parts(self, name: str) -> dict[str, Tensor]:
        """`NAME.up` and `NAME.down`."""
        return {f"{name}.up": self.up, f"{name}.down": self.down}


def factorize(weight: Tensor, rank: int) -> Factors:
    """The two factors, the singular values shared between them."""
    u, s, v = truncated(weight, rank)
    root = s.sqrt()
    return Factors(in_half(u * root), in_half(root[:, None] * v))


def low_rank(weight: Tensor, rank: int) -> Tensor:
    """The closest weight of a rank, of the weight's shape; a convolution's counts as [out, in · k · k]."""
    u, s, v = truncated(weight.flatten(1), rank)
    return (u * s @ v).view_as(weight)


def truncated(weight: Tensor, rank: int) -> tuple[Tensor, Tensor, Tensor]:
    """The largest singular values of a matrix [out, in] and their vectors: u [out, r], s [r], v [r, in]. `rank`: r."""
    u, s, v = torch.linalg.svd(weight, full_matrices=False)
    return u[:, :rank], s[:rank], v[:rank]


def rank_for(shape: tuple[int, int], share: float) -> int:
    """The rank at which both factors together have that share of a matrix's numbers, 1 at least. `shape`: out and
    in."""
    out, into = shape
    return max(1, int(share * out * into / (out + into)))
