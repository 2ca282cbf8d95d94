"""A weight tensor some of whose weights are gone."""

from dataclasses import dataclass

from torch import Tensor

from lessons.shrink.encoded import Encoded


@dataclass(frozen=True, eq=False)
class Sparse:
    """A weight tensor of shape S without some of its weights, which are 0.

    kept: bool, shape S
    weights: what those that are kept stand for: float32 or Encoded, shape S; where a weight is gone, any value
    """

    kept: Tensor
    weights: Tensor | Encoded

    def decode(self) -> Tensor:
        """The weights: float32, shape S, 0 where they are gone."""
        dense = self.weights.decode() if isinstance(self.weights, Encoded) else self.weights
        return dense * self.kept
