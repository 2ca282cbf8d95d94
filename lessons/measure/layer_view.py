"""What a page shows of a layer: the numbers it holds or is fed, and the grid they are rounded to."""

from dataclasses import dataclass

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


@dataclass(frozen=True, eq=False)
class LayerView:
    """A layer's weights and its inputs.

    Where scales are not shared by the whole layer, each part has its own grid: `part` says whose weights are shown.
    """

    part: str
    weights: View
    inputs: View
