"""What vLLM allocates, held against what it printed when others started it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate.at_home import ACTIVATIONS, CACHE, REST, WEIGHTS, Home, memory
from lessons.estimate.gguf_size import FORMATS
from lessons.estimate.vllm_graphs import graph_bytes
from lessons.estimate.vllm_pool import (
    GIB,
    GRAPHS,
    MIB,
    activations,
    conversations,
    fitted,
    in_llama_cpp,
    others,
    parts,
    pool,
    served,
    word_bytes,
)
from lessons.estimate.vllm_validation import errors, on_smallest_card, pool_of, vllm_check, vllm_starts
from lessons.facts.architectures import FITTED, HELD, architectures, vllm_memory

SHAPES = architectures()
LLAMA = SHAPES["Llama 3.1 8B"]
STARTS = vllm_memory()
name = lambda start: f"{start.model} {start.build} {start.format}"


@pytest.mark.parametrize("start", STARTS, ids=name)
def test_weights_are_as_large_as_vllm_prints_or_the_row_says_what_else_is_among_them(start):
    found = vllm_check(start).weights
    assert (found is None) == bool(start.beside)
    assert found is None or abs(found) < 0.01


@pytest.mark.parametrize("start", [start for start in STARTS if start.pool_tokens], ids=name)
def test_a_token_takes_as_much_of_the_pool_as_vllm_counts(start):
    assert abs(vllm_check(start).tokens) < 0.001


@pytest.mark.parametrize("start", [start for start in STARTS if start.use == HELD], ids=name)
def test_weights_and_pool_are_within_two_percent_and_all_within_ten_of_held_starts(start):
    check = vllm_check(start)
    assert check.kept is None or abs(check.kept) < 0.02
    assert check.whole is None or abs(check.whole) < 0.1
    found = pool_of(start)
    assert found is None or abs(found / (start.pool_MiB * MIB) - 1) < 0.02


def test_enough_starts_are_held_and_what_is_fitted_is_not_among_them():
    columns = {what: [each for each in column if each is not None] for what, column in errors(vllm_starts())}
    assert len(columns["tokens"]) >= 14 and len(columns["kept"]) >= 18
    assert len(columns["graphs"]) >= 13 and len(columns["whole"]) >= 7
    assert all(start.use == FITTED for start in fitted())


def test_a_spoilt_start_is_found():
    start = next(start for start in STARTS if start.use == HELD and start.format == "fp8" and start.graphs_GiB)
    assert abs(vllm_check(replace(start, weights_MiB=1.03 * start.weights_MiB)).weights) > 0.02
    assert abs(vllm_check(replace(start, pool_tokens=int(0.9 * start.pool_tokens))).tokens) > 0.1
    assert abs(vllm_check(replace(start, pool_MiB=0.95 * start.pool_MiB)).kept) > 0.02
    assert vllm_check(replace(start, why_not="another engine")).kept is None


def test_constants_are_medians_of_fitted_starts():
    """Printed: 1.89 GiB for 128,256 words and 1,024 conversations; 0.24 to 0.33 GiB of others."""
    low, usual, high = word_bytes()
    assert low < usual < high and usual == pytest.approx(15.2, abs=0.05)
    assert 1_024 * 128_256 * usual == pytest.approx(1.89 * GIB, rel=0.02)
    assert others() == 0.25 * GIB


def test_on_a_small_card_the_pool_was_larger():
    assert 0.05 < on_smallest_card() < 0.1
    home, card = Home(SHAPES["Qwen2.5 1.5B"], "fp16"), 14.56 * GIB  # T4; printed: 8.67 GiB
    found = pool(home, card, 0.85)
    assert found.low < 8.67 * GIB and found.value < 8.67 * GIB < found.high + 0.2 * GIB


def test_conversations_are_counted_by_hand():
    home, card = Home(LLAMA, "fp16", context=8_192), 80e9
    left = 0.9 * card - 2 * 8_029_995_008 - 1_024 * LLAMA.vocab * word_bytes()[1] - others()
    left -= graph_bytes(LLAMA, card)[1]
    assert pool(home, card).value == pytest.approx(left)
    assert conversations(home, card) == int(left // (8_192 * 131_072))
    assert in_llama_cpp(home, card) == int((card - sum(memory(home).values())) // memory(home)[CACHE]) + 1
    assert conversations(Home(LLAMA, "fp16", "8 bits", 8_192), card) == int(left // (8_192 * 65_536))
    assert conversations(Home(LLAMA, "fp16", context=8_191), card) == conversations(home, card)  # blocks of 16


def test_parts_add_up_to_the_share():
    found = parts(Home(LLAMA, "fp16"), 24e9, 0.8)
    assert list(found) == [WEIGHTS, CACHE, ACTIVATIONS, GRAPHS, REST]
    assert sum(found.values()) == pytest.approx(0.8 * 24e9)
    assert found[ACTIVATIONS] == activations(Home(LLAMA, "fp16"), 24e9)[1] == 256 * LLAMA.vocab * word_bytes()[1]


def test_weights_that_fill_the_card_leave_no_pool():
    home = Home(SHAPES["Llama 3.1 70B"], "fp16")
    assert parts(home, 24e9) is None
    assert conversations(home, 24e9) == in_llama_cpp(home, 24e9) == 0


def test_what_vllm_does_not_run_is_held_in_the_nearest_format_that_it_does():
    near = {form: served(Home(LLAMA, form)) for form in FORMATS}
    assert (near["Q4_K_M"], near["Q8_0"], near["Q6_K"], near["IQ2_XXS"]) == ("AWQ 4 bit", "fp8", "fp8", "AWQ 4 bit")
    assert near["GPTQ 4 bit"] == "GPTQ 4 bit" and near["fp16"] == "fp16"
    assert served(Home(SHAPES["gpt-oss 20B"], "MXFP4")) == "fp16"  # its experts stay in MXFP4


@given(some.integers(1, 131_072), some.floats(20e9, 200e9), some.sampled_from(sorted(FORMATS)))
def test_a_longer_context_leaves_the_pool_and_has_room_for_fewer(context, card, form):
    home, longer = Home(LLAMA, form, context=context), Home(LLAMA, form, context=2 * context)
    assert pool(home, card) == pool(longer, card)
    assert conversations(longer, card) <= conversations(home, card)
