"""A few weights, or a few input channels, stay as they are in 16 bits; the rest is rounded on a grid that need not
reach them.

Dettmers et al., "LLM.int8(): 8-bit Matrix Multiplication for Transformers at Scale" (2022), §3.2: columns of the weight
that meet outliers among the activations are multiplied in fp16.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from lessons.shrink.encoded import Composite, Encoded
from lessons.shrink.half import in_half


@dataclass(frozen=True, eq=False)
class Mixed(Composite):
    """A weight [out, in]: `columns` int64 [k] of it in 16 bits, `exact` [out, k] as half.in_half keeps it, and the
    `rest`, 0 in their place."""

    rest: Encoded
    columns: Tensor
    exact: Tensor

    def decode(self) -> Tensor:
        """The weight: float32 [out, in]."""
        return self.rest.decode().index_copy(1, self.columns, self.exact.float())

    @property
    def stored_bits(self) -> int:
        """Bits of the rest, of 32 a column's place, and of the exact columns."""
        return self.rest.stored_bits + 32 * self.columns.numel() + 8 * self.exact.nbytes

    def parts(self, name: str) -> dict[str, Tensor | Encoded]:
        """The rest, `NAME.columns` and `NAME.exact`."""
        return {name: self.rest, f"{name}.columns": self.columns.float(), f"{name}.exact": self.exact}


def mixed(weight: Tensor, encode: Callable[[Tensor], Encoded], columns: Tensor) -> Mixed:
    """Encode a weight but for some of its columns."""
    return Mixed(encode(weight.index_fill(1, columns, 0.0)), columns, in_half(weight[:, columns]))


def chosen(weight: Tensor, size: Tensor, share: float, by: str, seed: int = 0) -> Tensor:
    """The share of the columns of a weight [out, in] to keep, rising: those that meet the largest activations (`size`
    of each input, [in]: the mean of |x|, or the most), those with the largest weights, or any. Raises ValueError for
    another choice. `by`: "activation", "weight" or "random"."""
    choices = {
        "activation": size,
        "weight": weight.abs().amax(0),
        "random": torch.rand(len(size), generator=torch.Generator().manual_seed(seed)),
    }
    if by not in choices:
        raise ValueError(f"columns are chosen by {', '.join(choices)}, not {by}")
    matters = choices[by]
    return matters.topk(round(share * len(size))).indices.sort().values
