"""Weights on a grid: which of them share a scale, and what no oracle covers: 1 bit, empty ranges, errors."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lessons.shrink.encoded import Encoded
from lessons.shrink.grid import affine, symmetric
from lessons.shrink.quantize import binary, quantize, shared, unshared

floats = st.floats(-100, 100, width=32)
weights = hnp.arrays("float32", hnp.array_shapes(min_dims=2, max_dims=4, max_side=5), elements=floats).map(torch.tensor)
grains = st.sampled_from(["tensor", "channel", "group"])
schemes = st.sampled_from([symmetric, affine])
ranges = st.sampled_from(["min-max", "percentile", "least-squares"])
groups = st.integers(2, 40)


def skewed() -> torch.Tensor:
    """Channels, and groups within them, of very different ranges."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(8, 64, generator=generator) * torch.logspace(-2, 0, 8)[:, None] * torch.logspace(0, -1, 64)


@given(weights, st.integers(2, 8), schemes, ranges)
def test_quantize_equals_torch_with_the_scale_it_chose(weight, bits, scheme, range):
    last = 2**bits - (1 if scheme is affine else 2)
    code = quantize(weight, bits, "tensor", scheme, range)
    theirs = torch.fake_quantize_per_tensor_affine(weight, code.scale.item(), int(torch.as_tensor(code.zero)), 0, last)
    assert torch.equal(code.decode(), theirs)
    code = quantize(weight, bits, "channel", scheme, range)
    zero = torch.as_tensor(code.zero).int().flatten().expand(len(weight)).contiguous()
    theirs = torch.fake_quantize_per_channel_affine(weight, code.scale.flatten(), zero, 0, 0, last)
    assert torch.equal(code.decode(), theirs)


@given(weights, grains, groups)
def test_shared_gives_each_weight_one_place_and_unshared_gives_it_back(weight, grain, group):
    x = shared(weight, grain, group)
    assert int((~x.isnan()).sum()) == weight.numel()
    assert torch.equal(unshared(x, weight.shape), weight)
    if grain == "group":
        assert x.shape[-1] <= group
        assert x.shape[:2] == (len(weight), math.ceil(weight[0].numel() / group))


@given(weights, st.integers(2, 16), groups, schemes, ranges)
def test_groups_are_channels_of_a_weight_cut_into_pieces(weight, bits, group, scheme, range):
    whole = quantize(weight, bits, "group", scheme, range, group).decode().flatten(1)
    each = shared(weight, "group", group).shape[-1]
    pieces = weight.flatten(1).split(each, 1)
    alone = torch.cat([quantize(piece, bits, "channel", scheme, range).decode() for piece in pieces], 1)
    assert torch.allclose(whole, alone, rtol=1e-5)


@given(weights, st.integers(1, 16), grains, groups, schemes, ranges)
def test_codes_fit_their_bits_and_decode_to_finite_weights(weight, bits, grain, group, scheme, range):
    code = quantize(weight, bits, grain, scheme, range, group) if bits > 1 else binary(weight, grain, group)
    assert code.codes.min() >= 0
    assert code.codes.max() < 2**bits
    assert code.decode().shape == weight.shape
    assert code.decode().isfinite().all()


@pytest.mark.parametrize("scheme", [symmetric, affine])
@pytest.mark.parametrize("bits", [1, 2, 8, 16])
def test_zero_channels_stay_zero(bits, scheme):
    weight = torch.tensor([[0.0, 0.0], [1.0, -2.0]])
    code = binary(weight, "channel") if bits == 1 else quantize(weight, bits, "channel", scheme, "min-max")
    assert torch.equal(code.decode()[0], torch.zeros(2))
    assert code.decode()[1].abs().sum() > 0


def test_one_bit_is_sign_times_mean_magnitude():
    weight = torch.tensor([[1.0, -3.0, 2.0], [0.5, 0.5, 0.5]])
    assert torch.equal(binary(weight, "channel").decode(), torch.tensor([[2.0, -2.0, 2.0], [0.5, 0.5, 0.5]]))
    assert torch.equal(binary(weight, "group", 2).decode()[0], torch.tensor([2.0, -2.0, 2.0]))
    assert torch.allclose(binary(weight, "tensor").scale, torch.tensor(7.5 / 6))


@given(weights, st.floats(0.5, 1.5))
def test_one_bit_scale_is_best_in_least_squares_for_what_is_not_pruned(weight, factor):
    code = binary(weight, "tensor")
    error, other = ((code.decode() * f - weight)[weight != 0].square().sum() for f in (1, factor))
    assert error <= other * (1 + 1e-4) + 1e-6


@given(weights.map(lambda weight: torch.where(weight == 0, 1.0, weight)), grains, groups)
def test_one_bit_scale_is_the_mean_magnitude_bit_for_bit_where_nothing_is_pruned(weight, grain, group):
    assert torch.equal(binary(weight, grain, group).scale, shared(weight, grain, group).abs().nanmean(-1))


def test_pruned_weights_do_not_count_in_the_one_bit_scale():
    weight = torch.tensor([[0.0, -3.0, 0.0, 1.0], [0.0, -0.0, 0.0, 0.0]])
    assert binary(weight, "channel").scale.tolist() == [[2.0], [0.0]]
    assert binary(weight, "group", 2).scale.tolist() == [[3.0, 1.0], [0.0, 0.0]]
    assert binary(weight, "tensor").scale.tolist() == [[2.0]]


@pytest.mark.parametrize(("grain", "scales"), [("tensor", (1, 1)), ("channel", (8, 1)), ("group", (8, 4))])
def test_every_scale_of_an_affine_code_has_a_zero_point(grain, scales):
    code = quantize(skewed(), 4, grain, affine, "min-max", 16)
    assert code.scale.shape == code.zero.shape == scales


def test_affine_uses_a_one_sided_range_twice_as_well():
    weight = torch.linspace(0, 1, 101).reshape(1, -1)
    error = {
        f: (quantize(weight, 4, "tensor", f, "min-max").decode() - weight).square().mean() for f in (affine, symmetric)
    }
    assert error[affine] < error[symmetric] / 3


def test_the_fewer_weights_share_a_scale_the_smaller_the_error():
    error = {
        grain: (quantize(skewed(), 4, grain, symmetric, "min-max", 16).decode() - skewed()).square().mean()
        for grain in ("tensor", "channel", "group")
    }
    assert error["channel"] < error["tensor"] / 2
    assert error["group"] < error["channel"] / 2


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(bad):
    with pytest.raises(ValueError, match="finite"):
        quantize(torch.tensor([[1.0, bad]]), 8, "tensor", symmetric, "min-max")


@pytest.mark.parametrize("grain", ["tensor", "channel", "group"])
def test_levels_are_what_codes_can_decode_to(grain):
    codes = [quantize(skewed(), 3, grain, scheme, "min-max", 16) for scheme in (symmetric, affine)]
    for code, count in zip([*codes, binary(skewed(), grain, 16)], (7, 8, 2), strict=True):
        for channel in range(8):
            assert len(code.levels(channel)) == count
            assert torch.isin(code.decode()[channel, :16], code.levels(channel)).all()


def test_levels_are_those_of_the_channel_asked_for_and_of_the_first_otherwise():
    codes, scale = torch.tensor([[0, 2], [1, 2], [2, 2]], dtype=torch.int32), torch.tensor([[1.0], [10.0], [100.0]])
    code = Encoded(codes, 2, scale, 1)
    assert code.levels().tolist() == code.levels(0).tolist() == [-1.0, 0.0, 1.0]
    assert code.levels(2).tolist() == [-100.0, 0.0, 100.0]
