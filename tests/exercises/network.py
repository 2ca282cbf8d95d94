"""The network as it ships, a smaller one, and one that never was; and one weight of each of three."""

from math import prod

import numpy as np
import torch
from torch import nn

from lessons import models
from lessons.measure.layer_view import LayerCost, OneWeight
from lessons.ui.network.knobs import WALK
from tests.exercises import Asked

NETWORKS = ("cnn", "cnn-8x3", "cnn-32x3")
LAYERS = models.LAYERS["cnn"]


def network(name: str) -> nn.Sequential:
    return models.make(name).eval()


def seen(net: nn.Sequential, side: int = 28) -> list[tuple[nn.Module, tuple[int, ...], tuple[int, ...]]]:
    """Each layer with weights, and the shapes that reach and leave it, for a square image of this side."""
    found, x = [], torch.zeros(1, 1, side, side)
    for layer in net[:-2] if side != 28 else net:
        shape, x = tuple(x.shape[1:]), layer(x)
        if isinstance(layer, nn.Conv2d | nn.Linear):
            found.append((layer, shape, tuple(x.shape[1:])))
    return found


def macs(layer: nn.Module, out: tuple[int, ...]) -> int:
    """A product for each weight at each place of the output."""
    return layer.weight.numel() * prod(out[1:])


def costs(name: str) -> tuple[list[LayerCost]]:
    each = zip(LAYERS, seen(network(name)), strict=True)
    return (
        [
            LayerCost(at, macs(layer, out), layer.weight.numel(), parameters(layer), shape, out)
            for at, (layer, shape, out) in each
        ],
    )


def parameters(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def made(*sides: int) -> tuple[list[LayerCost]]:
    """Layers of ten weights a channel, whose channels have these sides."""
    return ([LayerCost(at, 40 * s * s, 40, 44, (1, s, s), (4, s, s)) for at, s in zip(LAYERS, sides, strict=True)],)


COSTS = {name: costs(name) for name in NETWORKS}
REUSED = {"cnn": COSTS["cnn"], "rising": made(2, 3, 4, 5), "falling last": made(3, 9, 6, 1)}
WIDER = {"cnn": "cnn-32x3", "cnn-8x3": "cnn", "cnn-4x3": "cnn-8x3"}


def trained_example(name: str) -> int:
    """MACs of a training example, recounted: all but the gradient of the image."""
    *rest, first = (macs(layer, out) for layer, _, out in reversed(seen(network(name))))
    return 3 * sum(rest) + 2 * first


def curve(loss: np.ndarray, values: np.ndarray) -> tuple[OneWeight, str]:
    return OneWeight((0,), 0.0, 300, values, loss, np.gradient(loss, values)), "conv1"


GRID = np.linspace(-3, 3, 61)
WEIGHTS = {
    "bowl": curve(0.01 * GRID**2, GRID),
    "tilted": curve(0.02 * (GRID - 1) ** 2 + 0.01 * np.cos(GRID), GRID),
    "away": curve(0.03 * GRID**2 + 0.5, GRID + 10),
}


def landed(name: str) -> float:
    """Where PyTorch's own gradient descent ends after six steps with a learning rate of 3."""
    tried = WEIGHTS[name][0]
    ends = (len(GRID) // 10, len(GRID) - 1 - len(GRID) // 10)
    weight = nn.Parameter(torch.tensor(tried.values[max(ends, key=lambda at: tried.losses[at])]))
    optimiser = torch.optim.SGD([weight], lr=3.0)
    for _ in range(6):
        weight.grad = torch.tensor(np.interp(weight.item(), tried.values, tried.gradients))
        optimiser.step()
    return weight.item()


def third_most_used(name: str) -> set[str]:
    times = {cost.name: prod(cost.shape_out[1:]) for cost in REUSED[name][0]}
    return {sorted(times, key=times.get)[-3]}


def macs_of_twice_the_channels(net: nn.Sequential) -> int:
    """Of the third layer, built anew with twice its output channels."""
    layer, shape, out = seen(net)[2]
    wider = nn.Conv2d(shape[0], 2 * out[0], layer.kernel_size, layer.stride, layer.padding)
    return macs(wider, tuple(wider(torch.zeros(1, *shape)).shape[1:]))


ASKED = {
    "parameters": Asked(COSTS, lambda name: parameters(network(name).conv2)),
    "reuse": Asked(REUSED, third_most_used, WALK.options, WALK.default),
    "macs": Asked(COSTS, lambda name: macs_of_twice_the_channels(network(name)) / 1e3),
    "larger": Asked(COSTS, lambda name: macs(*seen(network(name), 56)[1][::2])),
    "wide": Asked(
        {name: costs(name) for name in WIDER},
        lambda name: sum(macs(*each[::2]) for each in seen(network(WIDER[name]))) / 1e6,
    ),
    "file": Asked(COSTS, lambda name: sum(p.half().nbytes for p in network(name).parameters()) / 1e3),
    "training": Asked(COSTS, trained_example),
    "step": Asked(WEIGHTS, landed),
}
