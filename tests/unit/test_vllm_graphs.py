"""CUDA graphs of vLLM: by hand, and against what it printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate.vllm_graphs import (
    GIB,
    LARGE,
    all_sizes,
    captured,
    graph_bytes,
    layer_bytes,
    reserved,
    sequences,
    sizes,
)
from lessons.estimate.vllm_validation import graphs_of, vllm_check
from lessons.facts.architectures import HELD, architectures, vllm_memory

SHAPES = architectures()
STARTS = [start for start in vllm_memory() if start.graphs_GiB]
name = lambda start: f"{start.model} {start.build} {start.format}"


def test_sizes_are_those_that_vllm_prints():
    """cudagraph_capture_sizes: 1, 2, 4, 8, 16 … 256, 272 … 512; printed: PIECEWISE=51, FULL=35 or 51; 35 and 19 with
    --max-num-seqs 128."""
    assert [captured(most) for most in (128, 256, 512)] == [19, 35, 51]
    assert sizes(24e9) == 51 + 35 and sizes(80e9) == 51 + 51
    assert sequences(LARGE - 1) == 256 and sequences(LARGE) == 1_024


@pytest.mark.parametrize("start", [start for start in STARTS if start.build.startswith("0.19.0")], ids=name)
def test_as_many_sizes_were_captured_on_that_card(start):
    assert all_sizes(start) == sizes(start.card_GiB * GIB)
    assert graph_bytes(SHAPES[start.model], start.card_GiB * GIB)[1] == pytest.approx(graphs_of(start))


def test_bytes_of_a_size_in_a_layer_by_hand():
    """Expected for Phi-3-mini: 0.51 GiB, 32 layers, 51 + 35 sizes."""
    start = next(start for start in STARTS if start.model.startswith("Phi-3"))
    assert reserved(start) == pytest.approx(0.51 * GIB / 32 / 86)
    low, usual, high = layer_bytes()
    assert low == pytest.approx(0.34 * GIB / 28 / 86) and high == pytest.approx(0.81 * GIB / 28 / 102)
    assert low < usual < high


@pytest.mark.parametrize("start", [start for start in STARTS if start.use == HELD], ids=name)
def test_held_starts_are_within_three_tenths_and_hardly_leave_the_band(start):
    assert abs(vllm_check(start).graphs) < 0.3
    low, _, high = (SHAPES[start.model].layers * all_sizes(start) * each for each in layer_bytes())
    assert low < start.graphs_GiB * GIB < 1.1 * high


@given(some.sampled_from(sorted(SHAPES)), some.floats(4e9, 200e9), some.floats(1, 4))
def test_a_larger_card_never_has_fewer(model, card, times):
    small, large = (graph_bytes(SHAPES[model], size) for size in (card, times * card))
    assert small[0] <= small[1] <= small[2] and small[1] <= large[1]
