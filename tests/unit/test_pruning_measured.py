"""What a pruned model is measured to be: its energy with zeros multiplied and with zeros skipped, and what is left of
it."""

import re

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lessons import models
from lessons.data import examples
from lessons.experiment import Experiment, Prune, Quantize, QuantizeActivations, RemoveChannels, Trained, shipped
from lessons.measure import macs
from lessons.measure.layer_view import LayerView
from lessons.measure.layers import picture, views
from lessons.quantity import Quantity, quotient
from lessons.shrink.grid import symmetric
from lessons.shrink.pack import stored_bits
from lessons.shrink.quantize import quantize
from lessons.shrink.sparse import Sparse
from lessons.vision import build, traffic
from lessons.vision.model import VisionModel

ENERGIES = ("energy_45nm", "energy_7nm")
INT8 = (Quantize(8), QuantizeActivations(8))


def chain(*steps, model: str = "cnn") -> Experiment:
    return Experiment(shipped(model).source, steps)


def each_mac(energy: Quantity) -> str:
    """What a multiply–accumulate costs, as the formula says it."""
    return re.search(r"MACs × (\S+ pJ)", energy.source)[1]


# energy


@pytest.mark.parametrize("model", models.NAMES)
def test_hardware_that_does_not_skip_zeros_saves_nothing_on_a_pruned_model(model):
    before, after = build.measure(shipped(model)), build.measure(shipped(model) | Prune(80))
    for name in ENERGIES:
        assert after[name] == before[name]
        assert after[f"{name}_skipping"].value < 0.5 * after[name].value
    assert after["macs"].value == before["macs"].value


@pytest.mark.parametrize(
    "steps", [(), (Quantize(4),), INT8, (Prune(0),), (Prune(50, structure="channels"), RemoveChannels())], ids=str
)
def test_where_no_weight_is_pruned_there_is_nothing_to_skip(steps):
    assert not [each.name for each in build.measure(chain(*steps)).quantities if each.name.endswith("skipping")]


def small() -> VisionModel:
    """18 weights used at 9 places each, 6 of them pruned; 72 used once, half of them pruned; biases of 2 and 4."""
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(18, 4)).requires_grad_(False)
    first, last = torch.ones(2, 1, 3, 3, dtype=torch.bool), torch.ones(4, 18, dtype=torch.bool)
    first[0, 0, :2], last[:, :9] = False, False
    tensors: dict[str, Tensor | Sparse] = dict(net.named_parameters())
    tensors |= {"0.weight": Sparse(first, net[0].weight), "2.weight": Sparse(last, net[2].weight)}
    return VisionModel(net, tensors, Trained())


def test_skipping_multiplies_only_with_what_is_left_and_reads_only_what_is_stored():
    flowing = 32 * (25 + 18 + 18 + 4)
    model, example = small(), torch.zeros(1, 1, 5, 5)
    dense, skipping = (traffic.inference_traffic(model, example, skips) for skips in (False, True))
    assert (dense.macs, skipping.macs) == (18 * 9 + 72, 12 * 9 + 36)
    assert dense.dram_bits == 32 * (18 + 72 + 2 + 4)
    assert skipping.dram_bits == stored_bits(model.tensors) < dense.dram_bits
    assert dense.sram_bits - dense.dram_bits == skipping.sram_bits - skipping.dram_bits == flowing


def test_the_macs_of_each_layer_are_taken_by_the_share_it_keeps():
    pruned = shipped() | Prune(scope="given", ratios=(0, 50, 100, 25))
    layers = macs.layers(build.build(shipped()).net, examples.test_set().images[:1])
    left = sum(round(layer.macs * share) for layer, share in zip(layers, (1, 0.5, 0, 0.75), strict=True))
    assert build.measure(pruned)["energy_45nm_skipping"].source.startswith(f"{left:,} MACs × ")


def test_a_pruned_model_of_eight_bits_is_reckoned_in_integers_as_an_unpruned_one():
    pruned, whole = build.measure(chain(Prune(50), *INT8)), build.measure(chain(*INT8))
    weights_only = build.measure(chain(Prune(50), Quantize(8)))
    for name in ENERGIES:
        assert pruned[name].value == pytest.approx(whole[name].value)
        assert pruned[f"{name}_skipping"].value < pruned[name].value < weights_only[name].value
    costs = {each_mac(found[name]) for found in (pruned, whole) for name in ("energy_45nm",)}
    assert costs == {each_mac(pruned["energy_45nm_skipping"])} != {each_mac(weights_only["energy_45nm"])}


# what is left


def seen(experiment: Experiment) -> dict[str, LayerView]:
    model, original = build.build(experiment), build.build(experiment.baseline)
    return views(original.tensors, model.net, model.tensors, model.inputs, examples.test_set().images[:10])


@pytest.mark.parametrize("model", models.NAMES)
@pytest.mark.parametrize("steps", [(Prune(70),), (Prune(70), Quantize(2)), (Quantize(4), Prune(70))], ids=str)
def test_a_picture_of_weights_is_zero_exactly_where_they_are_gone(model, steps):
    built = build.build(chain(*steps, model=model))
    kept = [t.kept for name, t in built.tensors.items() if isinstance(t, Sparse) and t.kept.dim() > 1]
    shown = seen(chain(*steps, model=model)).values()
    assert len(kept) == len(shown)
    for view, mask in zip(shown, kept, strict=True):
        assert view.picture.dtype == np.uint8
        assert view.picture.shape == (*mask.shape, 1, 1)[:4]
        assert np.array_equal(view.picture.reshape(mask.shape) != 0, mask.numpy())
        assert view.kept == mask.sum()


@pytest.mark.parametrize("steps", [(), (Quantize(2),), (Quantize(1),), (Quantize(16), QuantizeActivations(8))], ids=str)
def test_of_an_unpruned_model_every_weight_is_left_though_it_be_rounded_to_zero(steps):
    for view in seen(chain(*steps)).values():
        assert view.kept == view.cost.weights
        assert view.picture.min() >= 1


def test_of_removed_channels_nothing_is_shown():
    out = seen(chain(Prune(50, structure="channels"), RemoveChannels()))
    assert sum(view.kept for view in out.values()) == sum(view.cost.weights for view in out.values()) < 20_000


def test_greys_go_from_the_most_negative_to_the_most_positive_and_zero_lies_between():
    weight = torch.tensor([[-2.0, -1.0, 0.0, 1.0, 2.0, 5.0]])
    kept = torch.tensor([[True, True, True, True, True, False]])
    assert picture(weight[:, :5]).ravel().tolist() == [1, 64, 128, 192, 255]
    assert picture(Sparse(kept, weight)).ravel().tolist() == [1, 64, 128, 192, 255, 0]  # a 0 that was not pruned stays
    assert picture(torch.zeros(1, 2)).ravel().tolist() == [128, 128]
    rounded = quantize(weight[:, :5], 2, "tensor", symmetric, "min-max")
    assert set(picture(rounded).ravel().tolist()) <= {1, 128, 255}


# a ratio


def test_a_quotient_says_how_many_times_and_of_what():
    one, other = (Quantity(name, value, "MAC", "measured") for name, value in (("a", 533_056), ("b", 266_528)))
    assert quotient(one, other) == Quantity("quotient", 2.0, "×", "measured", source="533 kMACs ÷ 267 kMACs")
    assert str(quotient(other, one)) == "0.5×"
