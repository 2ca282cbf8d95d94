"""What of a network learns when it is adapted, and by how much that changes its weights. Knows neither texts nor
pictures."""

import copy
from collections.abc import Collection, Iterable, Mapping

import torch
from torch import Tensor, nn

from lessons.experiment.adapt import LOW_RANK, WHERE, Adapt
from lessons.shrink.lora import Adapted, LowRank, begin, merged, scale
from lessons.shrink.svd import low_rank

HEADS = ("embed_tokens.", "fc.")  # what answers: small language models write with their embeddings
Weights = Mapping[str, Tensor]


def trainable(net: nn.Module, adapt: Adapt) -> nn.Module:
    """The network as it begins to learn. Only what learns has a gradient; what does not is the network's own, not a
    copy."""
    learns = [name for name, weight in net.named_parameters() if _learns(adapt.method, name, weight)]
    net = copy_sharing(net, learns).requires_grad_(False)
    if adapt.method in LOW_RANK:
        random = torch.Generator().manual_seed(adapt.seed)
        for name in adapted_layers(net, adapt.where):
            layer = net.get_submodule(name)
            net.set_submodule(name, Adapted(layer, begin(layer.weight, adapt.rank, adapt.alpha, adapt.method, random)))
    for name in learns:
        net.get_parameter(name).requires_grad_(True)
    return net


def _learns(method: str, name: str, weight: Tensor) -> bool:
    return {"full": True, "head": name.startswith(HEADS), "vectors": weight.dim() == 1}.get(method, False)


def copy_sharing(net: nn.Module, but: Collection[str]) -> nn.Module:
    """A network that shares all weights with this one `but` some, of which it has copies: a large one takes no more
    memory."""
    shared = {id(weight): weight for name, weight in net.named_parameters() if name not in but}
    return copy.deepcopy(net, shared)


def adapted_layers(net: nn.Module, where: str) -> list[str]:
    """The layers that have an adapter beside them."""
    layers = (nn.Linear, nn.Conv2d)
    return [name for name, layer in net.named_modules() if isinstance(layer, layers) and name.endswith(WHERE[where])]


def learnt_weights(net: nn.Module) -> dict[str, Tensor]:
    """What a network has learnt: all that has a gradient, by name."""
    return {name: weight.detach().clone() for name, weight in net.named_parameters() if weight.requires_grad}


def shapes(net: nn.Module, adapt: Adapt) -> dict[str, tuple[int, ...]]:
    """The shapes of what `learnt` gives of a network that has learnt in this way, by name."""
    if adapt.method not in LOW_RANK:
        return {name: tuple(each.shape) for name, each in net.named_parameters() if _learns(adapt.method, name, each)}
    found = {}
    for name in adapted_layers(net, adapt.where):
        out, into = net.get_submodule(name).weight.flatten(1).shape
        found |= {f"{name}.down": (adapt.rank, into), f"{name}.up": (out, adapt.rank)}
        found |= {f"{name}.length": (out,)} if adapt.method == "dora" else {}
    return found


@torch.no_grad()
def with_adapters(net: nn.Module, adapt: Adapt, weights: Weights) -> nn.Module:
    """A network like it with what was learnt beside its layers, unmerged."""
    if adapt.method in LOW_RANK:
        net = copy_sharing(net, ())
        for name in [name for name in adapted_layers(net, adapt.where) if f"{name}.up" in weights]:
            net.set_submodule(name, Adapted(net.get_submodule(name), of_layer(name, adapt, weights)))
    else:
        net = trainable(net, adapt)
        for name, learnt in weights.items():
            net.get_parameter(name).copy_(learnt)
    return net.requires_grad_(False).eval()


@torch.no_grad()
def weight_deltas(net: nn.Module, adapt: Adapt, weights: Weights) -> dict[str, Tensor]:
    """By how much each weight of a network changes with what was learnt, and with so much of it as is used."""
    if adapt.method in LOW_RANK:
        after = {
            f"{name}.weight": merged(net.get_submodule(name).weight, of_layer(name, adapt, weights))
            for name in adapted_layers(net, adapt.where)
            if f"{name}.up" in weights  # an uploaded adapter may leave out some
        }
    else:
        after = dict(weights)
    found = {name: weight - net.get_parameter(name) for name, weight in after.items()}
    if adapt.cut:
        found = {name: low_rank(change, adapt.cut) if change.dim() > 1 else change for name, change in found.items()}
    return {name: adapt.strength * change for name, change in found.items()}


@torch.no_grad()
def with_deltas(net: nn.Module, deltas: Iterable[Weights]) -> nn.Module:
    """A network like it with these changes, added up."""
    deltas = list(deltas)
    net = copy_sharing(net, {name for change in deltas for name in change})
    for change in deltas:
        for name, by in change.items():
            net.get_parameter(name).add_(by)
    return net


def of_layer(name: str, adapt: Adapt, weights: Weights) -> LowRank:
    """What a layer has learnt. Its rank is its own: an uploaded adapter may have several."""
    down = weights[f"{name}.down"]
    return LowRank(
        down, weights[f"{name}.up"], scale(adapt.alpha, len(down), adapt.method), weights.get(f"{name}.length")
    )
