"""Some weights of a layer, one by one, as they were and as they are rounded: the first picture of quantization."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from lessons.measure.layer_view import RoundedWeights, Rounding
from lessons.shrink.encoded import Encoded

CHANNELS, EACH = 6, 10  # that are shown, and weights of each


def chosen(weight: Tensor, group: int | None) -> tuple[list[int], Tensor]:
    """Which weights are shown: of channels from the one whose largest weight is smallest to the one whose is largest,
    evenly by rank; of each, weights from its lowest to its highest, likewise. `group`: only of each channel's first so
    many weights, which share a scale. Gives the channels, and the places in them, int64 [channels, n]."""
    rows = weight.flatten(1)[:, :group]
    channels = _spread(rows.abs().amax(1).argsort(), CHANNELS)
    return channels.tolist(), torch.stack([_spread(rows[at].argsort(), EACH) for at in channels])


def rounded(original: Tensor, stored: Sequence[Encoded], layer: str) -> RoundedWeights:
    """A layer's `original` weight, float32 [out, …], and what rounding in several ways made of it."""
    shared = max(each.scale.shape[1] for each in stored)  # groups in a channel
    group = -(-original[0].numel() // shared) if shared > 1 else None
    channels, places = chosen(original, group)
    take = lambda weight: weight.flatten(1)[channels].gather(1, places).numpy()
    return RoundedWeights(layer, channels, take(original), [_rounding(each, channels, take) for each in stored])


def _rounding(stored: Encoded, channels: Sequence[int], take: Callable[[Tensor], np.ndarray]) -> Rounding:
    levels = torch.stack([stored.levels(channel) for channel in channels])
    first, step = levels[:, 0], (levels[:, -1] - levels[:, 0]) / (levels.shape[1] - 1)
    return Rounding(take(stored.decode()), levels.shape[1], first.numpy(), step.numpy())


def _spread(order: Tensor, count: int) -> Tensor:
    """So many of these, evenly from the first to the last; all, where there are fewer."""
    return order[torch.linspace(0, len(order) - 1, min(count, len(order))).round().long()]
