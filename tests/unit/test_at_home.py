"""A language model at home: what it takes, what fits, how fast it can be, and what must hold of all of that."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate.at_home import (
    ACTIVATIONS,
    AT_HOME,
    CACHE,
    CACHES,
    OTHERS,
    Home,
    elsewhere,
    formats,
    memory,
    needed,
)
from lessons.estimate.compute_buffer import LlamaServer
from lessons.estimate.gguf_mixes import MIXES
from lessons.estimate.gguf_size import (
    FORMATS,
    NATIVE,
    as_published,
    bits_a_weight,
    file_bytes,
    matrices,
    read_bytes,
)
from lessons.estimate.kv_cells import bytes_kept, cells, next_token
from lessons.estimate.published_speeds import read, written
from lessons.estimate.roofline import Machine, StepTime, guessed, reading, writing
from lessons.estimate.transformer import attention_flop, multiplied, parameters
from lessons.estimate.weight_blocks import BITS
from lessons.facts.architectures import architectures, gguf_files

SHAPES = {
    name: shape
    for name, shape in architectures().items()
    if not shape.linear_layers and not shape.kv_shared_layers and (shape.sliding_window or not shape.sliding_layers)
}
LLAMA = SHAPES["Llama 3.1 8B"]
OURS = [file for file in gguf_files() if not file.another_rule]
WORD = 64  # bytes of a file for each word of the vocabulary, at most
CARD = Machine("a card", 24e9, 1e12, 150e12, 64e9, 50e9)


def decode(home: Home, machine: Machine) -> StepTime:
    """A step at the end of the context."""
    return writing(home, machine, home.context)


@some.composite
def homes(draw) -> Home:
    shape = draw(some.sampled_from(list(SHAPES.values())))
    form, cache = draw(some.sampled_from(formats(shape, *OTHERS))), draw(some.sampled_from(list(CACHES)))
    values = draw(some.sampled_from(["", *CACHES]))
    context, batch = draw(some.integers(1, 131_072)), draw(some.integers(1, 256))
    offload, only = draw(some.integers(0, shape.layers)), bool(shape.experts) and draw(some.booleans())
    windows = draw(some.booleans())
    return Home(shape, form, cache, context, batch, windows, offload, values=values, only_experts=only)


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


@pytest.mark.parametrize(
    ("name", "form", "gigabytes"),
    [
        ("gpt-oss 20B", "Q2_K", 11.5),  # unsloth/gpt-oss-20b-GGUF
        ("gpt-oss 20B", "Q4_K_M", 11.62),
        ("gpt-oss 20B", "fp16", 13.8),
        ("gpt-oss 20B", NATIVE, 12.1),  # ggml-org/gpt-oss-20b-GGUF
        ("gpt-oss 120B", "Q4_K_M", 62.8),  # unsloth/gpt-oss-120b-GGUF
        ("gpt-oss 120B", "Q8_0", 63.4),
        ("gpt-oss 120B", "fp16", 65.37),
        ("gpt-oss 120B", NATIVE, 63.4),
        ("DeepSeek-V3 / R1 671B", NATIVE, 671),  # 1 byte a number
        ("Llama 3.1 8B", NATIVE, 16.06),
    ],
)
def test_what_is_published_in_few_bits_stays_so(name, form, gigabytes):
    assert file_bytes(SHAPES[name], form) / 1e9 == pytest.approx(gigabytes, rel=0.008)


def test_the_native_format_is_the_one_that_is_sourced_else_16_bits():
    assert {name: as_published(shape) for name, shape in SHAPES.items() if as_published(shape) != "fp16"} == {
        "DeepSeek-V3 / R1 671B": "fp8", "gpt-oss 20B": "MXFP4", "gpt-oss 120B": "MXFP4",
    }  # fmt: skip
    assert as_published(SHAPES["gpt-oss 20B"], "Q8_0") == "Q8_0"


def test_a_token_reads_its_experts_in_their_own_format():
    """gpt-oss 120B: 4 of 128 experts of 3 matrices of 2880 × 2880 in 4.25 bits, everything else in 8.5, routers in
    32."""
    experts, router = 36 * 4 * 3 * 2880**2, 36 * 2880 * 128
    rest = multiplied(SHAPES["gpt-oss 120B"]) - experts - router
    expected = (4.25 * experts + 32 * router + 8.5 * rest) / 8
    assert read_bytes(SHAPES["gpt-oss 120B"], "MXFP4", 1) == pytest.approx(expected, rel=1e-6)
    for name in ("Llama 3.1 8B", "Llama 3.2 1B", "GPT-2 XL"):  # with a head, without, and with learned positions
        assert read_bytes(SHAPES[name], "fp16", 100) == pytest.approx(2 * multiplied(SHAPES[name]))


@pytest.mark.parametrize(
    ("name", "context", "windowed"),
    [
        ("gpt-oss 20B", 131_072, 768),  # as llama.cpp prints: 128 + 512, in blocks of 256
        ("Gemma 3 27B", 8_192, 1_536),
        ("Gemma 3 27B", 1_024, 1_024),  # no more than the context
        ("Gemma 2 9B", 8_192, 4_608),
    ],
)
def test_a_window_gets_cells_for_itself_and_for_what_is_read_at_once(name, context, windowed):
    shape = SHAPES[name]
    assert cells(shape, context) == {"full": (shape.full_layers, context), "sliding": (shape.sliding_layers, windowed)}
    assert cells(shape, context, windows=False)["sliding"] == (shape.sliding_layers, context)


def test_the_cache_is_as_large_as_llama_cpp_prints():
    """gpt-oss 20B with -c 131072: 3072.00 MiB for 12 layers that look at everything, 18.00 MiB for 12 with a window."""
    home = Home(SHAPES["gpt-oss 20B"], NATIVE, context=131_072)
    assert bytes_kept(home.shape, home.context) == (3072 + 18) * 2**20
    assert memory(replace(home, batch=4))["KV cache"] == 4 * memory(home)["KV cache"]  # a slot each


@pytest.mark.parametrize("name", ["Mistral 7B v0.1", "Phi-3-mini 3.8B (4k)"])
def test_windows_that_no_llama_cpp_build_uses_save_nothing(name):
    home = Home(SHAPES[name], context=32_768)
    assert memory(home) == memory(replace(home, windows=False))
    assert decode(home, CARD) == decode(replace(home, windows=False), CARD)


@pytest.mark.parametrize(
    ("keys", "values", "mebibytes"),
    [
        ("16 bits", "16 bits", 448),  # llama.cpp b8247, Llama 3.2 3B, 4,096 cells: -ctk, -ctv
        ("8 bits", "16 bits", 343),
        ("4 bits", "16 bits", 287),
        ("q4_1", "16 bits", 294),
        ("q5_0", "16 bits", 301),
        ("q5_1", "16 bits", 308),
    ],
)
def test_keys_and_values_of_different_types_take_what_llama_cpp_prints(keys, values, mebibytes):
    for home in (
        Home(SHAPES["Llama 3.2 3B"], cache=keys, context=4_096, values=values),
        Home(SHAPES["Llama 3.2 3B"], cache=values, context=4_096, values=keys),
    ):
        assert memory(home)[CACHE] == mebibytes * 2**20


def test_one_vector_for_keys_and_values_has_the_type_of_keys():
    latent = Home(SHAPES["DeepSeek-V2-Lite 16B"], cache="8 bits", values="16 bits")
    assert memory(latent) == memory(replace(latent, values=""))


@given(homes(), some.sampled_from(list(CACHES)))
def test_more_bits_of_values_take_no_less(home, values):
    fewer, more = sorted((replace(home, values=values), replace(home, values=home.values or home.cache)), key=size_of)
    assert needed(fewer).value <= needed(more).value
    assert decode(fewer, CARD).bytes <= decode(more, CARD).bytes


def size_of(home: Home) -> float:
    return CACHES[home.values]


def test_the_next_token_keeps_nothing_where_a_window_is_full():
    gemma, each = SHAPES["Gemma 3 12B"], 2 * 8 * 256 * 2  # 8 heads of 256, keys and values, 16 bits
    assert next_token(gemma, 1_000) == 48 * each
    assert next_token(gemma, 8_192) == 8 * each
    assert next_token(gemma, 8_192, windows=False) == 48 * each
    assert next_token(LLAMA, 8_192) == 131_072


def test_decoding_slows_down_as_a_conversation_grows():
    paces = [writing(Home(LLAMA, "fp16"), CARD, before) for before in (0, 10_000, 100_000)]
    assert paces[1].bytes - paces[0].bytes == pytest.approx(9_999 * 131_072)  # at least one is looked at
    assert paces[0].per_second > 1.05 * paces[1].per_second > 1.05**2 * paces[2].per_second


def test_rows_without_whole_blocks_get_another_type():
    """SmolLM2's rows of 576 are no multiple of 256."""
    assert bits_a_weight(SHAPES["SmolLM2 135M"], "Q2_K") > BITS["Q4_0"]
    assert bits_a_weight(LLAMA, "Q2_K") < 3.3


