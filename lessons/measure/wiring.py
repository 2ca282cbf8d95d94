"""What is left between the channels of a network, one connection by another: the first picture of pruning."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from lessons.measure.layer_view import Wiring
from lessons.models.layers import weighted

EACH = 7  # channels that are shown of a layer


def chosen(net: nn.Module) -> list[list[int]]:
    """The channels shown, layer by layer: from the one with the largest mean |w| to the one with the smallest, evenly
    by rank. A depthwise layer shows the channels that feed it; the last layer shows all, one a class."""
    *layers, last = weighted(net).values()
    shown: list[list[int]] = []
    for layer in layers:
        order = layer.weight.flatten(1).abs().mean(1).argsort(descending=True)
        evenly = torch.linspace(0, len(order) - 1, min(EACH, len(order))).round().long()
        shown.append(shown[-1] if _is_depthwise(layer) else order[evenly].tolist())
    return [*shown, list(range(len(last.weight)))]


def wired(net: nn.Module, pruned: Sequence[tuple[nn.Module, nn.Module]]) -> Wiring:
    """The wires between some channels of `net`, and what pruning in several ways leaves of them. `pruned`: each way's
    network with its masks, and as it is used: the same, or with its silent channels removed."""
    layers, shown = weighted(net), chosen(net)
    strength = [_strength(net, shown), *(_strength(masked, shown, used is not masked) for masked, used in pruned)]
    silent = [torch.cat([_silent(layer)[at] for layer, at in _each(masked, shown)]) for masked, _ in pruned]
    return Wiring(
        [name.partition(".")[0] for name in layers],
        shown,
        np.array(_places(net, shown)),
        torch.stack(strength).numpy(),
        torch.stack(silent).numpy(),
        _left(net),
        [_left(used) for _, used in pruned],
    )


def _places(net: nn.Module, shown: Sequence[list[int]]) -> list[tuple[int, int, int]]:
    """Each wire's layer, and the places, among the channels shown, that it comes from and leads to."""
    places, before = [], 1
    for at, (layer, here) in enumerate(_each(net, shown)):
        pairs = [(to, to) for to in range(len(here))] if _is_depthwise(layer) else np.ndindex(len(here), before)
        places += [(at, come, to) for to, come in pairs]
        before = len(here)
    return places


def _strength(net: nn.Module, shown: Sequence[list[int]], removed: bool = False) -> Tensor:
    """The sum of |w| along each wire, float32 [wires]; where channels are `removed`, nothing reads a silent one."""
    found, before, gone = [], [0], torch.zeros(1, dtype=torch.bool)
    for layer, here in _each(net, shown):
        size = layer.weight.abs()
        if _is_depthwise(layer):
            between = size.flatten(1).sum(1).masked_fill(gone & removed, 0)[here]
        else:
            between = size.reshape(len(size), len(gone), -1).sum(2).masked_fill(gone & removed, 0)[here][:, before]
        found.append(between.flatten())
        before, gone = here, _silent(layer)
    return torch.cat(found)


def _each(net: nn.Module, shown: Sequence[list[int]]) -> list[tuple[nn.Module, list[int]]]:
    return list(zip(weighted(net).values(), shown, strict=True))


def _is_depthwise(layer: nn.Module) -> bool:
    return getattr(layer, "groups", 1) > 1


def _silent(layer: nn.Module) -> Tensor:
    """Which of a layer's channels are 0 whatever the image: bool [out]."""
    return (layer.weight.flatten(1) == 0).all(1) & (layer.bias == 0)


def _left(net: nn.Module) -> int:
    return sum(int(layer.weight.count_nonzero()) for layer in weighted(net).values())
