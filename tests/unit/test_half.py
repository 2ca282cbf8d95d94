"""Scales in 16 bits: a matrix is rounded as well when it is a millionth, or a hundred thousand times, as large."""

from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from lessons.experiment import QuantizeWeights
from lessons.experiment.fields import BadExperiment
from lessons.language.model import LayerInputs
from lessons.language.steps import IN_CACHE, _rounded, as_file, bits_of
from lessons.shrink.half import LARGEST, SMALLEST, fits, in_half, scale_in_file, up_to_half
from lessons.shrink.outliers import Mixed
from lessons.shrink.pack import unpack
from lessons.shrink.svd import factorize
from lessons.shrink.token_quantize import rounded

FACTORS = (1e-7, 1e-6, 1e-4, 1e5)
WAYS = {
    "8 bits a row": QuantizeWeights(8),
    "2 bits a group": QuantizeWeights(2, "group"),
    "4 bits, affine": QuantizeWeights(4, "group", "affine"),
    "one scale, affine": QuantizeWeights(3, "tensor", "affine"),
    "nf4": QuantizeWeights(4, "group", "nf4", 64),
    "gptq": QuantizeWeights(3, "group", method="gptq"),
    "awq": QuantizeWeights(3, "group", method="awq"),
    "outliers": QuantizeWeights(3, "row", outliers=5),
}


def matrix() -> Tensor:
    return torch.randn(32, 64, generator=torch.Generator().manual_seed(3))


def seen() -> LayerInputs:
    x = torch.randn(200, 64, generator=torch.Generator().manual_seed(4))
    x[:, 5] *= 20
    return LayerInputs(x.T @ x, x.abs().sum(0), len(x))


def error(step: QuantizeWeights, weight: Tensor) -> float:
    """‖decoded − w‖ ÷ ‖w‖."""
    decoded = _rounded(step, "a.weight", weight, seen()).decode().double()
    return ((decoded - weight).norm() / weight.double().norm()).item()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("factor", FACTORS)
def test_a_matrix_of_any_size_is_rounded_as_well(way, factor):
    assert error(WAYS[way], matrix() * factor) == pytest.approx(error(WAYS[way], matrix()), rel=0.02)


@given(
    factor=st.floats(-30, 30).map(lambda power: 2.0**power),
    bits=st.integers(2, 8),
    grain=st.sampled_from(["tensor", "row", "group"]),
    scheme=st.sampled_from(["symmetric", "affine"]),
    seed=st.integers(0, 99),
)
@settings(max_examples=80, deadline=None)
def test_no_weight_is_further_from_its_level_than_half_a_step(factor, bits, grain, scheme, seed):
    weight = torch.randn(16, 64, generator=torch.Generator().manual_seed(seed)) * factor
    found = _rounded(QuantizeWeights(bits, grain, scheme), "a.weight", weight, None)
    step = found.scale.float().max().item()
    wide = 1.02 if scheme == "affine" else 1.001  # its zero point is a whole number, too
    assert (found.decode() - weight).abs().max().item() <= wide * (step if scheme == "affine" else step / 2)
    assert torch.equal(unpack(as_file("a", found))["a"].decode(), found.decode())


@given(st.lists(st.floats(1e-30, 1e30), min_size=1, max_size=9))
def test_a_scale_becomes_the_next_float16_that_is_no_smaller(scales):
    scale = torch.tensor(scales)
    found = up_to_half(scale)
    assert torch.equal(found.half().float(), found) and ((found >= SMALLEST) & (found <= LARGEST)).all()
    assert ((found >= scale) | (found == LARGEST)).all()
    below = (found.half().view(torch.int16) - 1).view(torch.float16).float()  # the one before it
    assert ((below < scale) | (found == SMALLEST)).all()


def test_ordinary_scales_take_16_bits_and_others_32():
    ordinary, small = (_rounded(QuantizeWeights(8), "a", matrix() * factor, None) for factor in (0.02, 1e-6))
    assert (ordinary.scale.dtype, small.scale.dtype) == (torch.float16, torch.float32)
    assert bits_of(small) - bits_of(ordinary) == 16 * 32  # rows


def test_what_is_nothing_but_zeros_stays_so_and_takes_16_bits():
    for way in WAYS.values():
        found = _rounded(way, "a", torch.zeros(32, 64), seen())
        assert not found.decode().any() and found.decode().isfinite().all()
    assert _rounded(QuantizeWeights(8), "a", torch.zeros(32, 64), None).scale.dtype == torch.float16


@pytest.mark.parametrize("factor", FACTORS)
def test_outliers_and_factors_keep_their_numbers(factor):
    weight = matrix() * factor
    mixed = _rounded(QuantizeWeights(3, outliers=5), "a", weight, seen())
    assert isinstance(mixed, Mixed)
    columns = mixed.columns
    assert torch.allclose(mixed.decode()[:, columns], weight[:, columns], rtol=1e-3, atol=1e-3 * factor)
    assert ((factorize(weight, 32).decode() - weight).norm() / weight.norm()).item() < 2e-3


def test_16_bits_are_used_where_the_largest_number_fits():
    assert fits(torch.tensor([0.0, 1e-7, 1.0])) and fits(torch.zeros(3)) and fits(torch.empty(0))
    assert not fits(torch.tensor([-7e4, 1.0])) and not fits(torch.tensor([3e-5, -1e-6]))
    assert in_half(torch.tensor([-7e4])).item() == -7e4
    assert scale_in_file(torch.tensor([7e4, 0.0])).min() > 0


@pytest.mark.parametrize("factor", [1e-4, 1.0, 1e4])
def test_keys_and_values_have_a_scale_of_16_bits(factor):
    x = torch.randn(2, 5, 64, generator=torch.Generator().manual_seed(1)) * factor
    steps = (x.amax(-1) - x.amin(-1)) / 15
    assert ((rounded(x, 4, IN_CACHE) - x).abs().amax(-1) <= 1.07 * steps).all()


@pytest.mark.parametrize("kind", ["Q8_0", "Q4_0", "Q4_1"])
@pytest.mark.parametrize(("factor", "says"), [(1e8, "beyond 65,504"), (1e-9, "16 bits round to 0")])
def test_what_the_blocks_of_llama_cpp_cannot_hold_is_refused_by_name(kind, factor, says):
    step = partial(_rounded, QuantizeWeights(8 if kind == "Q8_0" else 4, "group", kind), "layers.0.mlp.up_proj.weight")
    with pytest.raises(BadExperiment, match=rf"layers.0.mlp.up_proj.weight does not fit {kind}: .*{says}"):
        step(matrix() * factor, None)
    assert step(matrix(), None).decode().any() and not step(torch.zeros(32, 64), None).decode().any()
