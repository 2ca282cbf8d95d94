"""How much does each weight matter? Scores by parameter name, of the weights' shapes: the lowest go first."""

import copy
from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Scores = dict[str, Tensor]
Batches = Iterable[tuple[Tensor, Tensor]]  # images [n, …], labels int64 [n]
RATE = 1e-2  # learning rate of the steps whose movement is looked at


def weights(net: nn.Module) -> dict[str, nn.Parameter]:
    """What can be pruned: every tensor of weights, no biases, no BatchNorm."""
    return {name: weight for name, weight in net.named_parameters() if weight.dim() > 1}


def magnitude(net: nn.Module) -> Scores:
    """|w|: large weights matter (Han et al., 2015, §3.1)."""
    return {name: weight.detach().abs() for name, weight in weights(net).items()}


def random(net: nn.Module, seed: int) -> Scores:
    """A draw for each weight: what every other criterion must beat."""
    generator = torch.Generator().manual_seed(seed)
    return {name: torch.rand(weight.shape, generator=generator) for name, weight in weights(net).items()}


def gradient(net: nn.Module, batches: Batches) -> Scores:
    """|g · w|, summed over batches: what the loss changes by, to first order, if a weight goes (Molchanov et al.,
    "Importance Estimation for Neural Network Pruning", 2019, eq. 8, without squares)."""
    scores = {name: torch.zeros_like(weight) for name, weight in weights(net).items()}
    for name, weight, slope in _slopes(_copy(net), batches):
        scores[name] += (slope * weight).abs()
    return scores


def movement(net: nn.Module, batches: Batches) -> Scores:
    """−Σ g · w over steps of gradient descent: weights that training moves away from 0 matter, whatever their size
    (Sanh et al., "Movement Pruning", 2020, §3). `batches`: images and labels, one batch a step."""
    net = _copy(net)
    scores = {name: torch.zeros_like(weight) for name, weight in weights(net).items()}
    for name, weight, slope in _slopes(net, batches):
        scores[name] -= slope * weight
        weight.data -= RATE * slope
    return scores


def _slopes(net: nn.Module, batches: Batches) -> Iterable[tuple[str, Tensor, Tensor]]:
    """Name, weight, and gradient of the loss, of every weight for every batch; read after a batch's backward pass."""
    for images, labels in batches:
        parameters = weights(net)
        with torch.enable_grad():
            slopes = torch.autograd.grad(F.cross_entropy(net(images), labels), list(parameters.values()))
        for (name, weight), slope in zip(parameters.items(), slopes, strict=True):
            yield name, weight.detach(), slope


def _copy(net: nn.Module) -> nn.Module:
    return copy.deepcopy(net).requires_grad_(True)
