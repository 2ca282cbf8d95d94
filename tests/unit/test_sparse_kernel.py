"""A sparse kernel gives the answers of the dense one, whatever the layer and however many of its weights are 0."""

import copy
import warnings

import pytest
import torch
from torch import nn

from lessons.data import examples
from lessons.experiment import QuantizeActivations, shipped
from lessons.measure.sparse_kernel import SIDE, large_layer, with_sparse_kernels
from lessons.models.layers import weighted
from lessons.vision import build

CONVOLUTIONS = [
    nn.Conv2d(4, 6, 3),
    nn.Conv2d(4, 6, 1, bias=False),
    nn.Conv2d(4, 6, (3, 5), stride=(2, 1), padding=(0, 2), dilation=(2, 1)),
    nn.Conv2d(4, 8, 3, padding=1, groups=2),
    nn.Conv2d(4, 4, 3, stride=2, padding=1, groups=4),
]


def without(net: nn.Module, share: float) -> nn.Module:
    """Without this share of the weights of each layer."""
    for layer in weighted(net).values():
        smallest = layer.weight.detach().abs().flatten().argsort()[: round(share * layer.weight.numel())]
        kept = torch.ones(layer.weight.numel()).index_fill(0, smallest, 0)
        layer.weight.data *= kept.view_as(layer.weight)
    return net.requires_grad_(False)


@pytest.mark.parametrize("share", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("layer", CONVOLUTIONS, ids=str)
def test_a_sparse_convolution_equals_the_dense_one(layer, share):
    net = without(nn.Sequential(layer), share)
    x = torch.randn(3, 4, 11, 9, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(with_sparse_kernels(net)(x), net(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("share", [0.0, 0.9, 1.0])
@pytest.mark.parametrize("name", ["cnn", "depthwise"])
def test_a_network_of_sparse_kernels_answers_as_the_dense_one(name, share):
    net = without(copy.deepcopy(build.build(shipped(name)).net), share)
    for images in (examples.test_set().images[:1], examples.test_set().images[:20]):
        dense, sparse = net(images), with_sparse_kernels(net)(images)
        assert (dense - sparse).abs().max() <= 1e-5 * max(1, dense.abs().max())


def test_only_what_is_not_zero_is_stored_and_the_network_stays_as_it_was():
    net = without(nn.Sequential(nn.Linear(50, 20, bias=False)), 0.9)
    before = net[0].weight.clone()
    sparse = with_sparse_kernels(net)
    assert sparse[0].weight.layout == torch.sparse_csr
    assert sparse[0].weight.values().numel() == 100
    assert isinstance(net[0], nn.Linear)
    assert torch.equal(net[0].weight, before)


def test_torch_does_not_warn_of_its_beta():
    torch.set_warn_always(True)  # else it warns once a process
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with_sparse_kernels(nn.Sequential(nn.Linear(5, 2)))
    finally:
        torch.set_warn_always(False)


@pytest.mark.parametrize(
    "layer",
    [nn.Conv1d(1, 2, 3), nn.Conv2d(1, 2, 3, padding="same"), nn.Conv2d(1, 2, 3, padding=1, padding_mode="reflect")],
)
def test_layers_without_a_sparse_kernel_are_refused(layer):
    with pytest.raises(ValueError, match="no sparse kernel"):
        with_sparse_kernels(nn.Sequential(layer))


def test_rounding_of_activations_is_not_lost_in_silence():
    with pytest.raises(ValueError, match="conv1 has hooks"):
        with_sparse_kernels(build.build(shipped() | QuantizeActivations(8)).net)


@pytest.mark.parametrize("gone", [0.0, 0.75])
def test_the_large_layer_has_its_share_of_zeros(gone):
    layer = large_layer(gone)[0]
    assert tuple(layer.weight.shape) == (SIDE, SIDE)
    assert (layer.weight == 0).float().mean().item() == pytest.approx(gone, abs=1e-3)
