"""Small GGUF files, made of random models of `transformers` as llama.cpp's converter makes them of trained ones.

Sources: convert_hf_to_gguf.py and gguf-py of https://github.com/ggml-org/llama.cpp.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from torch import nn
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)
from transformers.convert_slow_tokenizer import bytes_to_unicode

KINDS = {
    "llama": (LlamaConfig, LlamaForCausalLM),
    "mistral": (MistralConfig, MistralForCausalLM),
    "qwen2": (Qwen2Config, Qwen2ForCausalLM),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM),
}
NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
    "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
}  # fmt: skip
TEXT = (
    "The ants' 1234 crumbs aren't theirs; they've carried 56.7 of them, naïvely.\n\n  HALF the way they went élan "
    "über 한국 "
)
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE = 1, 2, 3, 4, 6


def model(kind: str, **config: Any) -> nn.Module:
    """A random model with weights large enough that every part of it counts."""
    small = {
        "vocab_size": 320, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "intermediate_size": 96, "max_position_embeddings": 256, "tie_word_embeddings": True,
        "rms_norm_eps": 1e-5,
        "rope_parameters": {"rope_type": "default", "rope_theta": 20_000.0},
    }  # fmt: skip
    of, network = KINDS[kind]
    config = small | config
    if kind == "mistral":
        config = {"sliding_window": None, "head_dim": config["hidden_size"] // config["num_attention_heads"]} | config
    if kind == "qwen3":
        config = {"head_dim": config["hidden_size"] // config["num_attention_heads"]} | config
    torch.manual_seed(0)
    made = network(of(**config)).eval().requires_grad_(False)
    for name, weight in made.named_parameters():
        weight.copy_(torch.randn(weight.shape) * (0.25 if weight.dim() > 1 else 0.4) + ("norm" in name))
    return made


def their_name(name: str) -> str:
    """A weight's name in GGUF."""
    parts, end = name.removeprefix("model.layers.").rsplit(".", 1)
    if name.startswith("model.layers."):
        layer, part = parts.split(".", 1)
        return f"blk.{layer}.{NAMES[part]}.{end}"
    return f"{NAMES[parts]}.{end}"


def settings_of(network: nn.Module, kind: str) -> dict[str, Any]:
    """What the converter says of a network, by names without its kind."""
    config = network.config
    said = {
        "block_count": config.num_hidden_layers, "context_length": config.max_position_embeddings,
        "embedding_length": config.hidden_size, "feed_forward_length": config.intermediate_size,
        "attention.head_count": config.num_attention_heads, "attention.head_count_kv": config.num_key_value_heads,
        "rope.freq_base": float(config.rope_parameters["rope_theta"]),
        "attention.layer_norm_rms_epsilon": config.rms_norm_eps, "vocab_size": config.vocab_size,
    }  # fmt: skip
    width = getattr(config, "head_dim", None)
    if width and (kind != "llama" or width != config.hidden_size // config.num_attention_heads):
        said |= {"attention.key_length": width, "attention.value_length": width}
    if kind == "llama":
        said["rope.dimension_count"] = width or config.hidden_size // config.num_attention_heads
    return said


def tensors_of(network: nn.Module, kind: str) -> dict[str, np.ndarray]:
    """Weights by GGUF's names; the rows of a llama's queries and keys with the parts of a pair side by side."""
    config, found = network.config, {}
    for name, weight in network.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        weight = weight.numpy()
        if kind == "llama" and ("q_proj" in name or "k_proj" in name):
            heads = config.num_attention_heads if "q_proj" in name else config.num_key_value_heads
            halves = weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:])
            weight = halves.swapaxes(1, 2).reshape(weight.shape)
        found[their_name(name)] = np.ascontiguousarray(weight)
    return found


