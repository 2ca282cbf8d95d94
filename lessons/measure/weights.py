"""A layer's weights beside the grid they are rounded to: what the histogram on the page shows."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor

from lessons.shrink.encoded import Encoded

BINS = 60
MOST_LEVELS = 64  # more would not be told apart on a chart


@dataclass(frozen=True, eq=False)
class LayerView:
    """`counts` [60] of weights between `edges` [61]; `levels`: the grid, or empty where there is none or it is too fine.

    With one scale per channel each channel has its own grid: then `channel` says which one is shown, weights and all.
    """

    channel: int | None
    edges: np.ndarray
    counts: np.ndarray
    levels: np.ndarray
    error: float  # root mean square of (rounded − original) over the whole layer


def view(original: Tensor, stored: Tensor | Encoded) -> LayerView:
    """Compare a layer's original weights with what is stored of them."""
    if not isinstance(stored, Encoded):
        return LayerView(None, *_histogram(original), np.empty(0), 0.0)
    channel = 0 if stored.scale.numel() > 1 else None
    shown = original if channel is None else original[channel]
    levels = stored.levels(channel or 0) if 2**stored.bits <= MOST_LEVELS else original.new_empty(0)
    error = (stored.decode() - original).square().mean().sqrt().item()
    return LayerView(channel, *_histogram(shown), levels.numpy(), error)


def _histogram(weights: Tensor) -> tuple[np.ndarray, np.ndarray]:
    counts, edges = np.histogram(weights.detach().numpy(), bins=BINS)
    return edges, counts