@given(homes())
def test_bytes_are_on_the_card_or_elsewhere(home):
    whole = memory(replace(home, offload=0))
    parts = memory(home)
    assert min(parts.values()) >= 0
    there = whole["weights"] + whole["KV cache"] - parts["weights"] - parts["KV cache"]
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


def test_activations_are_those_of_a_layer_and_in_older_builds_of_the_logits():
    """llama.cpp printed a compute buffer of 258.50 MiB for this model until May 2026."""
    older = Home(LLAMA, server=LlamaServer(older=True))
    assert memory(older)[ACTIVATIONS] == 258.5 * 2**20
    assert memory(Home(LLAMA))[ACTIVATIONS] == 512 * (4 * (3 * 14_336 + 2 * 4_096 + 32 * 128) + 2 * 8_192)


@given(homes(), some.floats(1e10, 8e12), some.floats(1e12, 2e15))
def test_nothing_is_faster_than_either_roof(home, bandwidth, peak):
    machine = CARD._replace(bandwidth=bandwidth, peak=peak, main_bandwidth=bandwidth)
    for pace in (decode(home, machine), reading(home, machine, 500)):
        assert pace.bytes / pace.seconds <= bandwidth * (1 + 1e-9)
        assert pace.flop / pace.seconds <= peak * (1 + 1e-9)
        assert pace.limit == ("memory" if pace.intensity <= peak / bandwidth * (1 + 1e-12) else "arithmetic")


