"""The first picture of quantization: each weight on the level nearest to it, of the network that was really rounded."""

import numpy as np
import pytest

from lessons.experiment import Quantize, shipped
from lessons.jobs import vision
from lessons.measure import rounding
from lessons.ui.quantization import first_picture
from lessons.vision import build

LAYERS = {"cnn": "conv2", "depthwise": "dw1"}
TICKS = (-1.0, 0.0, 1.0)


def seen(model: str, *ways: Quantize):
    baseline = shipped(model)
    (found,) = vision.rounding(baseline, [baseline | way for way in ways], LAYERS[model], lambda: None)
    return found


@pytest.mark.parametrize("model", LAYERS)
@pytest.mark.parametrize("grain", ["tensor", "channel", "group"])
@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_each_weight_stands_on_the_nearest_of_its_levels(model, grain, bits):
    found = seen(model, Quantize(bits, grain))
    (way,) = found.ways
    levels = way.first[:, None] + way.step[:, None] * np.arange(way.levels)  # [channels, levels]
    nearest = np.abs(found.weights[..., None] - levels[:, None]).min(-1)
    assert np.abs(found.weights - way.weights) == pytest.approx(nearest, abs=1e-5)
    assert way.levels == (2 if bits == 1 else 2**bits - 1)


@pytest.mark.parametrize("model", LAYERS)
def test_the_weights_are_those_of_the_network_from_the_narrowest_channel_to_the_widest(model):
    found, tensors = seen(model, Quantize(4)), build.build(shipped(model)).tensors
    rows = next(weight for name, weight in tensors.items() if name.startswith(LAYERS[model])).flatten(1).numpy()
    largest = np.abs(rows).max(1)
    assert [largest[at] for at in found.channels] == sorted(largest[at] for at in found.channels)
    assert largest[found.channels[0]] == largest.min() and largest[found.channels[-1]] == largest.max()
    for at, weights in zip(found.channels, found.weights, strict=True):
        assert np.isin(weights, rows[at]).all()
        assert np.abs(weights).max() == largest[at]


def test_a_group_is_shown_alone():
    found = seen("cnn", Quantize(3, "group", group=8))
    assert found.weights.shape == (rounding.CHANNELS, 8)


def test_the_words_count_what_is_drawn():
    found = seen("cnn", Quantize(2), Quantize(8))
    few, many = (first_picture._picture(found, way, TICKS, "measured") for way in found.ways)
    zeros = int((found.ways[0].weights == 0).sum())
    assert f"3 levels (2² − 1, so that 0 is one), 0.96 apart. Rounded to 0: {zeros} of these 60 weights." in few.note
    assert len(few.data["levels"]) == 3 * rounding.CHANNELS and not few.data["dense"]
    assert len(many.data["dense"]) == rounding.CHANNELS and not many.data["levels"]
    assert first_picture._picture(found, None, TICKS, "measured").note == "32-bit floating point: not rounded."


@pytest.mark.parametrize("last", [0.061, 0.096, 0.31, 0.5, 0.62, 0.81, 0.96, 1.0, 1.7, 8.1, 12.0])
def test_the_axis_goes_from_a_round_value_below_all_weights_to_one_above(last):
    ticks = first_picture._ticks(last)
    assert 3 <= len(ticks) <= 2 * first_picture.MOST_TICKS + 1
    assert -ticks[0] == ticks[-1] >= last > ticks[-2]
    assert max(len(f"{each:g}") for each in ticks) <= 5
    assert first_picture._ticks(0.96) == tuple(at / 5 for at in range(-5, 6))
