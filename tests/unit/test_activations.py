"""Activations on a grid: calibrated on what flows, applied where it flows."""

import pytest
import torch
from torch import nn

from lessons.data import examples
from lessons.experiment import Quantize, QuantizeActivations, shipped
from lessons.shrink.activations import calibrate, inputs
from lessons.shrink.grid import round_to
from lessons.shrink.pack import pack, unpack
from lessons.vision import build


@pytest.fixture
def net() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 3))


def test_inputs_are_what_each_layer_is_given(net):
    x = torch.randn(4, 5)
    seen = inputs(net, x)
    assert list(seen) == ["0", "2"]
    assert torch.equal(seen["0"], x)
    assert torch.equal(seen["2"], net[0](x).relu())
    assert not net[0]._forward_pre_hooks


def test_a_min_max_range_covers_the_examples_and_no_more(net):
    x = torch.randn(100, 5)
    grids = calibrate(net, x, 8, "min-max")
    hidden = net[0](x).relu()
    assert grids["2"].zero.item() == 0
    assert torch.allclose(grids["2"].scale * 255, hidden.max())
    assert (round_to(grids["2"], hidden) - hidden).abs().max() <= grids["2"].scale / 2 * 1.001


def test_a_model_with_rounded_activations_equals_torchs_fake_quantization_layer_by_layer():
    model = build.build(shipped() | QuantizeActivations(4, 30))
    plain = build.build(shipped()).net
    x = pictures = examples.test_set().images[:50]
    for name, layer in plain.named_children():
        if name in model.inputs:
            grid = model.inputs[name]
            x = torch.fake_quantize_per_tensor_affine(x, grid.scale.item(), grid.zero.item(), 0, grid.last)
        x = layer(x)
    assert torch.allclose(model.net(pictures), x, atol=1e-4)
    assert not torch.allclose(model.net(pictures), plain(pictures), atol=1e-2)


def test_calibration_sees_only_the_first_training_pictures():
    one, hundred = (build.build(shipped() | QuantizeActivations(8, images)).inputs for images in (1, 100))
    for name, x in inputs(build.build(shipped()).net, examples.training_set("bundled").images[:1]).items():
        assert torch.allclose(one[name].scale * 255, x.max().clamp(min=0) - x.min().clamp(max=0))
        assert hundred[name].scale >= one[name].scale


def test_the_file_holds_the_ranges_and_the_baseline_stays_as_it_was():
    before = build.build(shipped())
    shrunk = build.build(shipped() | Quantize(8) | QuantizeActivations(8))
    assert not any(layer._forward_pre_hooks for layer in before.net.modules())
    for name, grid in shrunk.inputs.items():
        stored = unpack(pack(shrunk.tensors))
        assert torch.equal(stored[f"{name}.input_scale"], grid.scale[0])
        assert stored[f"{name}.input_zero"].item() == grid.zero.item()


def test_weights_can_be_rounded_after_activations_and_keep_their_grids():
    model = build.build(shipped() | QuantizeActivations(8) | Quantize(4))
    assert all(layer._forward_pre_hooks for name, layer in model.net.named_modules() if name in model.inputs)
    assert build.measure(shipped() | QuantizeActivations(8) | Quantize(4))["accuracy"].value > 80


def test_integer_arithmetic_is_counted_only_where_both_factors_are_narrow():
    def energy(*steps):
        model = shipped()
        for step in steps:
            model |= step
        return build.measure(model)["energy_45nm"].source

    assert "4.6 pJ" in energy(QuantizeActivations(8))
    assert "4.6 pJ" in energy(Quantize(8))
    assert "4.6 pJ" in energy(Quantize(9), QuantizeActivations(8))
    assert "0.3 pJ" in energy(Quantize(8), QuantizeActivations(8))
