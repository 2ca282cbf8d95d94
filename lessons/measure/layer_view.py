"""What the page shows of a layer's weights."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class LayerView:
    """`counts` [60] of weights between `edges` [61]; `levels`: the values they can take after rounding, empty if any.

    With one scale per channel each channel has its own grid: then `channel` says which one is shown, weights and all.
    """

    channel: int | None
    edges: np.ndarray
    counts: np.ndarray
    levels: np.ndarray
    error: float  # root mean square of (rounded − original) over the whole layer
