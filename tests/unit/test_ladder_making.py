"""How the ladder's models are made, and what is compared of them: by hand."""

import sys
from math import log

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType as Kind
from gguf import quants
from torch.nn import functional as F

from benchmarks.ladder import __main__ as script
from benchmarks.ladder import rungs, speeds, stand_in
from benchmarks.ladder.llama_cpp_engine import package
from lessons.measure.reading import read


def test_kl_and_same_top_token_of_two_distributions_by_hand():
    before, after = torch.tensor([[0.5, 0.5], [0.9, 0.1]]).log(), torch.tensor([[0.25, 0.75], [0.9, 0.1]]).log()
    found = rungs.compared(read(before, after, torch.tensor([0, 0])))
    assert found["kl"][0] == pytest.approx((0.5 * log(2) + 0.5 * log(2 / 3)) / 2)
    assert found["loss"][0] == pytest.approx((log(4) - log(0.9)) / 2)
    assert found["same"] == 50


def test_importance_is_the_mean_square_of_each_column():
    x = torch.tensor([[1.0, 2.0], [3.0, 0.0]])
    assert rungs.mean_square(x.T @ x, 2).tolist() == [5.0, 2.0]


@pytest.mark.parametrize("kind", [Kind.Q4_1, Kind.Q8_0])
def test_a_weight_is_spread_over_the_step_it_was_rounded_to(kind):
    raw = quants.quantize(np.random.default_rng(1).normal(size=(4, 64)).astype(np.float32), kind)
    weight, step = quants.dequantize(raw, kind), stand_in.steps(raw, kind)
    levels = np.diff(np.unique(weight[0, :32]))
    assert step.shape == weight.shape and levels.min() == pytest.approx(step[0, 0], rel=1e-3)
    moved = (stand_in.spread(weight, step, np.random.default_rng(0)) - weight) / step
    assert abs(moved).max() <= 0.5 + 1e-4 and moved.std() == pytest.approx(12**-0.5, rel=0.15)


def test_wide_rows_compute_the_same():
    """RMSNorm and a matrix of a layer, by torch, with rows of 6 numbers and of 8."""
    random, eps = torch.Generator().manual_seed(0), 1e-5
    x, gain, matrix = (torch.randn(*size, generator=random) for size in ((3, 6), (6,), (5, 6)))
    weights = {"token_embd.weight": x.numpy(), "norm": gain.numpy(), "ffn_up.weight": matrix.numpy()}
    wide = {name: torch.from_numpy(w) for name, w in stand_in.widened(weights, 6, 8).items()}
    assert [tuple(w.shape) for w in wide.values()] == [(3, 8), (8,), (5, 8)]
    narrow = F.rms_norm(x, (6,), gain, eps) @ matrix.T
    assert torch.allclose(
        F.rms_norm(wide["token_embd.weight"], (8,), wide["norm"], eps * 6 / 8) @ wide["ffn_up.weight"].T,
        narrow,
        atol=1e-6,
    )


def test_heads_that_are_added_come_in_threes_like_those_of_keys():
    found = stand_in.widened({"attn_k.weight": np.ones((192, 576), np.float32)}, 576, 768)["attn_k.weight"]
    assert found.shape == (256, 768) and found.sum() == 192 * 576


def test_speeds_are_of_the_fastest_token_and_the_ends_of_rounds():
    one, other = speeds.pace(0.5, [0.1, 0.2, 0.9]), speeds.pace(0.25, [0.2, 0.2, 0.25])
    assert one == {"prefill": speeds.PROMPT / 0.5, "decode": 10}
    assert speeds.ends([one, other])["decode"] == (5, 10)


def test_without_the_package_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    for starts in (package, lambda: script.main([])):
        with pytest.raises(SystemExit, match=r"pip install -r requirements-ladder\.txt"):
            starts()
