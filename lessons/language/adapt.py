"""Teaches a language model another text, and makes the model that has learnt it. Knows nothing of where a model comes from."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import torch
from torch import Tensor, nn

from lessons.data.texts import text
from lessons.experiment.adapt import LOW_RANK, WHERE, Adapt
from lessons.language.learn import in_a_row, likelihood, passages, right
from lessons.language.model import Model, with_net
from lessons.language.steps import as_file
from lessons.models.llama import Llama
from lessons.models.vocabulary import Vocabulary
from lessons.shrink.lora import Adapted, LowRank, begin, merged, scale
from lessons.training.loop import train
from lessons.training.progress import Step

PROBED = 32  # passages of the new text's test that are looked at while training
PASSAGE = 128  # tokens
Weights = Mapping[str, Tensor]


def training(model: Model, how: Adapt) -> Iterator[tuple[Step, Llama]]:
    """Adapt a model from a seed; each report comes with the network as it stands, which trains on afterwards.

    `accuracy` of a report: % of next tokens named right, in some of the new text's test.
    """
    net = opened(model.net, how)
    known = passages(tokens(model.vocabulary, how.text, "train"), how.seed)
    seen = in_a_row(tokens(model.vocabulary, how.text, "test"), PASSAGE, PROBED)
    probe = lambda net: right(net, seen)
    for step in train(net, likelihood, known, steps=how.steps, rate=how.rate, stop_at=how.stopped_at, probe=probe):
        yield step, net


def opened(net: Llama, how: Adapt) -> Llama:
    """The network as it begins to learn, a copy. Only what learns has a gradient."""
    net = copy.deepcopy(net).requires_grad_(False)
    if how.method in LOW_RANK:
        random = torch.Generator().manual_seed(how.seed)
        for name in beside(net, how.where):
            layer = net.get_submodule(name)
            net.set_submodule(name, Adapted(layer, begin(layer.weight, how.rank, how.alpha, how.method, random)))
    for name, weight in net.named_parameters():
        if (
            how.method == "full"
            or (how.method == "head" and "embed" in name)
            or (how.method == "gains" and weight.dim() == 1)
        ):
            weight.requires_grad_(True)
    return net


def beside(net: Llama, where: str) -> list[str]:
    """The layers that thin matrices stand beside."""
    return [name for name, layer in net.named_modules() if isinstance(layer, nn.Linear) and name.endswith(WHERE[where])]


def learnt(net: Llama) -> dict[str, Tensor]:
    """What a network has learnt: all that has a gradient, by name."""
    return {name: weight.detach().clone() for name, weight in net.named_parameters() if weight.requires_grad}


@torch.no_grad()
def wearing(net: Llama, how: Adapt, weights: Weights) -> Llama:
    """A copy of the network with what it has learnt beside its layers, unmerged."""
    net = opened(net, how)
    for name, learnt in weights.items():
        net.get_parameter(name).copy_(learnt)
    return net.requires_grad_(False).eval()


@torch.no_grad()
def changes(net: Llama, how: Adapt, weights: Weights) -> dict[str, Tensor]:
    """By how much each weight of a network changes with what was learnt, and with so much of it as is used."""
    if how.method in LOW_RANK:
        after = {
            f"{name}.weight": merged(net.get_submodule(name).weight, of_layer(name, how, weights))
            for name in beside(net, how.where)
        }
    else:
        after = dict(weights)
    found = {name: weight - net.get_parameter(name) for name, weight in after.items()}
    if how.cut:
        found = {name: low_rank(change, how.cut) if change.dim() > 1 else change for name, change in found.items()}
    return {name: how.strength * change for name, change in found.items()}


def of_layer(name: str, how: Adapt, weights: Weights) -> LowRank:
    """What a layer has learnt."""
    lengths = weights.get(f"{name}.length")
    return LowRank(weights[f"{name}.down"], weights[f"{name}.up"], scale(how.alpha, how.rank, how.method), lengths)


def low_rank(matrix: Tensor, rank: int) -> Tensor:
    """The closest matrix of a rank (Eckart and Young, 1936)."""
    u, s, v = torch.linalg.svd(matrix, full_matrices=False)
    return u[:, :rank] * s[:rank] @ v[:rank]


@torch.no_grad()
def with_changes(model: Model, each: Iterable[Weights]) -> Model:
    """The model with these changes, added up; its files hold what they held, and every weight changed as float32."""
    model = with_net(model)
    for change in each:
        for name, by in change.items():
            weight = model.net.get_parameter(name)
            weight += by
            model.files[name], model.bits[name] = as_file(name, weight), 8 * weight.nbytes
    return model


@lru_cache(maxsize=4)
def tokens(vocabulary: Vocabulary, name: str, part: str) -> Tensor:
    """A text in the tokens of a model, int64 [n]. What its vocabulary does not have is left out."""
    return torch.tensor(vocabulary.encode(text(name, part)))
