"""A language model at home: what it takes, what fits, how fast it can be, and what must hold of all of that."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate.at_home import ACTIVATIONS, CACHES, Home, changes, elsewhere, fits, formats, memory, needed
from lessons.estimate.gguf_size import BITS, FORMATS, bits_a_weight, file_bytes, matrices
from lessons.estimate.roofline import Machine, attention_flop, guessed, reading, writing
from lessons.estimate.transformer import multiplied, parameters
from lessons.facts import boards
from lessons.facts.architectures import architectures, gguf_files, speeds

SHAPES = {
    name: shape
    for name, shape in architectures().items()
    if not shape.linear_layers and not shape.kv_shared_layers and (shape.sliding_window or not shape.sliding_layers)
}
LLAMA = SHAPES["Llama 3.1 8B"]
CARD = Machine("a card", 24e9, 1e12, 150e12, 64e9, 50e9)


@some.composite
def homes(draw) -> Home:
    shape = draw(some.sampled_from(list(SHAPES.values())))
    form, cache = draw(some.sampled_from(formats(shape))), draw(some.sampled_from(list(CACHES)))
    context, batch = draw(some.integers(1, 131_072)), draw(some.integers(1, 256))
    return Home(shape, form, cache, context, batch, draw(some.booleans()), draw(some.integers(0, shape.layers)))


@pytest.mark.parametrize("shape", SHAPES.values(), ids=lambda shape: shape.name)
def test_every_number_is_in_one_matrix(shape):
    assert sum(matrix.numbers * matrix.layers for matrix in matrices(shape)) == parameters(shape)


@pytest.mark.parametrize(
    ("name", "form", "gib"),
    [
        ("Llama 3.1 8B", "fp16", 14.96),  # llama.cpp, tools/quantize/README.md
        ("Llama 3.1 8B", "Q8_0", 7.95),
        ("Llama 3.1 8B", "Q6_K", 6.14),
        ("Llama 3.1 8B", "Q5_K_M", 5.33),
        ("Llama 3.1 8B", "Q4_K_M", 4.58),
        ("Llama 3.1 8B", "Q2_K", 2.95),
        ("Llama 3 8B", "Q4_0", 4.34),  # llama.cpp, tools/quantize/quantize.cpp
        ("Llama 3 8B", "Q3_K_M", 3.74),
        ("Llama 2 7B", "Q4_0", 3.56),  # llama.cpp, tools/llama-bench/README.md
        ("Qwen2.5 7B", "Q4_K_M", 4.36),
        ("Llama 3.1 70B", "Q4_K_M", 39.60),  # XiongjieDai/GPU-Benchmarks-on-LLM-Inference
        ("Llama 3.1 70B", "Q2_K", 24.56),
        ("Qwen3 30B-A3B", "Q8_0", 30.25),  # llama.cpp, benches/dgx-spark.md
        ("gpt-oss 120B", "MXFP4", 59.02),
        ("Mixtral 8x7B", "Q6_K", 35.74),  # llama.cpp, pull request 4406
        ("Gemma 3 27B", "Q8_0", 26.73),  # ik_llama.cpp, discussion 334
    ],
)
def test_a_file_is_as_large_as_others_print(name, form, gib):
    assert file_bytes(SHAPES[name], form) == pytest.approx(gib * 2**30, rel=0.005)


def test_rows_without_whole_blocks_get_another_type():
    """SmolLM2's rows of 576 are no multiple of 256."""
    assert bits_a_weight(SHAPES["SmolLM2 135M"], "Q2_K") > BITS["Q4_0"]
    assert bits_a_weight(LLAMA, "Q2_K") < 3.3


@given(homes())
def test_bytes_are_on_the_card_or_elsewhere(home):
    whole = memory(replace(home, offload=0))
    parts = memory(home)
    assert min(parts.values()) >= 0
    there = whole["weights"] + whole["keys and values"] - parts["weights"] - parts["keys and values"]
    assert elsewhere(home) == pytest.approx(there, rel=1e-9, abs=1)
    found = needed(home)
    assert found.low < found.value < found.high
    assert found.value == pytest.approx(sum(parts.values()))


@given(homes())
def test_more_never_takes_less(home):
    least = needed(home).value
    assert needed(replace(home, context=home.context + 1)).value >= least
    assert needed(replace(home, batch=home.batch + 1)).value >= least
    assert needed(replace(home, windows=False)).value >= needed(replace(home, windows=True)).value
    if home.offload:
        assert needed(replace(home, offload=home.offload - 1)).value >= least
    by_size = [needed(replace(home, form=form, offload=0)).value for form in formats(home.shape)]
    assert by_size == sorted(by_size, reverse=True)


@given(homes(), some.floats(1e9, 2e11), some.floats(0, 1e12))
def test_what_is_advised_fits_and_is_the_least_of_its_kind(home, card, main):
    for change in changes(home, card, main):
        assert fits(change.home, card, main)
        assert change.takes == needed(change.home)
        assert change.home.offload >= home.offload
        if change.home.offload > home.offload + 1:
            assert not fits(replace(home, offload=change.home.offload - 1), card, main)


def test_a_seventy_billion_model_needs_more_than_a_card_of_24_gb():
    home = Home(SHAPES["Llama 3.1 70B"])
    assert not fits(home, 24e9)
    assert [change.called for change in changes(home, 24e9, 64e9)] == ["41 of 80 layers in main memory"]
    assert changes(home, 24e9, 1e9) == []


def test_activations_are_those_of_the_logits():
    """llama.cpp prints a compute buffer of 258.50 MiB for this model."""
    assert memory(Home(LLAMA))[ACTIVATIONS] == 258.5 * 2**20


