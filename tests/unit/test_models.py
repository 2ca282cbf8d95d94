"""The networks: their layers as listed, and folding, which changes no answer."""

from functools import partial

import pytest
import torch
from torch import nn

from lessons import models
from lessons.data import examples
from lessons.data.split import Split
from lessons.measure import macs
from lessons.models.folding import folded
from lessons.training.loop import train
from lessons.vision.objective import on_labels, order


@pytest.mark.parametrize("name", models.NAMES)
def test_layers_are_listed_in_the_order_they_run(name):
    net = models.make(name)
    weighted = [layer for layer, module in net.named_modules() if isinstance(module, nn.Conv2d | nn.Linear)]
    assert tuple(layer.partition(".")[0] for layer in weighted) == models.LAYERS[name]


@pytest.mark.parametrize(("name", "size"), models.SIZED.items())
def test_a_network_of_another_size_has_the_parameters_and_macs_that_its_width_and_depth_give(name, size):
    (width, depth), net = size, models.make(name)
    costs = macs.layers(net, torch.randn(1, 1, 28, 28))
    channels, sides = [1, *(width * at for at in range(1, depth + 1))], [28, 14, 7, 4, 2]
    kernels = [25, 9, 9, 9][:depth]
    weights = [channels[at] * channels[at + 1] * kernel for at, kernel in enumerate(kernels)]
    places = [sides[at + 1] ** 2 for at in range(depth)]
    last = channels[-1] * places[-1] * 10
    assert sum(p.numel() for p in net.parameters()) == sum(weights) + sum(channels[1:]) + last + 10
    assert [cost.macs for cost in costs] == [w * n for w, n in zip(weights, places, strict=True)] + [last]
    assert net(torch.randn(2, 1, 28, 28)).shape == (2, 10)


def test_the_baseline_is_the_network_of_its_size_from_the_same_seed():
    def made(name: str) -> dict:
        torch.manual_seed(3)
        return models.make(name).state_dict()

    baseline, sized = made("cnn"), made("cnn-16x3")
    assert list(baseline) == list(sized)
    assert all(torch.equal(tensor, sized[name]) for name, tensor in baseline.items())


def test_a_folded_network_answers_the_same_without_batch_normalisation():
    torch.manual_seed(0)
    net = models.make("depthwise")
    data = examples.training_set("bundled")
    list(
        train(net, partial(on_labels, data=data), order(Split(torch.arange(1000), torch.arange(0)), 0), steps=8)
    )  # statistics that are not 0 and 1
    net.eval()
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    plain = folded(net)
    pictures = examples.test_set().images[:200]
    assert torch.allclose(plain(pictures), net(pictures), atol=1e-4)
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in plain.modules())
    assert sum(p.numel() for p in plain.parameters()) < sum(p.numel() for p in net.parameters())
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())


def test_looking_at_a_network_on_its_way_teaches_it_nothing():
    def trained(probe):
        torch.manual_seed(0)
        net = models.make("depthwise")
        data = examples.training_set("bundled")
        list(
            train(
                net,
                partial(on_labels, data=data),
                order(Split(torch.arange(2000), torch.arange(0)), 0),
                steps=96,
                probe=probe,
            )
        )
        return net.state_dict()

    def probe(net: nn.Module) -> float:
        assert not net.training
        net(examples.test_set().images[:100])
        return 0.0

    watched = trained(probe)
    assert all(torch.equal(tensor, watched[name]) for name, tensor in trained(None).items())
