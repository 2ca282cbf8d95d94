"""Pruning whole channels: what is left is a smaller dense network, fast on any machine, without a sparse format.

Li et al., "Pruning Filters for Efficient ConvNets" (2017), §3: drop the filters whose weights are smallest, the
channels they make, and with those the weights of the next layer that read them. Fang et al., "DepGraph: Towards Any
Structural Pruning" (2023), §3.1–3.2: some channels can only go together, as those a shortcut adds up; Torch-Pruning
finds them.

It takes two moves. Masking makes a channel silent: all that makes it becomes 0, and the network keeps its shape.
Removing takes silent channels out, with what reads them, and changes no answer. A silent channel must stay 0 on its way
to the next layer: ReLU and pooling leave 0 at 0, a sigmoid does not.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
import torch_pruning as tp
from torch import Tensor, nn

from lessons.models.layers import weighted
from lessons.shrink.activations import inputs
from lessons.shrink.prune import of_units

SCOPES = ("global", "layer")
Norm = nn.BatchNorm1d | nn.BatchNorm2d


@dataclass(frozen=True)
class Coupled:
    """Channels of one or more layers of which the i-th can only go together, as parameters by name.

    Row i of each of these parameters makes channel i.
    """

    channels: int  # how many
    filters: tuple[str, ...]  # names of weights [channels, …] of convolutions and linear layers
    constants: tuple[str, ...]  # names of their biases and of BatchNorms' weights and biases [channels]


def coupled(net: nn.Module, example: Tensor) -> list[Coupled]:
    """The groups of coupled channels of `net`, which stays as it is, in the order they run; `example`: an input [1, …].

    The outputs of the network are in none: they are its answer. Raises ValueError for a network with layers that mix or
    shift channels in other ways than convolutions, linear layers and BatchNorms do.
    """
    traced = copy.deepcopy(net)
    graph = _graph(traced, example)
    groups: list[Coupled] = []
    for name in inputs(net, example):
        if any(f"{name}.weight" in group.filters for group in groups):
            continue
        layer = traced.get_submodule(name)
        group = _making(traced, graph, layer)
        if group is not None:
            groups.append(group)
    return groups


def channel_scores(group: Coupled, scores: Mapping[str, Tensor]) -> Tensor:
    """The score of each channel, float32 [channels], from a score for each weight, in the shape of each weight, by
    name.

    It is the mean over all weights that make the channel, not the sum: so channels of layers of different sizes
    compare.
    """
    rows = torch.cat([scores[name].flatten(1) for name in group.filters], 1)
    return of_units(rows)


def highest(scores: Sequence[Tensor], share: float | Sequence[float], scope: str = "global") -> list[Tensor]:
    """Which channels are kept when a share of all channels goes, those of lowest score first: bool, shaped as the
    scores.

    scores: float32 [channels] of each group
    share: of all channels in 0 … 1; with scope "layer", each group loses this share of its own, or its own of several

    One channel of each group always stays, for without any the network is cut in two and its answer no longer depends
    on the picture. Only a share of exactly 1 of a layer, asked for in scope "layer", takes them all. Raises ValueError
    for another scope, and for shares outside 0 … 1.
    """
    if scope not in SCOPES:
        raise ValueError(f"scope must be one of {SCOPES}, not {scope!r}")
    shares = list(share) if isinstance(share, Sequence) else [share] * len(scores)
    if not all(0 <= share <= 1 for share in shares):
        raise ValueError(f"shares must be between 0 and 1, not {share}")
    if scope == "layer":
        return [_highest(score, share, spare=int(share < 1)) for score, share in zip(scores, shares, strict=True)]
    if isinstance(share, Sequence):
        raise ValueError("in global scope all groups have one share")
    # The best of each group gets the best score of all: no ranking takes it before the others.
    spared = [score.scatter(0, score.argmax(), torch.inf) for score in scores]
    kept = _highest(torch.cat(spared), share, spare=len(scores))
    return list(kept.split([len(score) for score in scores]))


def masks(net: nn.Module, groups: Sequence[Coupled], kept: Sequence[Tensor]) -> dict[str, Tensor]:
    """For every parameter that makes channels, by name, which of its numbers are kept: bool, shaped as the parameter.

    kept: bool [channels] of each group

    Biases and BatchNorms are among them: one that stays would make its channel a constant, not silent. What *reads* a
    channel is not: it stays in the masked network and goes only with `removed`.
    """
    return {
        name: keep.view(-1, *[1] * (parameter.dim() - 1)).expand_as(parameter).clone()
        for group, keep in zip(groups, kept, strict=True)
        for name in (*group.filters, *group.constants)
        for parameter in [net.get_parameter(name)]
    }


def silent(net: nn.Module, group: Coupled) -> Tensor:
    """Which channels of a group are 0 whatever the input: bool [channels]."""
    rows = [net.get_parameter(name).reshape(group.channels, -1) for name in (*group.filters, *group.constants)]
    return (torch.cat(rows, 1) == 0).all(1)


def removed(net: nn.Module, example: Tensor) -> nn.Module:
    """A smaller copy of `net`, which must be in eval mode, without its silent channels and without what reads them.

    It gives the same answers, up to the rounding of sums that are shorter now. Where all channels of a group are
    silent, one stays: there is no layer of 0 channels. Its weights want no gradient. Raises ValueError as `coupled`
    does.
    """
    groups = coupled(net, example)
    smaller = copy.deepcopy(net)
    graph = _graph(smaller, example)
    for group in groups:
        layer = smaller.get_submodule(group.filters[0].removesuffix(".weight"))
        gone = silent(net, group).nonzero().flatten().tolist()[: group.channels - 1]
        if gone:
            _pruning(graph, layer, gone).prune()
    if all(weight.is_contiguous(memory_format=torch.channels_last) for weight in net.parameters() if weight.dim() == 4):
        smaller.to(memory_format=torch.channels_last)
    return smaller.requires_grad_(False)


def _highest(scores: Tensor, share: float, spare: int) -> Tensor:
    """Where the scores are that stay when a share of them goes, but at least `spare`: bool, of two equals the later."""
    gone = min(round(share * len(scores)), len(scores) - spare)
    kept = torch.ones(len(scores), dtype=torch.bool)
    kept[scores.argsort(stable=True)[:gone]] = False
    return kept


def _graph(net: nn.Module, example: Tensor) -> tp.DependencyGraph:
    """Which layer feeds which. Torch-Pruning reads it off autograd: all weights of `net` want a gradient afterwards."""
    for name, layer in weighted(net).items():
        groups = getattr(layer, "groups", 1)
        if groups > 1 and not groups == layer.in_channels == layer.out_channels:
            raise ValueError(f"cannot prune channels of {name}: it is grouped, but not depthwise")
    with torch.enable_grad():
        return tp.DependencyGraph().build_dependency(net.requires_grad_(True), (example,), verbose=False)


def _pruning(graph: tp.DependencyGraph, layer: nn.Module, channels: Sequence[int]) -> tp.Group:
    """All that must go when these output channels of a layer go."""
    return graph.get_pruning_group(layer, graph.get_pruner_of_module(layer).prune_out_channels, list(channels))


def _making(net: nn.Module, graph: tp.DependencyGraph, layer: nn.Module) -> Coupled | None:
    """What makes the output channels of a layer, and those coupled to them; None if they are the network's answer."""
    names = {layer: name for name, layer in net.named_modules()}
    can = {*weighted(net).values(), *(norm for norm in names if isinstance(norm, Norm) and norm.affine)}
    makers, readers = set(), set()
    for item in _pruning(graph, layer, range(len(layer.weight))):
        node, target = item.dep.target, item.dep.target.module
        in_step = item.idxs == item.root_idxs and len(item.idxs) == len(
            layer.weight
        )  # its row i is channel i of `layer`
        if node.type == tp.ops.OPTYPE.OUTPUT:
            return None
        if target not in names:
            continue  # an operation without weights
        if not graph.is_out_channel_pruning_fn(item.dep.handler):
            readers.add(target)
        elif target in can and in_step:
            makers.add(target)
        else:
            raise ValueError(f"cannot prune channels through {names[target]}: {target}")
    if not readers:
        return None
    made_of = {
        f"{name}.{part}": parameter
        for maker, name in names.items()
        if maker in makers
        for part, parameter in maker.named_parameters()
    }
    return Coupled(
        len(layer.weight),
        tuple(name for name, parameter in made_of.items() if parameter.dim() > 1),
        tuple(name for name, parameter in made_of.items() if parameter.dim() == 1),
    )
