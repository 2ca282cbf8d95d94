"""Rounding to a grid, and where a grid ends: parity with torch's fake quantization and its observers."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from torch.ao.quantization.observer import MinMaxObserver, PerChannelMinMaxObserver

from lessons.shrink.grid import Grid, affine, levels, round_to, symmetric
from lessons.shrink.ranges import OUTSIDE, RANGES, least_squares, min_max, percentile

SCHEMES = (symmetric, affine)
floats = st.floats(-100, 100, width=32)
arrays = hnp.arrays("float32", hnp.array_shapes(min_dims=2, max_dims=4, max_side=5), elements=floats).map(torch.tensor)
scales = st.floats(2**-20, 2**10, width=32)
bits = st.integers(2, 8)


@given(arrays, scales, bits, st.data())
def test_rounding_equals_torch_per_tensor_for_any_scale(x, scale, bits, data):
    last = 2**bits - 1
    zero = data.draw(st.integers(0, last))
    ours = round_to(Grid(torch.tensor(scale), zero, last), x)
    assert torch.equal(ours, torch.fake_quantize_per_tensor_affine(x, scale, zero, 0, last))


@given(arrays, bits, st.data())
def test_rounding_equals_torch_per_channel_for_any_scales(x, bits, data):
    last, channels = 2**bits - 1, len(x)
    scale = torch.tensor(data.draw(st.lists(scales, min_size=channels, max_size=channels)))
    zero = torch.tensor(data.draw(st.lists(st.integers(0, last), min_size=channels, max_size=channels))).int()
    shape = (-1, *[1] * (x.dim() - 1))
    ours = round_to(Grid(scale.reshape(shape), zero.reshape(shape), last), x)
    assert torch.equal(ours, torch.fake_quantize_per_channel_affine(x, scale, zero, 0, 0, last))


def test_ties_round_as_torch_rounds_them():
    generator = torch.Generator().manual_seed(0)
    for scale in torch.rand(200, generator=generator):
        x = ((torch.arange(-100, 100) + 0.5) * scale).reshape(1, -1)  # half-way between two levels
        ours = round_to(Grid(scale, 128, 255), x)
        assert torch.equal(ours, torch.fake_quantize_per_tensor_affine(x, scale.item(), 128, 0, 255))


@pytest.mark.parametrize("seed", range(5))
def test_min_max_and_affine_are_torchs_min_max_observer(seed):
    x = torch.randn(6, 50, generator=torch.Generator().manual_seed(seed)) + seed / 2
    whole, channels = MinMaxObserver(dtype=torch.quint8), PerChannelMinMaxObserver(ch_axis=0, dtype=torch.quint8)
    whole(x)
    channels(x)
    for observer, shared in ((whole, x.reshape(1, -1)), (channels, x)):
        scale, zero = observer.calculate_qparams()
        grid = affine(*min_max(shared, 8, affine), 8)
        assert torch.allclose(grid.scale.flatten(), scale)
        assert torch.equal(grid.zero.flatten(), zero.int())


@given(arrays, st.integers(2, 16), st.sampled_from(SCHEMES))
def test_within_the_range_nothing_moves_further_than_a_step_and_zero_stays(x, bits, scheme):
    grid = scheme(*min_max(x, bits, scheme), bits)
    slack = 1 + 1e-3 + 2.0**bits * 1e-6  # the scale itself is a rounded float32
    assert ((round_to(grid, x) - x).abs() <= grid.scale * slack).all()
    assert torch.equal(round_to(grid, torch.zeros_like(x)), torch.zeros_like(x))


@given(arrays, st.integers(2, 8), st.sampled_from(SCHEMES), st.sampled_from(sorted(RANGES)))
def test_every_range_holds_zero_and_lies_within_the_numbers(x, bits, scheme, name):
    low, high = RANGES[name](x, bits, scheme)
    assert (low <= 0).all()
    assert (high >= 0).all()
    assert (low >= x.amin(-1, keepdim=True).clamp(max=0)).all()
    assert (high <= x.amax(-1, keepdim=True).clamp(min=0)).all()


@given(arrays, st.integers(2, 4), st.sampled_from(SCHEMES))
def test_least_squares_never_rounds_worse_than_min_max(x, bits, scheme):
    error = {
        find: (round_to(scheme(*find(x, bits, scheme), bits), x) - x).square().sum(-1)
        for find in (min_max, least_squares)
    }
    assert (error[least_squares] <= error[min_max] * (1 + 1e-5) + 1e-9).all()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_least_squares_finds_what_a_fine_search_finds(scheme):
    x = torch.distributions.Laplace(0.0, 1.0).icdf(torch.linspace(1e-3, 1 - 1e-3, 2000))[None]

    def error(low, high):
        return (round_to(scheme(low, high, 3), x) - x).square().mean().item()

    low, high = min_max(x, 3, scheme)
    best = min(error(share * low, share * high) for share in torch.linspace(0.05, 1.2, 1000))
    found = error(*least_squares(x, 3, scheme))
    assert best <= found * 1.000001
    assert found <= best * 1.01
    assert found < error(low, high) / 2


def test_percentile_leaves_out_what_it_says_and_is_numpys():
    x = torch.randn(3, 10_001, generator=torch.Generator().manual_seed(0))
    low, high = percentile(x, 4, affine)
    outside = ((x < low) | (x > high)).float().mean(1)
    assert torch.allclose(outside, torch.full((3,), 2 * OUTSIDE), atol=2e-4)
    assert torch.allclose(low[:, 0], torch.quantile(x, OUTSIDE, 1))


def test_numbers_that_are_missing_do_not_count():
    x = torch.tensor([[-1.0, 0.5, 2.0, torch.nan, torch.nan]])
    for find in RANGES.values():
        for ours, theirs in zip(find(x, 4, affine), find(x[:, :3], 4, affine), strict=True):
            assert torch.allclose(ours, theirs)


def test_levels_are_what_rounding_can_give():
    x = torch.randn(1, 500, generator=torch.Generator().manual_seed(1))
    for scheme, count in ((symmetric, 7), (affine, 8)):
        grid = scheme(*min_max(x, 3, scheme), 3)
        assert len(levels(grid)) == count
        assert torch.isin(round_to(grid, x), levels(grid)).all()
        assert 0 in levels(grid)
