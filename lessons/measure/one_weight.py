"""The loss of a whole network as a function of one of its weights, all others held fixed, and its gradient."""

import copy

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F


def steepest(net: nn.Sequential, layer: str, images: Tensor, labels: Tensor) -> tuple[int, ...]:
    """The place of the weight of a layer by which the loss on these images changes fastest."""
    before, rest = _split(net, layer, images)
    gradient = _loss_and_gradient(rest, before, labels)[1].abs()
    return tuple(map(int, np.unravel_index(int(gradient.argmax()), gradient.shape)))


def loss_curve(
    net: nn.Sequential, layer: str, place: tuple[int, ...], values: np.ndarray, images: Tensor, labels: Tensor
) -> tuple[np.ndarray, np.ndarray]:
    """Mean cross-entropy (nats) on images [n, …] with the weight at `place` set to each of the values [k], and its
    gradient there (nats per unit of the weight): two arrays [k]. `layer`: its name."""
    before, rest = _split(net, layer, images)
    losses, gradients = [], []
    for value in values.tolist():
        with torch.no_grad():
            rest[0].weight[place] = value
        loss, gradient = _loss_and_gradient(rest, before, labels)
        losses.append(loss)
        gradients.append(gradient[place].item())
    return np.array(losses), np.array(gradients)


def _split(net: nn.Sequential, layer: str, images: Tensor) -> tuple[Tensor, nn.Sequential]:
    """What reaches a layer, which does not depend on its weights, and a copy of the network from there on."""
    at = [name for name, _ in net.named_children()].index(layer)
    with torch.no_grad():
        before = net[:at](images)
    rest = copy.deepcopy(net[at:])
    rest[0].weight.requires_grad_(True)
    return before, rest


def _loss_and_gradient(rest: nn.Sequential, x: Tensor, labels: Tensor) -> tuple[float, Tensor]:
    loss = F.cross_entropy(rest(x), labels)
    (gradient,) = torch.autograd.grad(loss, rest[0].weight)
    return loss.item(), gradient
