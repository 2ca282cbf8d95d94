"""The techniques for matrices of language models: parity with the field's code, and what their papers say they do."""

import gguf
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from lessons.shrink import outliers
from lessons.shrink.awq import awq, output_error
from lessons.shrink.blocks import FORMATS
from lessons.shrink.gptq import DAMPING, gptq
from lessons.shrink.grid import affine, round_to, symmetric
from lessons.shrink.nf4 import levels, nf4
from lessons.shrink.quantize import quantize
from lessons.shrink.svd import factorize, rank_for
from lessons.shrink.token_quantize import rounded
from lessons.shrink.wanda import row_by_row, wanda

BITSANDBYTES = [  # its NF4 table (functional.py, `get_4bit_type`)
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
    -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
    0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
]  # fmt: skip


@pytest.fixture
def weight() -> Tensor:
    torch.manual_seed(1)
    return torch.randn(48, 96)


@pytest.fixture
def inputs() -> Tensor:
    """What flows into a layer: inputs hang together, and a few are large."""
    torch.manual_seed(2)
    x = torch.randn(400, 96) @ (torch.randn(96, 96) / 10 + torch.eye(96))
    x[:, [7, 50]] *= 20
    return x


@pytest.mark.parametrize("kind", FORMATS)
@given(seed=st.integers(0, 10_000), spread=st.sampled_from([1e-6, 1e-2, 1, 1e3]), filled=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_blocks_are_those_of_gguf_bit_for_bit(kind, seed, spread, filled):
    random = np.random.default_rng(seed)
    rows = (random.standard_normal((6, 96)) * spread).astype(np.float32)
    rows[random.random(rows.shape) > filled] = 0.0
    theirs = gguf.quants.quantize(rows, gguf.GGMLQuantizationType[kind])
    ours = FORMATS[kind](torch.from_numpy(rows))
    assert ours.to_bytes() == theirs.tobytes()
    assert np.array_equal(ours.decode().numpy(), gguf.quants.dequantize(theirs, gguf.GGMLQuantizationType[kind]))
    assert ours.stored_bits == 8 * theirs.nbytes


def test_weights_that_come_from_q4_1_are_the_same_after_it(weight):
    once = FORMATS["Q4_1"](weight).decode()
    assert torch.equal(FORMATS["Q4_1"](once).decode(), once)
    assert not torch.equal(FORMATS["Q4_0"](once).decode(), once)


def test_the_levels_of_nf4_are_those_of_bitsandbytes():
    assert torch.allclose(levels(), torch.tensor(BITSANDBYTES), atol=1e-6)


def test_nf4_takes_the_nearest_level(weight):
    encoded = nf4(weight, "group", 32)
    scale = weight.view(48, 3, 32).abs().amax(2, keepdim=True)
    distance = (weight.view(48, 3, 32, 1) / scale[..., None] - levels()).abs()
    error = (encoded.decode() - weight).view(48, 3, 32).abs()
    assert torch.allclose(error, distance.amin(3) * scale, atol=1e-5)


def test_on_normal_weights_nf4_is_nearer_than_an_even_grid(weight):
    even = quantize(weight, 4, "group", symmetric, "min-max", 64)
    assert (nf4(weight, "group", 64).decode() - weight).norm() < (even.decode() - weight).norm()


@pytest.mark.parametrize(("grain", "scheme"), [("channel", symmetric), ("group", affine), ("tensor", symmetric)])
def test_gptq_is_what_its_definition_says(weight, inputs, grain, scheme):
    second = inputs.T @ inputs
    found = gptq(weight, second, 3, grain, scheme).decode()
    assert torch.allclose(found, by_definition(weight, second, 3, grain, scheme), atol=1e-4)


def by_definition(weight: Tensor, second: Tensor, bits: int, grain: str, scheme) -> Tensor:
    """Optimal brain compression in a fixed order (Frantar and Alistarh, 2022, eq. 7): the inverse is made anew each
    time."""
    start = quantize(weight, bits, grain, scheme, "min-max", 32)
    damped = (second + DAMPING * second.diagonal().mean() * torch.eye(96)).double()
    left, done = weight.clone().double(), torch.empty_like(weight)
    low_scale = torch.stack([start.scale[:, min(at // 32, start.scale.shape[1] - 1)] for at in range(96)], 1)
    for at in range(96):
        if isinstance(start.zero, int):
            zero = start.zero
            last = 2 * zero
        else:
            zero = start.zero[:, min(at // 32, start.zero.shape[1] - 1)]
            last = 2**bits - 1
        scale = low_scale[:, at].double()
        codes = ((left[:, at] / scale).round() + zero).clamp(0, last)
        done[:, at] = (codes - zero) * scale
        inverse = damped[at:, at:].inverse()
        left[:, at:] -= torch.outer((left[:, at] - done[:, at]) / inverse[0, 0], inverse[0])
    return done


def test_gptq_changes_outputs_less_than_rounding_to_the_nearest(weight, inputs):
    second = inputs.T @ inputs
    for bits in (2, 3, 4):
        nearest = quantize(weight, bits, "channel", symmetric, "min-max").decode()
        clever = gptq(weight, second, bits, "channel", symmetric).decode()
        assert output_error(clever - weight, second) < 0.6 * output_error(nearest - weight, second)


def test_where_inputs_do_not_hang_together_gptq_is_rounding_to_the_nearest(weight):
    nearest = quantize(weight, 3, "group", affine, "min-max")
    assert torch.equal(gptq(weight, torch.eye(96), 3, "group", affine).codes, nearest.codes)


def test_an_input_that_is_always_zero_breaks_nothing(weight, inputs):
    inputs[:, 3] = 0
    assert gptq(weight, inputs.T @ inputs, 3, "channel", symmetric).decode().isfinite().all()


def test_the_output_error_is_that_of_the_output(weight, inputs):
    error = torch.randn_like(weight)
    assert output_error(error, inputs.T @ inputs).item() == pytest.approx(
        (inputs @ error.T).square().sum().item(), 1e-4
    )


def test_awq_changes_outputs_less_where_some_inputs_are_large(weight, inputs):
    second, encode = inputs.T @ inputs, lambda w: quantize(w, 3, "channel", symmetric, "min-max")
    scaled = awq(weight, encode, inputs.abs().mean(0), second)
    nearest = output_error(encode(weight).decode() - weight, second)
    assert output_error(scaled.decode() - weight, second) < 0.7 * nearest
    assert scaled.s[7] > 2 * scaled.s.median()


def test_awq_leaves_weights_alone_where_all_inputs_are_alike(weight):
    scaled = awq(weight, lambda w: quantize(w, 3, "channel", symmetric, "min-max"), torch.ones(96), torch.eye(96))
    assert torch.equal(scaled.s, torch.ones(96).half())


def test_columns_kept_by_activation_are_the_large_ones_and_exact(weight, inputs):
    columns = outliers.chosen(weight, inputs.abs().mean(0), 2 / 96, "activation")
    assert columns.tolist() == [7, 50]
    mixed = outliers.mixed(weight, lambda w: quantize(w, 2, "channel", symmetric, "min-max"), columns)
    assert torch.equal(mixed.decode()[:, columns], weight[:, columns].half().float())
    others = [at for at in range(96) if at not in (7, 50)]
    assert not torch.allclose(mixed.decode()[:, others], weight[:, others], atol=0.1)


@pytest.mark.parametrize("by", ["activation", "weight", "random"])
def test_as_many_columns_are_kept_as_was_said(weight, by):
    assert len(outliers.chosen(weight, torch.rand(96), 0.25, by).unique()) == 24


def test_columns_are_chosen_by_nothing_else(weight):
    with pytest.raises(ValueError, match="not taste"):
        outliers.chosen(weight, torch.rand(96), 0.1, "taste")


def test_wanda_is_magnitude_where_all_inputs_are_alike(weight):
    assert torch.equal(row_by_row(wanda(weight, torch.ones(96)), 0.5), row_by_row(weight.abs(), 0.5))


def test_wanda_keeps_weights_that_meet_large_inputs(weight, inputs):
    kept = row_by_row(wanda(weight, inputs.norm(dim=0)), 0.5)
    assert kept[:, [7, 50]].float().mean() > 0.95
    second = inputs.T @ inputs
    by_size = weight * row_by_row(weight.abs(), 0.5)
    assert output_error(weight * kept - weight, second) < 0.5 * output_error(by_size - weight, second)


@given(share=st.floats(0, 1))
def test_each_row_loses_the_same_share(share):
    kept = row_by_row(torch.rand(7, 40), share)
    assert (kept.sum(1) == 40 - round(40 * share)).all()


def test_factors_are_the_closest_of_their_rank(weight):
    for rank in (1, 10, 48):
        error = (factorize(weight, rank).decode() - weight).norm()
        lost = torch.linalg.svdvals(weight)[rank:].square().sum().sqrt()  # Eckart and Young
        assert error.item() == pytest.approx(lost.item(), rel=1e-3, abs=0.05)


@given(out=st.integers(1, 300), into=st.integers(1, 300), share=st.floats(0.05, 1))
def test_both_factors_together_have_the_share_that_was_asked(out, into, share):
    rank = rank_for((out, into), share)
    assert rank == 1 or rank * (out + into) <= share * out * into
    assert (rank + 1) * (out + into) > share * out * into


def test_each_token_is_rounded_by_itself():
    x = torch.randn(2, 5, 64)
    x[0, 3] *= 1_000
    together = rounded(x, 4)
    assert torch.equal(together[1, 2], rounded(x[1, 2], 4))
    for token in (x[0, 0], x[0, 3]):
        low, high = token.min(), token.max()
        assert torch.equal(rounded(token, 4), round_to(affine(low, high, 4), token))
        assert (rounded(token, 4) - token).abs().max() <= 1.01 * (high - low) / 15