@given(homes())
def test_more_conversations_write_more_and_each_of_them_less(home):
    one, more = decode(home, CARD), decode(replace(home, batch=2 * home.batch), CARD)
    assert more.per_second >= one.per_second * (1 - 1e-9)
    assert more.per_second <= 2 * one.per_second * (1 + 1e-9)


def test_half_the_bits_write_nearly_twice_as_fast_alone_and_no_faster_in_a_crowd():
    home = Home(LLAMA, "fp16", context=1_000)
    assert decode(replace(home, form="Q8_0"), CARD).per_second / decode(home, CARD).per_second == pytest.approx(
        16 / 8.5, rel=0.03
    )
    crowd = replace(home, batch=512, context=10)
    assert decode(crowd, CARD).limit == "arithmetic"
    assert decode(replace(crowd, form="Q8_0"), CARD).per_second == pytest.approx(decode(crowd, CARD).per_second)


def test_writing_alone_is_limited_by_memory_and_a_prompt_by_arithmetic():
    assert decode(Home(LLAMA), CARD).limit == "memory"
    assert reading(Home(LLAMA), CARD, 512).limit == "arithmetic"


def test_experts_write_fast_alone_and_in_a_crowd_all_are_read():
    home = Home(SHAPES["Qwen3 30B-A3B"], "fp16", context=1)
    dense = Home(SHAPES["Qwen3 32B"], "fp16", context=1)
    assert decode(home, CARD).per_second > 8 * decode(dense, CARD).per_second
    crowd = decode(replace(home, batch=256), CARD)
    assert crowd.bytes > 0.95 * 2 * (parameters(home.shape) - home.shape.vocab * home.shape.d_model)