def written(
    path: Path,
    network: nn.Module,
    kind: str = "llama",
    words: Mapping[str, Any] | None = None,
    tensors: Mapping[str, np.ndarray | None] | None = None,
    blocks: str = "F32",
    big_endian: bool = False,
    **settings: Any,
) -> Path:
    """A file of a network. `words`: what is said of its vocabulary; `tensors`: other ones than its own, None for none;
    `blocks`: how matrices are kept. Further settings by their names with two underscores for a dot, those of the kind
    without it; None for one that is not said."""
    order = gguf.GGUFEndian.BIG if big_endian else gguf.GGUFEndian.LITTLE
    writer = gguf.GGUFWriter(path, kind, endianess=order)
    own = {f"{kind}.{name}": value for name, value in settings_of(network, kind).items()}
    words = plain(network.config.vocab_size) if words is None else words
    theirs = {f"tokenizer.ggml.{name}": value for name, value in words.items()}
    for name, value in (own | theirs | named(settings, kind)).items():
        if value is not None:
            writer.add_key_value(name, value, kind_of(value))
    for name, tensor in (tensors_of(network, kind) | (tensors or {})).items():
        if tensor is not None:
            of = gguf.GGMLQuantizationType[blocks if tensor.ndim > 1 else "F32"]
            writer.add_tensor(name, gguf.quants.quantize(tensor, of), raw_dtype=of)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def named(settings: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Settings with their whole names: those of a tokenizer, of a split and of the file as they are, others of the
    kind."""
    whole = {name.replace("__", "."): value for name, value in settings.items()}
    known = ("general.", "tokenizer.", "split.", "quantize.", "adapter.", "mradermacher.", "vendor.")
    return {name if name.startswith(known) else f"{kind}.{name}": value for name, value in whole.items()}


def kind_of(value: Any) -> gguf.GGUFValueType:
    return gguf.GGUFValueType.UINT32 if type(value) is int and value >= 0 else gguf.GGUFValueType.get_type(value)


def plain(tokens: int) -> dict[str, Any]:
    """A vocabulary of bytes, for files of which only the network counts."""
    pieces = [*bytes_to_unicode().values(), "th"]
    pieces += [f"[PAD{at}]" for at in range(len(pieces), tokens)]
    return {"model": "gpt2", "pre": "gpt-2", "tokens": pieces, "token_type": [NORMAL] * tokens, "merges": ["t h"]}


def byte_level(pre: str, pattern: str | None = None, **changed: Any) -> dict[str, Any]:
    """A vocabulary of byte-level BPE, trained on a line of text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=300, initial_alphabet=letters, show_progress=False)
    tokenizer.train_from_iterator([TEXT] * 3, trainer)
    place = tokenizer.get_vocab()
    merges = [" ".join(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
    pieces = sorted(place, key=place.get)
    # a word that is a token and that no merge makes: only `ignore_merges` finds it
    more = ["Ġcrumbs", "<|begin|>", "<|end_of_text|>", "<think>", "<|eot_id|>"]
    kinds = [NORMAL] * len(pieces) + [NORMAL, CONTROL, CONTROL, USER_DEFINED, CONTROL]
    pieces += more
    said = {
        "model": "gpt2", "pre": pre, "tokens": pieces, "token_type": kinds, "merges": merges,
        "bos_token_id": pieces.index("<|begin|>"), "eos_token_id": pieces.index("<|end_of_text|>"),
    }  # fmt: skip
    return said | changed


def sentencepiece(**changed: Any) -> dict[str, Any]:
    """A vocabulary as SentencePiece makes it: bytes, then pieces in the order in which they were merged, then
    letters."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator([TEXT] * 3, trainers.BpeTrainer(vocab_size=110, show_progress=False))
    found = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().get)
    made, letters = [piece for piece in found if len(piece) > 1], [piece for piece in found if len(piece) == 1]
    made += ["▁▁", "▁▁▁▁"]
    pieces = [
        "<unk>",
        "<s>",
        "</s>",
        *(f"<0x{byte:02X}>" for byte in range(256)),
        *made,
        *letters,
        "<|im_start|>",
        "<|im_end|>",
    ]
    kinds = [UNKNOWN, CONTROL, CONTROL, *[BYTE] * 256, *[NORMAL] * len(made + letters), USER_DEFINED, CONTROL]
    scores = [0.0] * 259 + [-float(at) for at in range(len(made + letters))] + [-1000.0] * 2
    said = {
        "model": "llama", "pre": "default", "tokens": pieces, "scores": scores, "token_type": kinds, "bos_token_id": 1,
        "eos_token_id": 2, "unknown_token_id": 0,
    }  # fmt: skip
    return said | changed
