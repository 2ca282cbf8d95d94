"""What a page shows of a layer: the numbers it holds or is fed, and the grid they are rounded to."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class View:
    """A histogram and a grid: `counts` [60] of numbers between `edges` [61]; `levels`: the values they can take after
    rounding, rising, none if any.

    `zeros`: the share of numbers that are exactly 0 and left out of the histogram; `clipped`: the share more than half
    a step beyond the grid's ends; `error`: root mean square of (rounded − original) over the whole layer.
    """

    edges: np.ndarray
    counts: np.ndarray
    levels: np.ndarray
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
