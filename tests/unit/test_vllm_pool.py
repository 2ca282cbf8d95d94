"""What vLLM allocates, held against what it printed when others started it."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate.at_home import CACHE, Home, memory
from lessons.estimate.gguf_size import FORMATS, file_bytes
from lessons.estimate.transformer import cache_bytes
from lessons.estimate.vllm_pool import GIB, MIB, conversations, in_llama_cpp, others, parts, pool, served, word_bytes
from lessons.facts.architectures import architectures, vllm_memory

SHAPES = architectures()
LLAMA = SHAPES["Llama 3.1 8B"]
STARTS = vllm_memory()
name = lambda start: f"{start.model} {start.build} {start.format}"


@pytest.mark.parametrize("start", STARTS, ids=name)
def test_weights_are_as_large_as_vllm_prints(start):
    assert file_bytes(SHAPES[start.model], start.format) == pytest.approx(start.weights_MiB * MIB, rel=0.005)


@pytest.mark.parametrize("start", STARTS, ids=name)
def test_the_pool_is_within_two_percent_of_what_vllm_prints_or_the_row_says_why_not(start):
    shape = SHAPES[start.model]
    low, usual, high = word_bytes()
    taken = start.share * start.card_GiB * GIB - file_bytes(shape, start.format) - others()
    off = (taken - usual * shape.vocab) / (start.pool_MiB * MIB) - 1
    assert abs(off) < (0.08 if "before 0.17.0" in start.why_not else 0.02)
    printed = start.pool_MiB * MIB + (start.other_GiB or others() / GIB) * GIB - others()
    assert taken - high * shape.vocab < 1.01 * printed and 0.99 * printed < taken - low * shape.vocab


@pytest.mark.parametrize("start", [start for start in STARTS if start.pool_tokens], ids=name)
def test_a_token_takes_as_much_of_the_pool_as_vllm_counts(start):
    each = cache_bytes(SHAPES[start.model], 1, start.number_bytes)
    assert start.pool_MiB * MIB / each == pytest.approx(start.pool_tokens, rel=0.001)


def test_conversations_are_counted_by_hand():
    home, card = Home(LLAMA, "fp16", context=8_192), 80e9
    left = 0.9 * card - 2 * 8_029_995_008 - LLAMA.vocab * word_bytes()[1] - others()
    assert pool(home, card).value == pytest.approx(left)
    assert conversations(home, card) == int(left // (8_192 * 131_072))
    assert in_llama_cpp(home, card) == int((card - sum(memory(home).values())) // memory(home)[CACHE]) + 1
    assert conversations(Home(LLAMA, "fp16", "8 bits", 8_192), card) == int(left // (8_192 * 65_536))
    assert conversations(Home(LLAMA, "fp16", context=8_191), card) == conversations(home, card)  # blocks of 16


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
