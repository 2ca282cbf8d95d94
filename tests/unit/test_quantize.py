"""Parity with torch's own fake quantization, and what no oracle covers: 1 bit, empty ranges, errors."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lessons.shrink.quantize import affine, binary, quantize, symmetric, to_grid

floats = st.floats(-100, 100, width=32)
weights = hnp.arrays("float32", hnp.array_shapes(min_dims=2, max_dims=4, max_side=5), elements=floats).map(torch.tensor)
scales = st.floats(2**-20, 2**10, width=32)
bits = st.integers(2, 8)


def same(ours: torch.Tensor, theirs: torch.Tensor) -> bool:
    """To the last bit, but for the sign of zero."""
    return torch.equal(ours, theirs)


@given(weights, scales, bits, st.data())
def test_grid_equals_torch_per_tensor_for_any_scale(weight, scale, bits, data):
    last = 2**bits - 1
    zero = data.draw(st.integers(0, last))
    ours = to_grid(weight, bits, torch.tensor(scale), zero, last).decode()
    assert same(ours, torch.fake_quantize_per_tensor_affine(weight, scale, zero, 0, last))


@given(weights, bits, st.data())
def test_grid_equals_torch_per_channel_for_any_scales(weight, bits, data):
    last, channels = 2**bits - 1, len(weight)
    scale = torch.tensor(data.draw(st.lists(scales, min_size=channels, max_size=channels)))
    zero = torch.tensor(data.draw(st.lists(st.integers(0, last), min_size=channels, max_size=channels))).int()
    shape = (-1, *[1] * (weight.dim() - 1))
    ours = to_grid(weight, bits, scale.reshape(shape), zero.reshape(shape), last).decode()
    assert same(ours, torch.fake_quantize_per_channel_affine(weight, scale, zero, 0, 0, last))


def test_ties_round_as_torch_rounds_them():
    generator = torch.Generator().manual_seed(0)
    for scale in torch.rand(200, generator=generator):
        weight = ((torch.arange(-100, 100) + 0.5) * scale).reshape(1, -1)  # half-way between two levels
        ours = to_grid(weight, 8, scale, 128, 255).decode()
        assert same(ours, torch.fake_quantize_per_tensor_affine(weight, scale.item(), 128, 0, 255))


@given(weights, bits, st.sampled_from(["symmetric", "affine"]))
def test_quantize_equals_torch_with_the_scale_it_chose(weight, bits, scheme):
    for grain in ("tensor", "channel"):
        code = quantize(weight, bits, grain, scheme)
        last = 2**bits - (1 if scheme == "affine" else 2)
        zero = torch.as_tensor(code.zero).int().flatten()
        if grain == "tensor":
            theirs = torch.fake_quantize_per_tensor_affine(weight, code.scale.item(), int(zero), 0, last)
        else:
            scale = code.scale.flatten()
            theirs = torch.fake_quantize_per_channel_affine(
                weight, scale, zero.expand(len(scale)).contiguous(), 0, 0, last
            )
        assert same(code.decode(), theirs)


@given(weights, st.integers(1, 16), st.sampled_from(["tensor", "channel"]), st.sampled_from(["symmetric", "affine"]))
def test_codes_fit_their_bits_and_decode_to_finite_weights(weight, bits, grain, scheme):
    code = quantize(weight, bits, grain, scheme)
    assert code.codes.min() >= 0
    assert code.codes.max() < 2**bits
    assert code.decode().shape == weight.shape
    assert code.decode().isfinite().all()


@given(weights, st.integers(2, 16), st.sampled_from(["tensor", "channel"]), st.sampled_from(["symmetric", "affine"]))
def test_no_weight_moves_further_than_a_step(weight, bits, grain, scheme):
    code = quantize(weight, bits, grain, scheme)
    slack = 1 + 1e-3 + 2.0**bits * 1e-6  # the scale itself is a rounded float32
    assert ((code.decode() - weight).abs() <= code.scale * slack).all()


@pytest.mark.parametrize("scheme", ["symmetric", "affine"])
@pytest.mark.parametrize("bits", [1, 2, 8, 16])
def test_zero_channels_stay_zero(bits, scheme):
    weight = torch.tensor([[0.0, 0.0], [1.0, -2.0]])
    decoded = quantize(weight, bits, "channel", scheme).decode()
    assert torch.equal(decoded[0], torch.zeros(2))
    assert decoded[1].abs().sum() > 0


def test_zero_is_exactly_representable_beyond_one_bit():
    weight = torch.tensor([[0.0, 0.3, 0.7, 1.1]])
    for bits in range(2, 9):
        assert affine(weight, bits, "tensor").decode()[0, 0] == 0
        assert symmetric(weight, bits, "tensor").decode()[0, 0] == 0


def test_one_bit_is_sign_times_mean_magnitude():
    weight = torch.tensor([[1.0, -3.0], [0.5, 0.5]])
    assert torch.equal(binary(weight, "tensor").decode(), torch.tensor([[1.25, -1.25], [1.25, 1.25]]))
    assert torch.equal(binary(weight, "channel").decode(), torch.tensor([[2.0, -2.0], [0.5, 0.5]]))


@given(weights, st.floats(0.5, 1.5))
def test_one_bit_scale_is_best_in_least_squares(weight, factor):
    code = binary(weight, "tensor")
    sign = code.decode() / code.scale if code.scale.item() else code.decode()
    other = sign * code.scale * factor
    assert (code.decode() - weight).square().sum() <= (other - weight).square().sum() * (1 + 1e-4) + 1e-6


def test_affine_uses_a_one_sided_range_twice_as_well():
    weight = torch.linspace(0, 1, 101).reshape(1, -1)
    error = {f: (f(weight, 4, "tensor").decode() - weight).square().mean() for f in (affine, symmetric)}
    assert error[affine] < error[symmetric] / 3


def test_one_scale_a_channel_is_no_worse_than_one_for_all():
    weight = torch.randn(8, 16, generator=torch.Generator().manual_seed(0)) * torch.logspace(-2, 0, 8)[:, None]
    error = {
        grain: (quantize(weight, 4, grain, "symmetric").decode() - weight).square().mean()
        for grain in ("tensor", "channel")
    }
    assert error["channel"] < error["tensor"] / 2


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(bad):
    with pytest.raises(ValueError, match="finite"):
        quantize(torch.tensor([[1.0, bad]]), 8, "tensor", "symmetric")


def test_levels_are_what_codes_can_decode_to():
    weight = torch.randn(3, 5, generator=torch.Generator().manual_seed(1))
    for bits, scheme in ((1, "symmetric"), (3, "symmetric"), (3, "affine")):
        code = quantize(weight, bits, "channel", scheme)
        for channel in range(3):
            levels = code.levels(channel)
            assert len(levels) == (7 if (bits, scheme) == (3, "symmetric") else 2**bits)
            assert torch.isin(code.decode()[channel], levels).all()
