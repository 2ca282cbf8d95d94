"""Multiply–accumulate operations (MACs) of one forward pass, layer by layer.

A weight is used once for each place of the output it contributes to, so a convolution or a linear layer costs

    MACs = numbers in the output × weights that make one of them

This equals `torch.utils.flop_counter` ÷ 2 (one MAC is two FLOPs; the tests hold it to that), which takes a second to
load torch's compiler first.
"""

from torch import Tensor, nn

from lessons.measure.layer_view import LayerCost
from lessons.models.layers import run_watched, weighted


def layers(net: nn.Module, example: Tensor) -> list[LayerCost]:
    """Costs of every convolution and linear layer, in the order they run, for `example` of shape [1, …]."""
    costs: list[LayerCost] = []
    names = {layer: name for name, layer in weighted(net).items()}

    def note(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        macs = output.numel() * layer.weight[0].numel()
        costs.append(
            LayerCost(
                names[layer],
                macs,
                layer.weight.numel(),
                sum(p.numel() for p in layer.parameters()),
                tuple(inputs[0].shape[1:]),
                tuple(output.shape[1:]),
            )
        )

    run_watched(net, example, [layer.register_forward_hook(note) for layer in names])
    return costs
