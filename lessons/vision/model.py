"""A shrunk model, and how to get another from it. None is ever changed."""

import copy
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from torch import Tensor, nn

from lessons.experiment import Trained
from lessons.models.folding import folded, has_batchnorm
from lessons.shrink.activations import RoundInput
from lessons.shrink.encoded import Encoded
from lessons.shrink.grid import Grid
from lessons.shrink.pack import Tensors
from lessons.shrink.sparse import Sparse
from lessons.shrink.straight_through import Through, shrink


class VisionModel(NamedTuple):
    """A shrunk model: a network ready to answer, its tensors as they are stored, shrunk ones among them, and how its
    weights were trained.

    `inputs`: the grids that the inputs of its layers are rounded to, by layer; `encode`: how weights are rounded, if
    they are. It is shared between callers: never change it.
    """

    net: nn.Module  # in eval mode, its weights decoded
    tensors: Tensors  # as a file holds them, by name
    source: Trained  # how its weights were trained
    inputs: Mapping[str, Grid] = MappingProxyType({})
    encode: Callable[[Tensor], Encoded] | None = None

    @property
    def task(self) -> str:
        """What its pictures show, one of TASKS."""
        return self.source.task


def deployed(model: VisionModel) -> VisionModel:
    """The model as it is used: each BatchNorm folded into the convolution before it. What is pruned stays pruned."""
    if not has_batchnorm(model.net):
        return model
    net = folded(model.net)
    tensors = dict(net.named_parameters())
    for name, was in model.tensors.items():
        if isinstance(was, Sparse) and name in tensors:
            tensors[name] = Sparse(was.kept, tensors[name])
    return model._replace(net=net, tensors=tensors)


def with_weights(model: VisionModel, encode: Callable[[Tensor], Encoded]) -> VisionModel:
    """The model with every weight (not the biases) encoded."""
    model = deployed(model)
    weights = {name: weight for name, weight in model.net.named_parameters() if weight.dim() > 1}
    return _with(model._replace(encode=encode), weights, {})


def with_inputs(model: VisionModel, grids: Mapping[str, Grid]) -> VisionModel:
    """The model with what flows into its layers rounded, each layer's input on its own grid, whose two numbers are
    stored."""
    net, tensors = copy.deepcopy(model.net), dict(model.tensors)
    for name, grid in grids.items():
        net.get_submodule(name).register_forward_pre_hook(RoundInput(grid))
        tensors[f"{name}.input_scale"], tensors[f"{name}.input_zero"] = grid.scale[0], grid.zero[0].float()
    return model._replace(net=net, tensors=tensors, inputs=grids)


def with_masks(model: VisionModel, masks: Mapping[str, Tensor]) -> VisionModel:
    """The model with only those weights that these masks and what was pruned before keep."""
    return _with(model, {}, {name: mask for name, mask in masks.items() if not mask.all()})


def with_state(model: VisionModel, weights: Mapping[str, Tensor]) -> VisionModel:
    """The model with other numbers in its place, pruned and rounded in the same way. `weights`: all a network's
    state."""
    net = copy.deepcopy(model.net)
    net.load_state_dict(weights)
    return _with(model._replace(net=net), dict(net.named_parameters()), {})


def parametrizations(model: VisionModel) -> dict[str, Through]:
    """What shrinks each weight of a model that is fine-tuned."""
    ways = {}
    for name, weight in model.net.named_parameters():
        kept, encode = kept_of(model, name), model.encode if weight.dim() > 1 else None
        if kept is not None or encode is not None:
            ways[name] = Through(kept, encode)
    return ways


def kept_of(model: VisionModel, name: str) -> Tensor | None:
    """Which weights of a tensor are left, if any are gone."""
    stored = model.tensors[name]
    return stored.kept if isinstance(stored, Sparse) else None


def _with(model: VisionModel, weights: Mapping[str, Tensor], masks: Mapping[str, Tensor]) -> VisionModel:
    """The model with some other weights, each shrunk as the model's are, and without those these masks take away."""
    net, tensors = copy.deepcopy(model.net), dict(model.tensors)
    for name, weight in weights.items():
        tensors[name] = shrink(weight, kept_of(model, name), model.encode if weight.dim() > 1 else None)
    for name, mask in masks.items():
        stored = tensors[name]
        tensors[name] = (
            Sparse(mask & stored.kept, stored.weights) if isinstance(stored, Sparse) else Sparse(mask, stored)
        )
    for name in (*weights, *masks):
        stored = tensors[name]
        net.get_parameter(name).copy_(stored if isinstance(stored, Tensor) else stored.decode())
    return model._replace(net=net, tensors=tensors)
