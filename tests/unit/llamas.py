"""Small Llamas of random weights: as networks, as files of the field's own writers, and as transformers has them."""

import json
from pathlib import Path

import gguf
import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from tokenizers.models import BPE
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.convert_slow_tokenizer import bytes_to_unicode

from lessons.models.gguf_model import NAMES
from lessons.models.llama import Llama, Shape

SHAPE = Shape(260, 64, 2, 4, 2, 96, 128, theta=50_000.0)
BACK = {ours: theirs for theirs, ours in NAMES.items()}


def random_net() -> Llama:
    torch.manual_seed(0)
    net = Llama(SHAPE).eval().requires_grad_(False)
    for weight in net.parameters():
        weight.copy_(torch.randn(weight.shape))
    return net


def written(net: Llama, path: Path, kind="F32", **changed) -> Path:
    """A Llama as a GGUF file, made by the field's own writer."""
    shape = net.shape
    letters = [*bytes_to_unicode().values()]
    writer = gguf.GGUFWriter(path, "llama")
    if "alignment" in changed:
        writer.add_custom_alignment(changed["alignment"])
    if "scaling" in changed:
        writer.add_rope_scaling_type(changed["scaling"])
    if "turned" in changed:
        writer.add_rope_dimension_count(changed["turned"])
    if "more" in changed:
        writer.add_tensor(changed["more"], np.ones(16, np.float32))
    writer.add_context_length(changed.get("context", shape.context))
    writer.add_embedding_length(changed.get("width", shape.width))
    writer.add_block_count(changed.get("layers", shape.layers))
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(changed.get("heads", shape.heads))
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_freq_base(shape.theta)
    writer.add_layer_norm_rms_eps(shape.eps)
    writer.add_tokenizer_model(changed.get("tokenizer", "gpt2"))
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list([*letters, "ab", "<|im_start|>", "<|im_end|>", "Ġa"])
    writer.add_token_types([1] * 257 + [3, 3, 1])
    writer.add_token_merges(changed.get("merges", ["a b", "Ġ a"]))
    writer.add_eos_token_id(258)
    for name, weight in net.state_dict().items():
        parts = name.split(".")
        theirs = f"blk.{parts[1]}.{BACK['.'.join(parts[2:-1])]}" if parts[0] == "layers" else BACK[parts[0]]
        if "q_proj" in name or "k_proj" in name:
            heads = shape.heads if "q_proj" in name else shape.kv_heads
            weight = weight.unflatten(0, (heads, 2, -1)).transpose(1, 2).flatten(0, 2)  # as llama.cpp converts them
        of = gguf.GGMLQuantizationType[kind if weight.dim() > 1 else "F32"]
        data = gguf.quants.quantize(weight.contiguous().numpy(), of)
        writer.add_tensor(f"{theirs}.{parts[-1]}", data, raw_dtype=of)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def folder(net: Llama, path: Path, **changed) -> Path:
    shape = net.shape
    config = {
        "model_type": "llama", "vocab_size": shape.vocabulary, "hidden_size": shape.width,
        "num_hidden_layers": shape.layers, "num_attention_heads": shape.heads, "num_key_value_heads": shape.kv_heads,
        "intermediate_size": shape.hidden, "max_position_embeddings": shape.context, "rope_theta": shape.theta,
        "rms_norm_eps": shape.eps, "tie_word_embeddings": True,
    }  # fmt: skip
    (path / "config.json").write_text(json.dumps(config | changed))
    save_file({f"model.{n}": w.contiguous() for n, w in net.state_dict().items()}, path / "model.safetensors")
    letters = {letter: at for at, letter in enumerate([*bytes_to_unicode().values()])}
    tokenizer = Tokenizer(BPE(letters, []))
    tokenizer.add_special_tokens(["<|im_start|>", "<|other|>", "<|im_end|>"])
    tokenizer.save(str(path / "tokenizer.json"))
    (path / "tokenizer_config.json").write_text(json.dumps({"eos_token": {"content": "<|im_end|>"}}))
    return path


def transformers_llama(net: Llama) -> LlamaForCausalLM:
    shape = net.shape
    config = LlamaConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        intermediate_size=shape.hidden,
        max_position_embeddings=shape.context,
        rope_theta=shape.theta,
        rms_norm_eps=shape.eps,
        tie_word_embeddings=shape.tied,
    )
    other = LlamaForCausalLM(config).eval().requires_grad_(False)
    weights = {(name if "lm_head" in name else f"model.{name}"): weight for name, weight in net.state_dict().items()}
    missing, unexpected = other.load_state_dict(weights, strict=False)
    assert not unexpected
    assert set(missing) <= ({"lm_head.weight"} if shape.tied else set())
    return other
