"""Multiply–accumulate operations (MACs) of one forward pass, layer by layer."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode


@dataclass(frozen=True)
class LayerCost:
    """One layer with weights, for one example."""

    name: str
    macs: int
    parameters: int
    inputs: int  # numbers read
    outputs: int  # numbers written


def layers(net: nn.Module, example: Tensor) -> list[LayerCost]:
    """Costs of every layer that has weights, for `example` of shape [1, …]. One MAC counts as two FLOPs."""
    sizes: dict[str, tuple[int, int]] = {}

    def remember(name: str):
        def hook(_layer, inputs, output):
            sizes[name] = (inputs[0].numel(), output.numel())

        return hook

    weighted = {
        name: layer for name, layer in net.named_modules() if "weight" in dict(layer.named_parameters(recurse=False))
    }
    hooks = [layer.register_forward_hook(remember(name)) for name, layer in weighted.items()]
    counter = FlopCounterMode(display=False)
    try:
        with counter, torch.no_grad():
            net(example)
    finally:
        for hook in hooks:
            hook.remove()
    counts = counter.get_flop_counts()
    return [
        LayerCost(name, _flops(counts, name) // 2, sum(p.numel() for p in layer.parameters()), *sizes[name])
        for name, layer in weighted.items()
    ]


def _flops(counts: dict, name: str) -> int:
    """The counter names a layer by its path below the class of the net it saw."""
    return next((sum(ops.values()) for path, ops in counts.items() if path.partition(".")[2] == name), 0)
