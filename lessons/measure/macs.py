"""Multiply–accumulate operations (MACs) of one forward pass, layer by layer.

A weight is used once for each place of the output it contributes to, so a convolution or a linear layer costs

    MACs = numbers in the output × weights that make one of them

This equals `torch.utils.flop_counter` ÷ 2 (one MAC is two FLOPs; the tests hold it to that), which takes a second to
load torch's compiler first.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class LayerCost:
    """One layer with weights, for one example."""

    name: str
    macs: int
    parameters: int
    inputs: int  # numbers read
    outputs: int  # numbers written


def layers(net: nn.Module, example: Tensor) -> list[LayerCost]:
    """Costs of every convolution and linear layer, in the order they run, for `example` of shape [1, …]."""
    costs: list[LayerCost] = []
    weighted = {
        layer: name for name, layer in net.named_modules() if isinstance(layer, nn.Linear | nn.Conv1d | nn.Conv2d)
    }

    def note(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        macs = output.numel() * layer.weight[0].numel()
        parameters = sum(p.numel() for p in layer.parameters())
        costs.append(LayerCost(weighted[layer], macs, parameters, inputs[0].numel(), output.numel()))

    hooks = [layer.register_forward_hook(note) for layer in weighted]
    try:
        with torch.no_grad():
            net(example)
    finally:
        for hook in hooks:
            hook.remove()
    return costs
