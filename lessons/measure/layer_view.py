"""What a page shows of a layer: the numbers it holds or is fed, and the grid they are rounded to."""

from dataclasses import dataclass
from math import prod

import numpy as np

MOST_MARKS = 64  # more could not be told apart, and 65,536 a layer would fill the server's memory


@dataclass(frozen=True, eq=False)
class View:
    """A histogram and a grid: `counts` [60] of numbers between `edges` [61]; `levels` many values they can take after
    rounding, 0 if any; `marks`: those values, rising, or only the outermost two where they are too many to be drawn.

    `zeros`: the share of numbers that are exactly 0 and left out of the histogram; `clipped`: the share more than half
    a step beyond the grid's ends; `error`: root mean square of (rounded − original) over the whole layer.
    """

    edges: np.ndarray
    counts: np.ndarray
    levels: int
    marks: np.ndarray
    zeros: float
    clipped: float
    error: float


@dataclass(frozen=True)
class LayerCost:
    """One layer with weights, for one example. `parameters` counts weights and biases; shapes are without the batch."""

    name: str
    macs: int
    weights: int
    parameters: int
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]

    @property
    def inputs(self) -> int:
        """Numbers read."""
        return prod(self.shape_in)

    @property
    def outputs(self) -> int:
        """Numbers written."""
        return prod(self.shape_out)


@dataclass(frozen=True, eq=False)
class OneWeight:
    """The loss (nats) on some training pictures, and its gradient, at several values [k] of one weight, whose place in its
    layer and trained value are given."""

    place: tuple[int, ...]
    trained: float
    pictures: int
    values: np.ndarray
    losses: np.ndarray
    gradients: np.ndarray


@dataclass(frozen=True, eq=False)
class LayerView:
    """A layer's cost, weights and inputs.

    Where scales are not shared by the whole layer, each part has its own grid: `part` says whose weights are shown.
    """

    cost: LayerCost
    part: str
    weights: View
    inputs: View
