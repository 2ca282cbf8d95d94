"""Counting and estimating: parity with torch's counter, the published check of the energy model, honest sizes."""

import pickle
import re
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from lessons import models
from lessons.estimate.silicon import BAND, NotSourced, Traffic, floor_7nm, floor_45nm
from lessons.facts import energy_per_operation
from lessons.measure import macs, timing
from lessons.measure.layer_view import LayerCost
from lessons.measure.layers import activations, weights
from lessons.measure.quality import accuracy, answers
from lessons.measure.timing import latencies
from lessons.models.folding import folded
from lessons.quantity import Quantity, counted, show
from lessons.shrink.grid import Grid, symmetric
from lessons.shrink.quantize import quantize

RESNET50 = 4.09e9, 25.6e6  # MACs, weights


def counted_by_torch(net: nn.Module, example: torch.Tensor) -> int:
    with FlopCounterMode(display=False) as counter:
        net(example)
    return counter.get_total_flops() // 2


@pytest.mark.parametrize(
    ("net", "shape"),
    [
        (models.make("cnn"), (1, 1, 28, 28)),
        (folded(models.make("depthwise").eval()), (1, 1, 28, 28)),
        (nn.Sequential(nn.Conv2d(8, 16, 3, groups=8, padding=1), nn.ReLU(), nn.Conv2d(16, 4, 1)), (1, 8, 9, 7)),
        (nn.Sequential(nn.Linear(20, 30), nn.Tanh(), nn.Linear(30, 2)), (1, 20)),
    ],
)
def test_macs_equal_torchs_flop_counter(net, shape):
    costs = macs.layers(net, torch.randn(shape))
    assert sum(cost.macs for cost in costs) == counted_by_torch(net, torch.randn(shape))
    assert sum(cost.parameters for cost in costs) == sum(p.numel() for p in net.parameters())


def test_the_depthwise_net_is_as_small_as_its_docstring_says():
    costs = macs.layers(folded(models.make("depthwise").eval()), torch.randn(1, 1, 28, 28))
    assert sum(cost.macs for cost in costs) == 455_952
    assert sum(cost.parameters for cost in costs) == 16_458


def test_the_baseline_is_as_small_as_its_docstring_says():
    costs = macs.layers(models.make("cnn"), torch.randn(1, 1, 28, 28))
    assert sum(cost.macs for cost in costs) == 533_056 <= 1_000_000
    assert sum(cost.parameters for cost in costs) == 26_618
    assert costs[0] == LayerCost("conv1", 14 * 14 * 16 * 25, 16 * 25, 16 * 25 + 16, (1, 28, 28), (16, 14, 14))


def test_energy_agrees_with_the_resnet50_check():
    multiplications, weights = RESNET50
    fp32 = floor_45nm(Traffic(int(multiplications), weights * 32, 0), "fp32")
    int8 = floor_45nm(Traffic(int(multiplications), weights * 8, 0), "int8")
    int8_7nm = floor_7nm(Traffic(int(multiplications), weights * 8, 0), "int8")
    assert fp32.value == pytest.approx(35e-3, rel=0.05)
    assert int8.value == pytest.approx(5.4e-3, rel=0.05)
    assert int8_7nm.value == pytest.approx(1.09e-3, rel=0.05)


def test_energy_is_an_estimate_with_a_band_and_its_formula():
    energy = floor_45nm(Traffic(1000, 100, 10))
    assert energy.badge == "estimated"
    assert energy.low == energy.value / BAND
    assert energy.high == energy.value * BAND
    assert energy.source == "1,000 MACs × 4.6 pJ + 10 SRAM bits × 1.56 pJ + 100 DRAM bits × 20.3 pJ"
    assert energy.value == pytest.approx((1000 * 4.6 + 100 * 20.3125 + 10 * 1.5625) * 1e-12)


def test_unsourced_combinations_are_refused():
    with pytest.raises(NotSourced, match="int4 at 7 nm"):
        floor_7nm(Traffic(1, 1, 1), "int4")


def test_every_fact_has_a_source():
    for fact in energy_per_operation().values():
        assert fact.source
        assert fact.url.startswith("https://")
        assert fact.picojoules > 0
        assert fact.per in ("operation", "bit")


def test_accuracy_counts_right_answers():
    net = nn.Flatten()
    images = torch.eye(10)[[3, 1, 4, 1]].reshape(4, 1, 10)
    given = answers(net, images)
    assert given.tolist() == [3, 1, 4, 1]
    assert accuracy(given, torch.tensor([3, 1, 4, 2]).numpy()) == 75


def test_latency_is_measured_with_its_quartiles_and_each_nets_own():
    for found in latencies([models.make("cnn"), models.make("depthwise")], torch.randn(1, 1, 28, 28)):
        assert found.badge == "measured"
        assert 0 < found.low <= found.value <= found.high


