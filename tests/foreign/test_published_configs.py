"""The config.json of models as published (`published_configs.jsonl`, each with its source): each row of the table is
what is read of it, and sizes, caches and states are those that others count and print.

`counted` in that file: what transformers 5.24 makes of it, norms and biases included. States are derived by hand from
llama.cpp's `n_embd_r` and `n_embd_s` (src/llama-hparams.cpp), all in 32 bits.
"""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from lessons.estimate.config_json import shape_of
from lessons.estimate.gguf_size import file_bytes
from lessons.estimate.kv_cells import bytes_kept
from lessons.estimate.pasted_config import as_run
from lessons.estimate.transformer import (
    attention_flop,
    cache_bytes,
    cache_numbers,
    cached_tokens,
    multiplied,
    parameters,
    state_bytes,
    state_numbers,
)
from lessons.facts.architectures import LINEAR, architectures

LINES = Path(__file__).with_name("published_configs.jsonl").read_text(encoding="utf-8").splitlines()
PUBLISHED = {line["name"]: line for line in map(json.loads, LINES)}
NOT_OF_THE_SHAPE = (
    "name", "year", "params_total", "params_active", "params_published", "params_published_source", "source", "url",
    "confidence", "note", "native", "llama_cpp_windows",
)  # fmt: skip
SHAPES = architectures()
MIB = 2**20
LISTED = [name for name in PUBLISHED if name in SHAPES]


def read(name):
    return shape_of(json.dumps(PUBLISHED[name]["config"]))


def test_most_of_what_people_run_is_there():
    assert len(LISTED) >= 80
    assert sum(bool(SHAPES[name].linear_layers) for name in LISTED) >= 30
    assert {SHAPES[name].linear for name in LISTED if SHAPES[name].linear} == set(LINEAR)


@pytest.mark.parametrize("name", LISTED)
def test_a_row_is_what_is_read_of_the_published_file(name):
    found, listed = asdict(read(name)), asdict(SHAPES[name])
    differs = {
        key: (found[key], listed[key]) for key in found if key not in NOT_OF_THE_SHAPE if found[key] != listed[key]
    }
    assert differs == {}


@pytest.mark.parametrize("name", PUBLISHED)
def test_parameters_are_those_that_transformers_counts(name):
    assert parameters(read(name)) == pytest.approx(PUBLISHED[name]["counted"], rel=5e-4)


@pytest.mark.parametrize("name", [name for name in LISTED if SHAPES[name].params_published])
def test_parameters_are_those_that_the_maker_prints(name):
    """Within 0.5 %, or within the rounding of a number in billions, tenths or hundredths of them."""
    printed = SHAPES[name].params_published
    unit = next(unit for unit in (10**12, 10**9, 10**8, 10**7, 10**6, 1) if printed % unit == 0)
    assert abs(parameters(SHAPES[name]) - printed) <= max(0.005 * printed, unit / 2)


@pytest.mark.parametrize(
    ("name", "billions", "within"),
    [
        ("Qwen3.5 35B-A3B", 3.0, 0.1), ("Llama 4 Maverick 400B-A17B", 17, 0.9), ("Gemma 4 26B-A4B", 3.8, 0.05),
        ("Gemma 4 E2B", 2.3, 0.05), ("GLM-4.5 355B-A32B", 32, 0.9), ("Kimi K2 1T-A32B", 32, 0.5),
        ("MiniMax-M1 456B-A46B", 45.9, 2), ("DeepSeek-V3.2 671B", 37, 0.6), ("ERNIE 4.5 300B-A47B", 47, 0.5),
        ("Nemotron 3 Nano 30B-A3B", 3.2, 0.05), ("Granite 4.0 H Small 32B-A9B", 9, 0.5), ("Hunyuan 80B-A13B", 13, 0.5),
        ("Jamba 52B-A12B", 12, 0.5), ("Kimi Linear 48B-A3B", 3, 0.2),
    ],
)  # fmt: skip
def test_active_parameters_are_those_that_the_maker_prints(name, billions, within):
    assert multiplied(SHAPES[name]) / 1e9 == pytest.approx(billions, abs=within)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("Qwen3-Next 80B-A3B", 36 * (32 * 128 * 128 + 3 * (2 * 16 * 128 + 32 * 128))),  # heads · keys · values
        ("Qwen3.5 27B", 48 * (48 * 128 * 128 + 3 * (2 * 16 * 128 + 48 * 128))),
        ("Qwen3.5 0.8B", 18 * (16 * 128 * 128 + 3 * 3 * 16 * 128)),
        ("Granite 4.0 H Small 32B-A9B", 36 * (8192 * 128 + 3 * (8192 + 2 * 128))),  # inner · state
        ("Falcon-H1 0.5B", 36 * (1536 * 128 + 3 * (1536 + 2 * 128))),  # beside attention, in each layer
        ("Nemotron-H 8B", 24 * (128 * 64 * 128 + 3 * (128 * 64 + 2 * 8 * 128))),
        ("Nemotron 3 Nano 30B-A3B", 23 * (64 * 64 * 128 + 3 * (64 * 64 + 2 * 8 * 128))),
        ("LFM2 1.2B", 10 * 2 * 2048),  # a convolution over three tokens keeps two
        ("LFM2 8B-A1B", 18 * 2 * 2048),
        ("Kimi Linear 48B-A3B", 20 * (32 * 128 * 128 + 3 * 3 * 32 * 128)),
        ("Jamba 52B-A12B", 28 * (8192 * 16 + 3 * 8192)),
        ("MiniMax-M1 456B-A46B", 70 * 64 * 128 * 128),
    ],
)
def test_a_conversation_keeps_a_state_as_derived_by_hand(name, numbers):
    assert state_numbers(SHAPES[name]) == numbers
    assert state_bytes(SHAPES[name]) == 4 * numbers