@given(homes(), some.floats(1e9, 2e11))
def test_what_stays_in_slow_memory_slows_it_down(home, slow):
    machine = CARD._replace(main_bandwidth=slow)
    there = replace(home, offload=0)
    assert decode(replace(home, offload=home.shape.layers), machine).moving >= decode(there, machine).moving


def test_looking_back_is_little_at_first_and_much_in_the_end():
    assert attention_flop(LLAMA, 100) < 0.01 * 2 * multiplied(LLAMA)
    assert attention_flop(LLAMA, 100_000) > 2 * multiplied(LLAMA)
    assert attention_flop(SHAPES["Gemma 3 27B"], 100_000) < 0.2 * attention_flop(SHAPES["Gemma 3 27B"], 100_000, False)


def test_good_guesses_give_more_tokens_a_step():
    assert guessed(0, 4) == 1
    assert guessed(1, 4) == 5
    assert guessed(0.8, 4) == pytest.approx(1 + 0.8 + 0.64 + 0.512 + 0.4096)


def test_there_is_a_format_of_each_kind():
    assert {"fp16", "fp8", "Q8_0", "Q4_0", "Q4_K_M", "Q3_K_M", "Q2_K"} <= set(formats(LLAMA))
    assert formats(LLAMA, "IQ4_XS")[6:9] == ["Q4_0", "IQ4_XS", "Q3_K_M"]  # by size
    assert {*AT_HOME, *OTHERS, "fp32"} == set(FORMATS)
    assert "MXFP4" not in formats(LLAMA)
    assert "MXFP4" in formats(SHAPES["gpt-oss 20B"])


@pytest.mark.parametrize("file", gguf_files(), ids=lambda file: f"{file.model} {file.format}")
def test_a_published_file_is_as_large_as_reckoned_or_says_why_not(file):
    """Files hold the vocabulary besides, up to 64 bytes a word: that is what is left of a percent of small ones."""
    shape = SHAPES[file.model]
    size = file_bytes(shape, file.format, guided=file.guided)
    within = 0.15 if file.another_rule else 0.01
    assert size < (1 + within) * file.bytes
    assert size + WORD * shape.vocab > (1 - within) * file.bytes


def test_the_file_that_is_furthest_off_is_named():
    off = {file: abs(file_bytes(SHAPES[file.model], file.format, guided=file.guided) / file.bytes - 1) for file in OURS}
    large = {file: share for file, share in off.items() if file.bytes > 200 * WORD * SHAPES[file.model].vocab}
    worst = max(large, key=large.__getitem__)
    assert (worst.model, worst.format, round(100 * large[worst], 1)) == ("gpt-oss 20B", "Q2_K", 0.6)
    assert sorted(off.values())[len(off) // 2] < 0.003


def test_files_of_many_models_and_formats_are_published():
    assert len(OURS) > 400
    assert len({file.model for file in OURS}) >= 25
    untried = {form for form in MIXES if form not in {file.format for file in OURS}}
    assert untried == {"TQ1_0", "TQ2_0", "Q1_0", "Q2_0", "Q6_K_L"}  # of which nobody printed a file's size


def test_nobody_has_measured_more_than_the_roof():
    assert all(0.1 < each.share < 1 for each in written() if each.seen.batch == 1)
    for each in read():  # llama.cpp may add products up in 16 bits, which a GeForce does twice as fast
        assert 0.03 < each.share < (2 if "GeForce" in each.seen.board else 1)