@given(homes(), some.floats(1e10, 8e12), some.floats(1e12, 2e15))
def test_nothing_is_faster_than_either_roof(home, bandwidth, peak):
    machine = CARD._replace(bandwidth=bandwidth, peak=peak, main_bandwidth=bandwidth)
    for pace in (writing(home, machine), reading(home, machine, 500)):
        assert pace.bytes / pace.seconds <= bandwidth * (1 + 1e-9)
        assert pace.flop / pace.seconds <= peak * (1 + 1e-9)
        assert pace.limit == ("memory" if pace.intensity <= peak / bandwidth * (1 + 1e-12) else "arithmetic")


@given(homes())
def test_more_conversations_write_more_and_each_of_them_less(home):
    one, more = writing(home, CARD), writing(replace(home, batch=2 * home.batch), CARD)
    assert more.per_second >= one.per_second * (1 - 1e-9)
    assert more.per_second <= 2 * one.per_second * (1 + 1e-9)


def test_half_the_bits_write_nearly_twice_as_fast_alone_and_no_faster_in_a_crowd():
    home = Home(LLAMA, "fp16", context=1_000)
    assert writing(replace(home, form="Q8_0"), CARD).per_second / writing(home, CARD).per_second == pytest.approx(
        16 / 8.5, rel=0.03
    )
    crowd = replace(home, batch=512, context=10)
    assert writing(crowd, CARD).limit == "arithmetic"
    assert writing(replace(crowd, form="Q8_0"), CARD).per_second == pytest.approx(writing(crowd, CARD).per_second)


def test_writing_alone_is_limited_by_memory_and_a_prompt_by_arithmetic():
    assert writing(Home(LLAMA), CARD).limit == "memory"
    assert reading(Home(LLAMA), CARD, 512).limit == "arithmetic"


def test_experts_write_fast_alone_and_in_a_crowd_all_are_read():
    home = Home(SHAPES["Qwen3 30B-A3B"], "fp16", context=1)
    dense = Home(SHAPES["Qwen3 32B"], "fp16", context=1)
    assert writing(home, CARD).per_second > 8 * writing(dense, CARD).per_second
    crowd = writing(replace(home, batch=256), CARD)
    assert crowd.bytes > 0.95 * 2 * (parameters(home.shape) - home.shape.vocab * home.shape.d_model)


@given(homes(), some.floats(1e9, 2e11))
def test_what_stays_in_slow_memory_slows_it_down(home, slow):
    machine = CARD._replace(main_bandwidth=slow)
    there = replace(home, offload=0)
    assert writing(replace(home, offload=home.shape.layers), machine).moving >= writing(there, machine).moving


def test_looking_back_is_little_at_first_and_much_in_the_end():
    assert attention_flop(LLAMA, 100) < 0.01 * 2 * multiplied(LLAMA)
    assert attention_flop(LLAMA, 100_000) > 2 * multiplied(LLAMA)
    assert attention_flop(SHAPES["Gemma 3 27B"], 100_000) < 0.2 * attention_flop(SHAPES["Gemma 3 27B"], 100_000, False)


def test_good_guesses_give_more_tokens_a_step():
    assert guessed(0, 4) == 1
    assert guessed(1, 4) == 5
    assert guessed(0.8, 4) == pytest.approx(1 + 0.8 + 0.64 + 0.512 + 0.4096)


def test_there_is_a_format_of_each_kind():
    assert {"fp16", "fp8", "Q8_0", "Q4_0", "Q4_K_M", "Q3_K_M", "Q2_K"} <= set(FORMATS)
    assert "MXFP4" not in formats(LLAMA)
    assert "MXFP4" in formats(SHAPES["gpt-oss 20B"])


@pytest.mark.parametrize("file", gguf_files(), ids=lambda file: f"{file.model} {file.format}")
def test_a_published_file_is_as_large_as_reckoned_or_says_why_not(file):
    off = file_bytes(SHAPES[file.model], file.format) / file.bytes - 1
    assert file.another_rule or abs(off) < 0.03
    assert abs(off) < 0.15


def test_files_of_many_models_and_formats_are_published():
    ours = [file for file in gguf_files() if not file.another_rule]
    assert len(ours) > 80
    assert len({file.model for file in ours}) >= 20
    assert {file.format for file in ours} >= {
        "fp16",
        "Q8_0",
        "Q6_K",
        "Q5_K_M",
        "Q4_K_M",
        "Q4_0",
        "MXFP4",
        "Q3_K_M",
        "Q2_K",
    }


@pytest.mark.parametrize("seen", speeds(), ids=lambda seen: f"{seen.model} {seen.format} {seen.board} {seen.written}")
def test_nobody_has_measured_more_than_the_roof(seen):
    board = boards()[seen.board]
    machine = CARD._replace(bandwidth=board.bandwidth_GB_per_s * 1e9, peak=(board.fp16_dense_TFLOPS or 0) * 1e12)
    home = Home(SHAPES[seen.model], seen.format, context=(seen.written or 256) // 2)
    assert 0.2 < seen.written_tokens_per_s * writing(home, machine).moving < 1
    if board.fp16_matrix_units and seen.prompt_tokens_per_s:
        # llama.cpp adds products of fp16 weights up in 16 bits, which a GeForce does twice as fast
        faster = 2 if seen.format == "fp16" and "GeForce" in seen.board else 1
        assert seen.prompt_tokens_per_s < faster * reading(home, machine, seen.prompt or 512).per_second
