"""What follows from a language model's shape, held against numbers that others publish, and configs that lie."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lessons.estimate import accelerator_energy, gguf_size, roofline, transformer, weight_formats
from lessons.estimate.config_json import KINDS, MOST_CHARACTERS, shape_of
from lessons.estimate.gguf_size import file_bytes
from lessons.estimate.kv_cells import cells
from lessons.estimate.pasted_config import as_run
from lessons.estimate.transformer import (
    CannotCompute,
    attention_flop,
    cache_bytes,
    cache_numbers,
    cached_tokens,
    multiplied,
    parameters,
    state_bytes,
    touched,
)
from lessons.facts.architectures import ATTENTIONS, Architecture, architectures
from tests.unit.configs import CONFIGS, LLAMA

SHAPES = architectures()
GIB, KIB = 2**30, 2**10
COUNTED = list(SHAPES.values())
SHAPE = some.sampled_from([shape for shape in COUNTED if shape.sliding_window or not shape.sliding_layers])


def test_there_are_shapes_of_every_kind():
    assert len(SHAPES) >= 40
    assert {shape.attention for shape in SHAPES.values()} == set(ATTENTIONS)


@pytest.mark.parametrize("shape", COUNTED, ids=lambda shape: shape.name)
def test_a_model_has_as_many_parameters_as_others_print(shape):
    assert parameters(shape) == pytest.approx(shape.params_total, rel=1e-3)  # counted by somebody else, norms included
    if shape.params_published and shape.params_published % 10**8:  # not rounded to tenths of a billion
        assert parameters(shape) == pytest.approx(shape.params_published, rel=5e-3)


@pytest.mark.parametrize(
    ("name", "billions"), [("gpt-oss 20B", 3.6), ("gpt-oss 120B", 5.1), ("DeepSeek-V3 / R1 671B", 36.7)]
)
def test_experts_that_are_not_asked_are_not_multiplied_with(name, billions):
    """3.6 and 5.1 B: openai/gpt-oss README. 36.7 B: deepseek-ai/DeepSeek-V3 README_WEIGHTS. The embedding is left
    out."""
    assert multiplied(SHAPES[name]) / 1e9 == pytest.approx(billions, abs=0.08)


@pytest.mark.parametrize(
    ("name", "each"),
    [
        ("Llama 2 7B", 2 * 32 * 128 * 32),  # as many heads of keys as of queries
        ("Llama 3.1 8B", 2 * 8 * 128 * 32),  # four queries share one
        ("Llama 3.1 405B", 2 * 8 * 128 * 126),  # 8 of them, not the 16 some tables list
        ("Mistral Nemo 12B", 2 * 8 * 128 * 40),  # heads of 128, not 5120 / 32
        ("Mixtral 8x7B", 2 * 8 * 128 * 32),  # experts have no keys
        ("Qwen2.5 7B", 2 * 4 * 128 * 28),
        ("Qwen3 0.6B", 2 * 8 * 128 * 28),  # heads of 128, not 1024 / 16
        ("Qwen3 8B", 2 * 8 * 128 * 36),
        ("Phi-3-mini 3.8B (128k)", 2 * 32 * 96 * 32),
        ("GPT-2 XL", 2 * 25 * 64 * 48),
        ("SmolLM2 135M", 2 * 3 * 64 * 30),
        ("DeepSeek-V2-Lite 16B", (512 + 64) * 27),  # one latent vector
        ("DeepSeek-V3 / R1 671B", (512 + 64) * 61),
    ],
)
def test_a_token_of_a_model_without_windows_keeps_what_its_heads_say(name, each):
    assert cache_bytes(SHAPES[name], 1) == 2 * each
    assert cache_bytes(SHAPES[name], 1000) == 2000 * each


def test_36_layers_of_8_heads_of_128_take_4_and_a_half_gib_for_32_ki_tokens():
    assert cache_bytes(SHAPES["Qwen3 8B"], 32 * KIB) == 4.5 * GIB


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("Mistral 7B v0.1", {"full": (0, 32768), "sliding": (32, 4096)}),
        ("Gemma 2 9B", {"full": (21, 32768), "sliding": (21, 4096)}),
        ("Gemma 3 27B", {"full": (10, 32768), "sliding": (52, 1024)}),
        ("gpt-oss 20B", {"full": (12, 32768), "sliding": (12, 128)}),
        ("Gemma 3n E4B", {"full": (4, 32768), "sliding": (16, 512)}),  # 15 of 35 use those of others
    ],
)
def test_layers_with_a_window_keep_no_more_than_it(name, layers):
    shape = SHAPES[name]
    assert cached_tokens(shape, 32768) == layers
    assert cache_bytes(shape, 32768, windows=False) == 2 * cache_numbers(shape) * 32768 * sum(
        count for count, _ in layers.values()
    )


def test_what_is_not_modelled_is_refused():
    unknown = replace(SHAPES["Qwen3-Next 80B-A3B"], linear_state=None, linear_params=None)
    with pytest.raises(CannotCompute, match=unknown.name):
        parameters(unknown)
    with pytest.raises(CannotCompute, match="state of another kind"):
        cache_bytes(unknown, 1)
    with pytest.raises(CannotCompute, match="bands of unpublished width"):
        cache_bytes(SHAPES["GPT-3 175B"], 1)


@given(SHAPE, some.integers(1, 200_000), some.sampled_from([1.0, 2.0, 18 / 32]))
def test_more_context_never_takes_less(shape, context, each):
    found = cache_bytes(shape, context, each)
    assert cache_bytes(shape, context + 1, each) >= found
    assert cache_bytes(shape, context, each, windows=False) >= found
    assert cache_bytes(shape, context, 2 * each) == pytest.approx(2 * found)


@given(SHAPE, some.floats(1, 10_000))
def test_what_is_read_lies_between_what_a_token_needs_and_all(shape, tokens):
    assert touched(shape, 1) == pytest.approx(multiplied(shape))
    assert touched(shape, tokens) <= touched(shape, tokens + 1) * (1 + 1e-12)
    assert multiplied(shape) * (1 - 1e-12) <= touched(shape, tokens) <= parameters(shape)


@pytest.mark.parametrize("name", CONFIGS)
def test_a_config_gives_the_shape_that_is_listed(name):
    found, listed = shape_of(json.dumps(CONFIGS[name])), SHAPES[name]
    assert parameters(found) == parameters(listed)
    assert multiplied(found) == multiplied(listed)
    for context in (1, 5_000, 100_000):
        assert cache_bytes(found, context) == cache_bytes(listed, context)


def test_a_pasted_config_is_run_as_it_is_published_and_as_llama_cpp_runs_its_kind():
    told = {"quantization_config": {"quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn"]}}
    oss = as_run(json.dumps(CONFIGS["gpt-oss 20B"] | told))
    assert file_bytes(oss, "Q4_K_M") == file_bytes(SHAPES["gpt-oss 20B"], "Q4_K_M")
    assert cells(oss, 8_192)["sliding"] == (12, 768)
    assert (
        as_run(json.dumps(CONFIGS["DeepSeek-V3 / R1 671B"] | {"quantization_config": {"quant_method": "fp8"}})).native
        == "fp8"
    )
    for odd in ({"quant_method": "awq"}, {"quant_method": ["fp8"]}, "fp8", None):
        assert as_run(json.dumps(LLAMA | {"quantization_config": odd})).native == ""
    kinds = ["full_attention"] * 14 + ["sliding_attention"] * 14  # Qwen2's windows are in no llama.cpp build
    qwen = CONFIGS["Qwen3 0.6B"] | {"sliding_window": 4_096, "use_sliding_window": True, "layer_types": kinds}
    assert cells(as_run(json.dumps(qwen)), 32_768)["sliding"] == (14, 32_768)
    assert cells(as_run(json.dumps(CONFIGS["Gemma 3 27B"])), 32_768)["sliding"] == (52, 1_536)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"model_type": "mamba"}, "cannot compute for a 'mamba'"),
        ({"model_type": None}, "does not say its model_type"),
        ({"hidden_size": None}, "does not say its hidden_size"),
        ({"num_hidden_layers": -1}, "num_hidden_layers is -1"),
        ({"num_hidden_layers": 10**9}, "from 1 to 1,000"),
        ({"num_hidden_layers": "32"}, "num_hidden_layers is '32'"),
        ({"vocab_size": True}, "vocab_size is True"),
        ({"vocab_size": 1e3}, "vocab_size is 1000.0"),
        ({"hidden_size": [4096]}, "hidden_size is"),
        ({"num_key_value_heads": 5}, "not a multiple"),
        ({"hidden_size": 4097}, "not a multiple"),
        ({"intermediate_size": None}, "intermediate_size"),
        ({"tie_word_embeddings": "yes"}, "not true or false"),
        ({"layer_types": ["linear_attention"] * 32}, "layer_types"),
        ({"layer_types": ["sliding_attention"] * 32}, "layer_types are not those of a llama"),
        ({"num_local_experts": 8}, "num_local_experts is 8, which is not modelled"),
        ({"kv_lora_rank": 512}, "kv_lora_rank is 512, which is not modelled"),
    ],
)
def test_a_config_that_lies_is_refused_in_one_sentence(changed, said):
    with pytest.raises(CannotCompute, match=said) as refused:
        shape_of(json.dumps(LLAMA | changed))
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 250


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"llama"', "[" * 100_000, " " * (MOST_CHARACTERS + 1)])
def test_what_is_no_config_is_refused(text):
    with pytest.raises(CannotCompute):
        shape_of(text)


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    some.sampled_from([config for config in CONFIGS.values()]),
    some.dictionaries(
        some.sampled_from(
            [
                *LLAMA,
                *sorted({key for kind in KINDS.values() for key in kind.defaults}),
                "quantization_config",
                "text_config",
            ]
        ),
        JSON,
    ),
    some.sampled_from(list(KINDS)),
)
def test_whatever_is_pasted_gives_a_shape_or_a_sentence(config, changed, kind):
    try:
        found = as_run(json.dumps(config | {"model_type": kind} | changed))
    except CannotCompute as refused:
        assert len(str(refused)) < 300
        return
    assert isinstance(found, Architecture)
    assert parameters(found) > 0
    assert cache_bytes(found, 100) + state_bytes(found) > 0


def test_transformer_arithmetic_is_written_once():
    """No other calculator multiplies heads by their size: each asks for bytes of the KV cache and FLOP of attention
    here."""
    folder = Path(transformer.__file__).parent
    multiplying = re.compile(r"n_kv_heads \* \S*head_dim|n_heads \* \S*head_dim|2 \* \S*kv_heads")
    others = {file.name for file in folder.glob("*.py") if multiplying.search(file.read_text(encoding="utf-8"))}
    sizes_no_cache = {"gguf_size.py", "finetune_memory.py", "compute_buffer.py"}  # but matrices and activations
    assert others <= {"transformer.py", *sizes_no_cache}
    assert accelerator_energy.cache_bytes is roofline.cache_bytes is transformer.cache_bytes
    assert accelerator_energy.attention_flop is roofline.attention_flop is transformer.attention_flop
    assert weight_formats.touched is transformer.touched and gguf_size.used is transformer.used


def test_what_is_not_modelled_is_refused_or_left_out_as_asked():
    hybrid, banded = replace(SHAPES["Qwen3-Next 80B-A3B"], linear_state=None), SHAPES["GPT-3 175B"]
    assert cache_bytes(hybrid, 10, strict=False) == 12 * 10 * cache_numbers(hybrid) * 2  # its linear layers left out
    assert cache_bytes(banded, 10, strict=False) == 96 * 10 * cache_numbers(banded) * 2  # all of the context


def test_latent_attention_costs_more_flop_absorbed():
    latent = SHAPES["DeepSeek-V3 / R1 671B"]
    assert attention_flop(latent, 1) == 4 * 128 * 192 * 61
    assert attention_flop(latent, 1, absorbed=True) == 4 * 128 * (512 + 64 / 2) * 61
