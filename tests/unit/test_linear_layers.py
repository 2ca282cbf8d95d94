"""Linear layers on a machine at home: their state is a part of memory, and what is written about it holds."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate.at_home import CACHE, KEPT_STATE, STATE, Home, elsewhere, memory, memory_parts, needed
from lessons.estimate.gguf_size import bits_a_weight, file_bytes, matrices
from lessons.estimate.kv_cells import bytes_kept, conversation_cache
from lessons.estimate.roofline import Machine, writing
from lessons.estimate.transformer import parameters, state_bytes
from lessons.facts.architectures import architectures, newest_first
from lessons.text import sections
from lessons.ui.llm_at_home.first_picture import layers

SHAPES = architectures()
HYBRIDS = some.sampled_from([shape for shape in SHAPES.values() if shape.linear_layers])
QWEN = SHAPES["Qwen3.5 27B"]


@given(HYBRIDS, some.integers(1, 100_000), some.integers(1, 64))
def test_the_state_is_a_part_of_memory_that_only_conversations_change(shape, context, batch):
    home = Home(shape, "Q8_0", context=context, batch=batch)
    assert memory(home)[STATE] == batch * state_bytes(shape)
    assert memory(replace(home, context=2 * context))[STATE] == memory(home)[STATE]
    assert needed(home).value == pytest.approx(sum(memory(home).values()))


@given(HYBRIDS, some.floats(0, 1))
def test_offloaded_layers_take_their_state_along(shape, share):
    home = Home(shape, "Q8_0", offload=round(share * shape.layers))
    whole = replace(home, offload=0)
    kept = sum(memory(home)[part] for part in (CACHE, STATE))
    out = elsewhere(home) - (1 - home.here) * file_bytes(shape, "Q8_0", ends=False)
    assert kept + out == pytest.approx(memory(whole)[CACHE] + memory(whole)[STATE])


def test_models_without_linear_layers_have_no_such_part():
    plain = Home(SHAPES["Llama 3.1 8B"])
    assert STATE not in memory(plain) and KEPT_STATE not in memory_parts(plain)
    assert [each.part for each in layers(Home(QWEN))][2] == STATE


def test_a_token_reads_and_writes_the_state():
    machine, home = Machine("a", 1e12, 1e12, 1e15), Home(QWEN, "fp16")
    stateless = replace(home, shape=replace(QWEN, linear_state=0, linear_conv=0))
    more = writing(home, machine, 100).bytes - writing(stateless, machine, 100).bytes
    assert more == 2 * state_bytes(QWEN)


@pytest.mark.parametrize(
    "name",
    [
        "Qwen3.5 27B",
        "Nemotron 3 Nano 30B-A3B",
        "Nemotron 3 Super 120B-A12B",
        "Gemma 4 E4B",
        "Gemma 4 26B-A4B",
        "Jamba 52B-A12B",
        "Llama 4 Maverick 400B-A17B",
        "DeepSeek-V3.2 671B",
        "Falcon-H1 7B",
    ],
)
def test_a_file_holds_every_matrix_once(name):
    shape = SHAPES[name]
    assert sum(each.numbers * each.layers for each in matrices(shape)) == parameters(shape)
    assert 8.5 <= bits_a_weight(shape, "Q8_0") < 8.6


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Qwen3.5 27B", 28.6e9),
        ("Qwen3.5 35B-A3B", 36.9e9),
        ("Qwen3.5 122B-A10B", 129.9e9),
        ("Gemma 4 31B", 30.4 * 2**30),
    ],
)
def test_files_in_8_bits_are_as_large_as_printed(name, printed):
    assert file_bytes(SHAPES[name], "Q8_0") == pytest.approx(printed, rel=2e-3)


def test_a_file_of_a_hybrid_rounds_what_linear_layers_read_as_fused_attention():
    """12.38 GiB: a log of Ollama; llama.cpp calls their queries, keys and values attn_qkv (src/models/qwen35.cpp)."""
    assert file_bytes(QWEN, "Q3_K_M") / 2**30 == pytest.approx(12.38, rel=3e-3)


def test_what_the_lesson_says_of_a_hybrid_holds():
    said = " ".join(sections("llm-at-home")["about memory"].split())
    assert (QWEN.linear_layers, QWEN.full_layers, QWEN.layers) == (48, 16, 64)
    assert f"{state_bytes(QWEN) / 1e9:.2f} GB of state in 48 of its 64" in said
    assert f"in 16: {bytes_kept(QWEN, 131_072) / 1e9:.1f} GB at 131,072" in said


def test_the_formula_says_which_heads_a_layer_has():
    assert "4,096 numbers" in conversation_cache(SHAPES["Gemma 4 31B"], 1_000).source
    assert "8,192 numbers" in conversation_cache(SHAPES["Gemma 4 31B"], 1_000).source
    assert conversation_cache(QWEN, 1_000).source.count("numbers") == 1


def test_the_newest_models_come_first():
    years = [SHAPES[name].year for name in newest_first()]
    assert years == sorted(years, reverse=True) and set(newest_first()) == set(SHAPES)
