"""The layers of a network that multiply, and a way to watch them at work."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle


def weighted(net: nn.Module) -> dict[str, nn.Module]:
    """Every convolution and linear layer, by name."""
    return {name: layer for name, layer in net.named_modules() if isinstance(layer, nn.Linear | nn.Conv1d | nn.Conv2d)}


def last_map(net: nn.Sequential, x: Tensor) -> tuple[Tensor, Tensor]:
    """What comes out of a network's last layer that still knows places, [n, channels, h, w], and its logits."""
    maps = None
    for name, layer in net.named_children():
        if maps is None and name in ("pool", "flatten"):
            maps = x
        x = layer(x)
    return maps, x


def run_watched(net: nn.Module, x: Tensor, hooks: Iterable[RemovableHandle]) -> None:
    """Run a network once for the hooks that were put on it, and take them off again."""
    try:
        with torch.no_grad():
            net(x)
    finally:
        for hook in hooks:
            hook.remove()
