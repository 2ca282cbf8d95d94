"""Headers of GGUF files as llama.cpp's converter writes them for published models, without their weights.

Made by the package `gguf` from rows of the table of shapes; names of tensors and settings are those of its
`constants.py`.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFValueType, GGUFWriter

from lessons.facts.architectures import Architecture, architectures

Shapes = dict[str, tuple[int, ...]]  # of tensors as torch has them
PUBLISHED = {  # by the row of the table: the architecture that files of it name, and what else their headers say
    "Llama 3.1 8B": ("llama", {}),
    "Mixtral 8x7B": ("llama", {}),
    "SmolLM2 1.7B": ("llama", {}),
    "Mistral Nemo 12B": ("llama", {"attention.key_length": 128, "attention.value_length": 128}),
    "Qwen2.5 7B": ("qwen2", {}),
    "Qwen3 0.6B": ("qwen3", {"attention.key_length": 128, "attention.value_length": 128}),
    "Qwen3 30B-A3B": ("qwen3moe", {"attention.key_length": 128, "attention.value_length": 128}),
    "Gemma 2 9B": ("gemma2", {"attention.sliding_window": 4096, "attention.key_length": 256}),
    "Gemma 3 12B": ("gemma3", {"attention.sliding_window": 1024, "attention.key_length": 256}),
    "Phi-3-mini 3.8B (4k)": ("phi3", {"attention.sliding_window": 2047}),
    "gpt-oss 20B": ("gpt-oss", {"attention.sliding_window": 128, "attention.key_length": 64}),
    "DeepSeek-V3 / R1 671B": (
        "deepseek2",
        {
            "attention.kv_lora_rank": 512, "attention.q_lora_rank": 1536, "attention.key_length": 576,
            "attention.value_length": 512, "attention.key_length_mla": 192, "attention.value_length_mla": 128,
            "rope.dimension_count": 64, "attention.head_count_kv": 1, "leading_dense_block_count": 3,
        },
    ),
    "SmolLM3 3B": ("smollm3", {}),
    "Olmo 3 7B": ("olmo2", {"attention.sliding_window": 4096, "attention.sliding_window_pattern": 4}),
    "LFM2 1.2B": ("lfm2", {"shortconv.l_cache": 3}),
    "Granite 4.0 H Tiny 7B-A1B": (
        "granitehybrid",
        {
            "ssm.conv_kernel": 4, "ssm.state_size": 128, "ssm.group_count": 1, "ssm.time_step_rank": 48,
            "ssm.inner_size": 3072,
        },
    ),
    "Qwen3.5 9B": (
        "qwen35",
        {
            "ssm.conv_kernel": 4, "ssm.state_size": 128, "ssm.group_count": 16, "ssm.time_step_rank": 32,
            "ssm.inner_size": 4096, "attention.key_length": 256, "attention.value_length": 256,
            "full_attention_interval": 4,
        },
    ),
    "Qwen3-Next 80B-A3B": (
        "qwen3next",
        {
            "ssm.conv_kernel": 4, "ssm.state_size": 128, "ssm.group_count": 16, "ssm.time_step_rank": 32,
            "ssm.inner_size": 4096, "attention.key_length": 256, "attention.value_length": 256,
        },
    ),
    "Ministral 3 8B": ("mistral3", {"attention.key_length": 128, "attention.value_length": 128}),
    "Qwen3.5 35B-A3B": (
        "qwen35moe",
        {
            "ssm.conv_kernel": 4, "ssm.state_size": 128, "ssm.group_count": 16, "ssm.time_step_rank": 32,
            "ssm.inner_size": 4096, "attention.key_length": 256, "attention.value_length": 256,
        },
    ),
    "GLM-4.5-Air 106B-A12B": ("glm4moe", {"attention.key_length": 128, "attention.value_length": 128}),
    "MiniMax-M2 230B-A10B": ("minimax-m2", {"attention.key_length": 128, "attention.value_length": 128}),
    "ERNIE 4.5 0.3B": ("ernie4_5", {"attention.key_length": 128}),
    "ERNIE 4.5 21B-A3B": ("ernie4_5-moe", {}),
    "Hunyuan 7B": ("hunyuan-dense", {"attention.key_length": 128}),
    "Seed-OSS 36B": ("seed_oss", {"attention.key_length": 128, "attention.value_length": 128}),
    "EXAONE 4.0 32B": ("exaone4", {"attention.sliding_window": 4096}),
    "Command R7B": ("cohere2", {"attention.sliding_window": 4096}),
    "StarCoder2 3B": ("starcoder2", {}),
    "OLMo 2 7B": ("olmo2", {}),
    "LFM2 8B-A1B": ("lfm2moe", {"shortconv.l_cache": 3}),
    "Falcon-H1 1.5B": (
        "falcon-h1",
        {
            "ssm.conv_kernel": 4, "ssm.state_size": 256, "ssm.group_count": 1, "ssm.time_step_rank": 48,
            "ssm.inner_size": 3072, "attention.key_length": 128,
        },
    ),
    "Nemotron Nano 9B v2": (
        "nemotron_h",
        {
            "ssm.conv_kernel": 4, "ssm.state_size": 128, "ssm.group_count": 8, "ssm.time_step_rank": 128,
            "ssm.inner_size": 10240, "attention.key_length": 128,
        },
    ),
}  # fmt: skip


def settings_of(name: str) -> dict[str, Any]:
    """What the header of a file of a published model says."""
    shape, (kind, more) = architectures()[name], PUBLISHED[name]
    heads = [shape.n_kv_heads if _attends(shape, at) else 0 for at in range(shape.layers)]
    said = {
        "block_count": shape.layers, "context_length": shape.context, "embedding_length": shape.d_model,
        "feed_forward_length": shape.d_ff or shape.d_ff_expert, "attention.head_count": shape.n_heads,
        "attention.head_count_kv": heads if 0 in heads else shape.n_kv_heads, "rope.freq_base": 10_000.0,
        "attention.layer_norm_rms_epsilon": 1e-6, "vocab_size": shape.vocab,
    }  # fmt: skip
    if shape.experts:
        said |= {"expert_count": shape.experts, "expert_used_count": shape.experts_active}
    about = {"general.architecture": kind, "general.name": name, "general.file_type": 1}
    words = {"tokenizer.ggml.model": "gpt2", "tokenizer.ggml.tokens": [f"word {at}" for at in range(300)]}
    return about | {f"{kind}.{key}": value for key, value in (said | more).items()} | words


def shapes_of(name: str) -> Shapes:
    """The tensors of a published model."""
    shape, (kind, more) = architectures()[name], PUBLISHED[name]
    d = shape.d_model
    found: Shapes = {"token_embd.weight": (shape.vocab, d), "output_norm.weight": (d,)}
    if not shape.tied_embeddings:
        found["output.weight"] = (shape.vocab, d)
    for at in range(shape.layers):
        found |= {f"blk.{at}.{key}": each for key, each in _in_layer(shape, kind, more, at)}
    return found


def _attends(shape: Architecture, at: int) -> bool:
    if not shape.linear_layers or shape.full_layers == shape.layers:
        return True
    every = shape.layers // shape.full_layers
    return at % every == every - 1 and at // every < shape.full_layers


def _in_layer(
    shape: Architecture, kind: str, more: Mapping[str, Any], at: int
) -> Iterator[tuple[str, tuple[int, ...]]]:
    d = shape.d_model
    yield "attn_norm.weight", (d,)
    if kind == "nemotron_h":
        yield from _block(shape, kind, more, at)
        return
    if kind == "falcon-h1":
        yield from _linear(shape, kind, more)
    yield from _attention(shape, kind) if _attends(shape, at) else _linear(shape, kind, more)
    if shape.experts and at >= (shape.first_dense_layers or 0):
        yield from _experts(shape, kind)
        return
    yield "ffn_down.weight", (d, shape.d_ff)
    if shape.fused_qkv:
        yield "ffn_up.weight", (2 * shape.d_ff, d)
        return
    yield "ffn_up.weight", (shape.d_ff, d)
    if shape.gated:
        yield "ffn_gate.weight", (shape.d_ff, d)


def _block(shape: Architecture, kind: str, more: Mapping[str, Any], at: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Of a model whose MLPs are layers of their own: first those that attend, then those with a state."""
    if at < shape.full_layers:
        yield from _attention(shape, kind)
    elif at < shape.full_layers + shape.linear_layers:
        yield from _linear(shape, kind, more)
    else:
        yield "ffn_down.weight", (shape.d_model, shape.d_ff)
        yield "ffn_up.weight", (shape.d_ff, shape.d_model)