@pytest.mark.parametrize(
    ("name", "layers", "each"),
    [
        ("Qwen3-Next 80B-A3B", {"full": 12, "sliding": 0}, 2 * 2 * 256),
        ("Granite 4.0 H Tiny 7B-A1B", {"full": 4, "sliding": 0}, 2 * 4 * 128),
        ("Falcon-H1 7B", {"full": 44, "sliding": 0}, 2 * 2 * 128),
        ("Nemotron Nano 9B v2", {"full": 4, "sliding": 0}, 2 * 8 * 128),
        ("LFM2 2.6B", {"full": 8, "sliding": 0}, 2 * 8 * 64),
        ("Kimi Linear 48B-A3B", {"full": 7, "sliding": 0}, 512 + 64),
        ("Llama 4 Scout 109B-A17B", {"full": 12, "sliding": 36}, 2 * 8 * 128),
        ("Gemma 3n E4B", {"full": 4, "sliding": 16}, 2 * 2 * 256),
        ("Gemma 4 E4B", {"full": 4, "sliding": 20}, 2 * 2 * 512),
        ("Gemma 4 31B", {"full": 10, "sliding": 50}, 2 * 4 * 512),
        ("EXAONE 4.0 32B", {"full": 16, "sliding": 48}, 2 * 8 * 128),
        ("Command A 111B", {"full": 16, "sliding": 48}, 2 * 8 * 128),
        ("Olmo 3 7B", {"full": 8, "sliding": 24}, 2 * 32 * 128),
        ("DeepSeek-V3.2 671B", {"full": 61, "sliding": 0}, 512 + 64 + 128),  # with the indexer's key
        ("GLM-4.5-Air 106B-A12B", {"full": 46, "sliding": 0}, 2 * 8 * 128),
        ("ERNIE 4.5 21B-A3B", {"full": 28, "sliding": 0}, 2 * 4 * 128),
    ],
)
def test_a_token_keeps_what_is_derived_by_hand(name, layers, each):
    """`each`: numbers of a token in a layer that looks back at everything."""
    assert {kind: count for kind, (count, _) in cached_tokens(SHAPES[name], 100).items()} == layers
    assert cache_numbers(SHAPES[name]) == each


def test_layers_of_a_gemma_4_with_a_window_have_other_heads():
    gemma = SHAPES["Gemma 4 31B"]
    assert cache_numbers(gemma, "sliding") == 2 * 16 * 256
    assert cache_bytes(gemma, 100_000) == 2 * (10 * 100_000 * 4096 + 50 * 1_024 * 8192)


@pytest.mark.parametrize(
    ("name", "context", "kv", "state"),
    [
        ("Qwen3.6 27B", 8192, 512.0, 149.62),  # HilbertraumAI/HilbertRaum issue 318: 598.5 for 4 slots
        ("Qwen3.6 27B", 32768, 2048.0, 448.88 / 3),  # issue 391: with two states more for drafts
        ("Qwen3.5 9B", 8192, 256.0, 50.25),  # issue 391: R 2.25 + S 48.00
        ("Qwen3.5 27B", 8192, 512.0, 299.25 / 2),  # ggml-org/llama.cpp pull request 23792: two slots
    ],
)
def test_llama_cpp_prints_the_same_buffers(name, context, kv, state):
    """MiB, keys and values in 16 bits."""
    assert bytes_kept(SHAPES[name], context) / MIB == pytest.approx(kv, rel=1e-4)
    assert state_bytes(SHAPES[name]) / MIB == pytest.approx(state, abs=0.01)


def test_latent_attention_of_a_kimi_takes_what_is_printed():
    """72.91 MiB for 2,048 tokens in Q8_0 (34 bytes for 32 numbers): ikawrakow/ik_llama.cpp pull request 616."""
    assert bytes_kept(SHAPES["Kimi K2 1T-A32B"], 2_048, 34 / 32) / MIB == pytest.approx(72.91, abs=0.01)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Qwen3.5 27B", "its vision tower is not counted; its layers for multi-token prediction are not counted"),
        ("Gemma 4 E4B", "its vision tower is not counted; its audio tower is not counted"),
        ("GLM-4.6 355B-A32B", "its layers for multi-token prediction are not counted"),
        ("MiniMax-M2.5 230B-A10B", "its layers for multi-token prediction are not counted"),
        ("Kimi K2 1T-A32B", ""),
        ("SmolLM3 3B", ""),
    ],
)
def test_what_is_not_counted_is_named(name, said):
    assert read(name).note == said
    assert said.split(";")[0] in SHAPES[name].note or "prediction (" in SHAPES[name].note


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_pasted_file_is_run(name):
    shape = as_run(json.dumps(PUBLISHED[name]["config"]))
    assert 0 < bytes_kept(shape, 1_000) <= bytes_kept(shape, 10_000)
    assert file_bytes(shape, "Q4_K_M") > 0


@pytest.mark.parametrize("name", [name for name in LISTED if SHAPES[name].linear_layers])
def test_the_state_does_not_grow_and_the_cache_does(name):
    shape = SHAPES[name]
    assert cache_bytes(shape, 2_000) == 2 * cache_bytes(shape, 1_000)
    assert attention_flop(shape, 2_000) < 2 * attention_flop(shape, 1_000) or not shape.linear_state
