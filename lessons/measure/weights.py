"""A layer's weights beside the grid they are rounded to: what the histogram on the page shows."""

import numpy as np
from torch import Tensor

from lessons.measure.layer_view import LayerView
from lessons.shrink.encoded import Encoded

BINS = 60


def view(original: Tensor, stored: Tensor | Encoded) -> LayerView:
    """Compare a layer's original weights with what is stored of them."""
    if not isinstance(stored, Encoded):
        return LayerView(None, *_histogram(original), np.empty(0), 0.0)
    channel = 0 if stored.scale.numel() > 1 else None
    shown = original if channel is None else original[channel]
    error = (stored.decode() - original).square().mean().sqrt().item()
    return LayerView(channel, *_histogram(shown), stored.levels(channel or 0).numpy(), error)


def _histogram(weights: Tensor) -> tuple[np.ndarray, np.ndarray]:
    counts, edges = np.histogram(weights.detach().numpy(), bins=BINS)
    return edges, counts