def test_nets_take_turns_and_each_has_the_median_of_its_own_times(monkeypatch):
    """Milliseconds by the fake clock: each call of a net takes one more than the last."""
    clock, ran = [0.0], []

    def net(name: str, takes: float):
        def run(example) -> None:
            ran.append(name)
            clock[0] += (takes + ran.count(name)) / 1000

        return run

    monkeypatch.setattr(timing, "RUNS", 5)
    monkeypatch.setattr(timing, "time", SimpleNamespace(perf_counter=lambda: clock[0]))
    small, large = latencies([net("small", 0), net("large", 100)], torch.zeros(1))
    assert ran == ["small", "large"] * 6  # the first warms up
    assert (small.value, large.value) == (pytest.approx(4), pytest.approx(104))  # of 2 … 6


def test_the_view_of_a_layer_shows_the_part_whose_grid_it_draws():
    weight = torch.randn(4, 50, generator=torch.Generator().manual_seed(0))
    for grain, said, count in (("tensor", "", 200), ("channel", "channel 0", 50), ("group", "first 17 weights", 17)):
        part, view = weights(weight, quantize(weight, 3, grain, symmetric, "min-max", 20))
        assert said in part
        assert (view.counts.sum(), view.levels, view.clipped) == (count, 7, 0)
        assert view.error > 0
    part, view = weights(weight, weight)
    assert (part, view.error, view.levels) == ("", 0, 0)


def test_a_view_stays_small_however_many_levels_there_are():
    weight = torch.randn(4, 50, generator=torch.Generator().manual_seed(0))
    _, view = weights(weight, quantize(weight, 16, "tensor", symmetric, "min-max"))
    assert view.levels == 65_535
    assert view.marks.size == 2
    assert len(pickle.dumps(view)) < 3_000


def test_the_view_of_activations_counts_zeros_and_what_is_clipped():
    x = torch.tensor([0.0, 0.0, 0.5, 1.0, 1.1, 3.0, 4.0, 5.0])
    view = activations(x, Grid(torch.tensor(1.0), 0, 3))
    assert view.zeros == 2 / 8
    assert view.counts.sum() == 6
    assert view.clipped == 2 / 8  # 3 is the last level, up to 3.5 is rounded to it
    assert view.marks.tolist() == [0, 1, 2, 3]
    assert (activations(x, None).levels, activations(x, None).error) == (0, 0)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (88.04, "%", "88.0 %"),
        (14152, "bytes", "14.2 kB"),
        (840, "bytes", "840 B"),
        (5.507e-6, "J", "5.51 µJ"),
        (2.167e-5, "J", "21.7 µJ"),
        (0.1272, "ms", "0.13 ms"),
        (533056, "MAC", "533 kMACs"),
        (0, "J", "0 J"),
        (0.9996, "×", "1.00×"),
        (9.996, "×", "10.0×"),
        (99.96, "×", "100×"),
        (-0.5, "×", "-0.5×"),
        (2.5e-5, "", "2.5 × 10⁻⁵"),
        (0.00042, "USD", "0.00042 USD"),
        (4.2e-6, "USD", "4.2 × 10⁻⁶ USD"),
        (7.8e7, "USD", "78.0 million USD"),
        (49_151.979, "", "49,152"),
        (12, "", "12"),
        (0.34, "", "0.34"),
        (85_067_123.2, "", "85.1 million"),
        (9.741190865156616e15, "", "9,741 trillion"),
        (9.741190865156616e25, "", "9.7 × 10¹³ trillion"),
        (999_950, "MAC", "1.00 MMACs"),
        (999.96e6, "×", "1.00 billion×"),
        (-0.04, "%", "-0.04 %"),
        (-1e-9, "%", "0.0 %"),
        (0.0312, "%", "0.031 %"),
        (12_345.67, "%", "12,345.7 %"),
        (-0.0001, "nats", "-0.0001 nats"),
        (-1e-9, "nats", "0.000 nats"),
        (0.004, "ms", "0.004 ms"),
        (1, "uses", "1 use"),
        (1, "tokens", "1 token"),
        (2, "tokens", "2 tokens"),
        (1, "parameters", "1 parameter"),
        (1, "MAC", "1 MAC"),
        (1, "days", "1 day"),
    ],
)
def test_numbers_are_shown_with_a_unit(value, unit, text):
    assert show(value, unit) == text
    assert str(Quantity("x", value, unit, "measured")) == text


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["%", "ms", "nats", "FLOP", "×", "", "J", "Wh", "bytes", "USD", "tokens/s", "tokens", "days", "s"]),
)
def test_no_number_is_shown_as_a_computer_writes_it(value, unit):
    shown = show(value, unit)
    assert not re.search(r"\de[+-]?\d|-0\.?0* |inf|nan", shown)
    assert len(shown) < 30


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (1, ("convolution",), "1 convolution"),
        (0, ("run",), "0 runs"),
        (2_048, ("token",), "2,048 tokens"),
        (2, ("entry", "entries"), "2 entries"),
    ],
)
def test_one_has_no_s(number, noun, text):
    assert counted(number, *noun) == text


def test_latencies_are_milliseconds_and_a_latency_is_in_seconds(monkeypatch):
    monkeypatch.setattr(timing, "_took", lambda act: 0.25)
    assert [(q.value, q.unit) for q in timing.latencies([torch.nn.Identity()], torch.zeros(1))] == [(250.0, "ms")]
    found = timing.latency(torch.nn.Identity(), torch.zeros(1))
    assert (found.value, found.low, found.high, found.unit) == (0.25, 0.25, 0.25, "s")
