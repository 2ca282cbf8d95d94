"""What each step of a recipe does to a model."""

import copy
from collections.abc import Callable, Mapping
from functools import singledispatch
from types import MappingProxyType
from typing import NamedTuple

from torch import Tensor, nn

from lessons.data import examples
from lessons.experiment import Quantize, QuantizeActivations, Step
from lessons.shrink import activations
from lessons.shrink.encoded import Encoded
from lessons.shrink.grid import Grid, affine, symmetric
from lessons.shrink.pack import Tensors
from lessons.shrink.quantize import binary, quantize

SCHEMES = {"symmetric": symmetric, "affine": affine}


class Built(NamedTuple):
    """A shrunk model: a network ready to answer, its tensors as they are stored, encoded ones among them, and its task.

    `inputs`: the grids that the inputs of its layers are rounded to, by layer. It is shared between callers: never
    change it.
    """

    net: nn.Module
    tensors: Tensors
    task: str
    inputs: Mapping[str, Grid] = MappingProxyType({})


def with_weights(model: Built, encode: Callable[[Tensor], Encoded]) -> Built:
    """The model with every weight (not the biases) encoded."""
    net, tensors = copy.deepcopy(model.net), dict(model.tensors)
    for name, weight in net.named_parameters():
        if weight.dim() > 1:
            tensors[name] = encoded = encode(weight)
            weight.copy_(encoded.decode())
    return model._replace(net=net, tensors=tensors)


@singledispatch
def apply(step: Step, model: Built) -> Built:
    """The model after one more step; the one before it stays as it is."""
    raise NotImplementedError(f"no model is built for {type(step).__name__}")


@apply.register
def _(step: Quantize, model: Built) -> Built:
    if step.bits == 1:
        return with_weights(model, lambda weight: binary(weight, step.grain, step.group))
    scheme = SCHEMES[step.scheme]
    return with_weights(model, lambda w: quantize(w, step.bits, step.grain, scheme, step.range, step.group))


@apply.register
def _(step: QuantizeActivations, model: Built) -> Built:
    pictures = examples.training_set("bundled", model.task).images[: step.images]
    grids = activations.calibrate(model.net, pictures, step.bits, step.range)
    net, tensors = copy.deepcopy(model.net), dict(model.tensors)
    for name, grid in grids.items():
        net.get_submodule(name).register_forward_pre_hook(activations.RoundInput(grid))
        tensors[f"{name}.input_scale"], tensors[f"{name}.input_zero"] = grid.scale[0], grid.zero[0].float()
    return Built(net, tensors, model.task, grids)
