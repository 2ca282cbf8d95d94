"""Quantization of activations: what flows into each layer is rounded to a grid too.

Nagel et al., "A White Paper on Neural Network Quantization" (2021), §2.1 and §3.1. Weights are known; activations
depend on the picture, so their ranges are calibrated on a few examples and then stay. Rounding is simulated in float32.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from lessons.models.layers import run_watched, weighted
from lessons.shrink.grid import Grid, affine, round_to
from lessons.shrink.ranges import RANGES
from lessons.shrink.straight_through import straight_through

SAMPLE = 100_000  # numbers a range other than min–max is found on


def calibrate(net: nn.Module, examples: Tensor, bits: int, range: str) -> dict[str, Grid]:
    """A grid for the input of each layer with weights, from what `examples` [n, …] send through it. `range`: a key
    of RANGES."""
    return {
        name: affine(*RANGES[range](_sample(x, range), bits, affine), bits) for name, x in inputs(net, examples).items()
    }


def inputs(net: nn.Module, examples: Tensor) -> dict[str, Tensor]:
    """What flows into each layer with weights: {name: float32 [n, …]}. `examples`: [n, …]."""
    seen: dict[str, Tensor] = {}

    def note(name: str) -> Callable:
        return lambda layer, given: seen.update({name: given[0]})

    layers = weighted(net).items()
    run_watched(net, examples, [layer.register_forward_pre_hook(note(name), prepend=True) for name, layer in layers])
    return seen


@dataclass
class RoundInput:
    """A forward pre-hook that rounds a layer's input to a grid."""

    grid: Grid  # calibrated, one for the layer

    def __call__(self, layer: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor]:
        x, grid = given[0], self.grid
        rounded = round_to(grid, x)
        if not x.requires_grad:
            return (rounded,)
        inside = x.clamp(-grid.zero * grid.scale, (grid.last - grid.zero) * grid.scale)  # clipped: no gradient
        return (straight_through(inside, rounded),)


def _sample(x: Tensor, range: str) -> Tensor:
    x = x.flatten()
    return x[None] if range == "min-max" else x[None, :: max(1, len(x) // SAMPLE)]