def _attention(shape: Architecture, kind: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    d, inner, keys = shape.d_model, shape.n_heads * shape.head_dim, shape.n_kv_heads * shape.head_dim
    if shape.mla_kv_lora_rank:
        latent, turned, plain, value = 512, 64, 128, 128
        yield "attn_q_a.weight", (1536, d)
        yield "attn_q_b.weight", (shape.n_heads * (plain + turned), 1536)
        yield "attn_kv_a_mqa.weight", (latent + turned, d)
        yield "attn_k_b.weight", (shape.n_heads, latent, plain)
        yield "attn_v_b.weight", (shape.n_heads, value, latent)
        yield "attn_output.weight", (d, shape.n_heads * value)
        return
    yield "attn_output.weight", (d, inner)
    if shape.fused_qkv:
        yield "attn_qkv.weight", (inner + 2 * keys, d)
        return
    yield "attn_q.weight", ((2 if kind in ("qwen35", "qwen35moe", "qwen3next") else 1) * inner, d)  # with a gate
    yield "attn_k.weight", (keys, d)
    yield "attn_v.weight", (keys, d)
    if kind in ("qwen2", "gpt-oss"):
        yield "attn_q.bias", (inner,)


def _linear(shape: Architecture, kind: str, more: Mapping[str, Any]) -> Iterator[tuple[str, tuple[int, ...]]]:
    d = shape.d_model
    if kind.startswith("lfm2"):
        yield "shortconv.conv.weight", (d, 3)
        yield "shortconv.in_proj.weight", (3 * d, d)
        yield "shortconv.out_proj.weight", (d, d)
        return
    inner, heads = more["ssm.inner_size"], more["ssm.time_step_rank"]
    mixed = inner + 2 * more["ssm.group_count"] * more["ssm.state_size"]
    yield "ssm_conv1d.weight", (mixed, 4)
    yield "ssm_out.weight", (d, inner)
    yield "ssm_a", (heads,)
    if kind in ("granitehybrid", "nemotron_h", "falcon-h1"):
        yield "ssm_in.weight", (inner + mixed + heads, d)
        return
    yield "attn_qkv.weight", (mixed, d)
    yield "attn_gate.weight", (inner, d)
    for part in ("ssm_beta", "ssm_alpha") if kind.startswith("qwen35") else ():
        yield f"{part}.weight", (heads, d)
    if kind == "qwen3next":
        yield "ssm_ba.weight", (2 * heads, d)


def _experts(shape: Architecture, kind: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    d, one, beside = shape.d_model, shape.d_ff_expert, (shape.experts_shared or 0) * shape.d_ff_expert
    beside = shape.d_ff_shared or beside
    yield "ffn_gate_inp.weight", (shape.experts, d)
    yield "ffn_down_exps.weight", (shape.experts, d, one)
    yield "ffn_up_exps.weight", (shape.experts, one, d)
    yield "ffn_gate_exps.weight", (shape.experts, one, d)
    if kind == "gpt-oss":
        yield "ffn_down_exps.bias", (shape.experts, d)
    if beside:
        yield "ffn_down_shexp.weight", (d, beside)
        yield "ffn_up_shexp.weight", (beside, d)
        yield "ffn_gate_shexp.weight", (beside, d)
    if kind in ("qwen3next", "qwen35moe"):
        yield "ffn_gate_inp_shexp.weight", (d,)


def header(settings: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]], types: Mapping[str, str] = {}) -> bytes:
    """A header, up to where the weights begin. `types`: by the end of a tensor's name, else 16 bits, of vectors 32."""
    with tempfile.TemporaryDirectory() as folder:
        writer = GGUFWriter(Path(folder) / "model.gguf", settings["general.architecture"])
        for key, value in settings.items():
            if key != "general.architecture":
                writer.add_key_value(key, value, _kind_of(value), _kind_of(value[0]) if type(value) is list else None)
        for name, shape in shapes.items():
            kind = next((types[end] for end in types if name.endswith(end)), "F16" if len(shape) > 1 else "F32")
            _add(writer, name, shape, GGMLQuantizationType[kind])
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        writer.close()
        head = (Path(folder) / "model.gguf").read_bytes()
    return head + bytes(-len(head) % 32)


def _add(writer: GGUFWriter, name: str, shape: tuple[int, ...], kind: GGMLQuantizationType) -> None:
    block, length = GGML_QUANT_SIZES[kind]
    bytes_of_it = int(np.prod(shape, dtype=object)) // block * length
    writer.add_tensor_info(name, shape, np.dtype(np.float16), bytes_of_it, raw_dtype=kind)


def _kind_of(value: Any) -> GGUFValueType:
    return GGUFValueType.UINT32 if type(value) is int else GGUFValueType.get_type(value)


@lru_cache(maxsize=64)
def published(name: str) -> bytes:
    """The header of a published model in 16 bits."""
    return header(settings_of(name), shapes_of(name))


def sent(head: bytes, name: str = "model.gguf", size: int = 2**45) -> tuple[str, bytes]:
    """A header as the page sends it."""
    return json.dumps([name, size, len(head)]), head
