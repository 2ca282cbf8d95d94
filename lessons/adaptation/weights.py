"""What of a network learns when it is adapted, and by how much that changes its weights. Knows neither texts nor pictures."""

import copy
from collections.abc import Collection, Iterable, Mapping

import torch
from torch import Tensor, nn

from lessons.experiment.adapt import LOW_RANK, WHERE, Adapt
from lessons.shrink.lora import Adapted, LowRank, begin, merged, scale

HEADS = ("embed_tokens.", "fc.")  # what answers: small language models write with their embeddings
Weights = Mapping[str, Tensor]


def opened(net: nn.Module, how: Adapt) -> nn.Module:
    """The network as it begins to learn. Only what learns has a gradient; what does not is the network's own, not a copy."""
    learns = [name for name, weight in net.named_parameters() if _learns(how.method, name, weight)]
    net = apart(net, learns).requires_grad_(False)
    if how.method in LOW_RANK:
        random = torch.Generator().manual_seed(how.seed)
        for name in beside(net, how.where):
            layer = net.get_submodule(name)
            net.set_submodule(name, Adapted(layer, begin(layer.weight, how.rank, how.alpha, how.method, random)))
    for name in learns:
        net.get_parameter(name).requires_grad_(True)
    return net


def _learns(method: str, name: str, weight: Tensor) -> bool:
    return {"full": True, "head": name.startswith(HEADS), "vectors": weight.dim() == 1}.get(method, False)


def apart(net: nn.Module, but: Collection[str]) -> nn.Module:
    """A network that shares all weights with this one `but` some, of which it has copies: a large one takes no more memory."""
    shared = {id(weight): weight for name, weight in net.named_parameters() if name not in but}
    return copy.deepcopy(net, shared)


def beside(net: nn.Module, where: str) -> list[str]:
    """The layers that thin matrices stand beside."""
    layers = (nn.Linear, nn.Conv2d)
    return [name for name, layer in net.named_modules() if isinstance(layer, layers) and name.endswith(WHERE[where])]


def learnt(net: nn.Module) -> dict[str, Tensor]:
    """What a network has learnt: all that has a gradient, by name."""
    return {name: weight.detach().clone() for name, weight in net.named_parameters() if weight.requires_grad}


def shapes(net: nn.Module, how: Adapt) -> dict[str, tuple[int, ...]]:
    """The shapes of what `learnt` gives of a network that has learnt in this way, by name."""
    if how.method not in LOW_RANK:
        return {name: tuple(each.shape) for name, each in net.named_parameters() if _learns(how.method, name, each)}
    found = {}
    for name in beside(net, how.where):
        out, into = net.get_submodule(name).weight.flatten(1).shape
        found |= {f"{name}.down": (how.rank, into), f"{name}.up": (out, how.rank)}
        found |= {f"{name}.length": (out,)} if how.method == "dora" else {}
    return found


@torch.no_grad()
def wearing(net: nn.Module, how: Adapt, weights: Weights) -> nn.Module:
    """A network like it with what was learnt beside its layers, unmerged."""
    if how.method in LOW_RANK:
        net = apart(net, ())
        for name in [name for name in beside(net, how.where) if f"{name}.up" in weights]:
            net.set_submodule(name, Adapted(net.get_submodule(name), of_layer(name, how, weights)))
    else:
        net = opened(net, how)
        for name, learnt in weights.items():
            net.get_parameter(name).copy_(learnt)
    return net.requires_grad_(False).eval()


@torch.no_grad()
def changes(net: nn.Module, how: Adapt, weights: Weights) -> dict[str, Tensor]:
    """By how much each weight of a network changes with what was learnt, and with so much of it as is used."""
    if how.method in LOW_RANK:
        after = {
            f"{name}.weight": merged(net.get_submodule(name).weight, of_layer(name, how, weights))
            for name in beside(net, how.where)
            if f"{name}.up" in weights  # an uploaded adapter may leave out some
        }
    else:
        after = dict(weights)
    found = {name: weight - net.get_parameter(name) for name, weight in after.items()}
    if how.cut:
        found = {name: low_rank(change, how.cut) if change.dim() > 1 else change for name, change in found.items()}
    return {name: how.strength * change for name, change in found.items()}


@torch.no_grad()
def changed(net: nn.Module, each: Iterable[Weights]) -> nn.Module:
    """A network like it with these changes, added up."""
    each = list(each)
    net = apart(net, {name for change in each for name in change})
    for change in each:
        for name, by in change.items():
            net.get_parameter(name).add_(by)
    return net


def of_layer(name: str, how: Adapt, weights: Weights) -> LowRank:
    """What a layer has learnt. Its rank is its own: an uploaded adapter may have several."""
    down = weights[f"{name}.down"]
    return LowRank(down, weights[f"{name}.up"], scale(how.alpha, len(down), how.method), weights.get(f"{name}.length"))


def low_rank(weight: Tensor, rank: int) -> Tensor:
    """The closest weight of a rank (Eckart and Young, 1936); a convolution's counts as [out, in · k · k]."""
    u, s, v = torch.linalg.svd(weight.flatten(1), full_matrices=False)
    return (u[:, :rank] * s[:rank] @ v[:rank]).view_as(weight)
