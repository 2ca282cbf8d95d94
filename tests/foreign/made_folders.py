"""Tiny language models in folders as transformers' `save_pretrained` writes them, and ways to spoil them."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE
from transformers import AutoModelForCausalLM, PreTrainedModel
from transformers.convert_slow_tokenizer import bytes_to_unicode
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

SMALL = {
    "vocab_size": 280, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 64,
}  # fmt: skip
KINDS = {"mistral": {"sliding_window": None}, "qwen3": {"head_dim": 8}}  # what is small, or off, in these
LEFT_OUT = object()  # a setting that is taken away
ADDED = [{"content": "<|im_start|>", "id": 256}, {"content": "<|im_end|>", "id": 257}]


def folder(path: Path, kind: str = "llama", stored: str = "float32", shards: str = "1GB", **said: Any) -> Path:
    """A model of random weights in a folder. `said`: settings of its config.json."""
    made = {name: value for name, value in (SMALL | KINDS.get(kind, {}) | said).items() if value is not LEFT_OUT}
    torch.manual_seed(0)
    net = AutoModelForCausalLM.from_config(CONFIG_MAPPING[kind](**made), dtype=torch.float32)
    with torch.no_grad():
        for name, weight in net.named_parameters():
            weight.copy_(torch.randn(weight.shape) * 0.2 + ("norm" in name))
    net.to(getattr(torch, stored)).save_pretrained(path, max_shard_size=shards)
    tokens(path)
    return path


def tokens(path: Path, **changed: Any) -> None:
    """A byte-level tokenizer of 262 tokens. `changed`: entries of tokenizer.json; `config`: of
    tokenizer_config.json."""
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|im_end|>"} | changed.pop("config", {})
    pieces = {letter: at for at, letter in enumerate(bytes_to_unicode().values())}
    pieces |= {"<|im_start|>": 256, "<|im_end|>": 257, "he": 258, "ll": 259, "Ġa": 260, "user": 261}
    merges = [("h", "e"), ("l", "l"), ("Ġ", "a")]
    tokenizer = Tokenizer(BPE(pieces, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    raw = json.loads(tokenizer.to_str())
    raw["added_tokens"] = [added(**each) for each in ADDED]
    (path / "tokenizer.json").write_text(json.dumps(raw | changed))
    (path / "tokenizer_config.json").write_text(json.dumps(config))


def sentence_pieces(path: Path) -> None:
    """A tokenizer as Llama 2's: pieces of SentencePiece, bytes for what it has no piece for, and a token that begins a
    text."""
    pieces = ["▁", "h", "e", "l", "o", "a", "u", "s", "r", "he", "ll", "▁a", "us", "er", "user", "▁he"]
    vocab = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *pieces]
    merges = [("h", "e"), ("l", "l"), ("▁", "a"), ("e", "r"), ("u", "s"), ("us", "er"), ("▁", "he")]
    numbers = {piece: at for at, piece in enumerate(vocab)}
    tokenizer = Tokenizer(BPE(numbers, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer.save(str(path / "tokenizer.json"))
    said = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    (path / "tokenizer_config.json").write_text(json.dumps(said))


def added(content: str, id: int, **flags: bool) -> dict[str, Any]:
    """A token as tokenizer.json lists it."""
    usual = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {"id": id, "content": content} | usual | flags


def settings(path: Path, name: str = "config.json", **changed: Any) -> None:
    """Other settings in a JSON file of a folder."""
    file = path / name
    said = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps({name: value for name, value in (said | changed).items() if value is not LEFT_OUT}))


def weights(path: Path, change: Any, name: str = "model.safetensors") -> None:
    """Other tensors in the file of a folder: `change` is given all by name, and changes them or gives others."""
    found = load_file(path / name)
    changed = change(found)
    found = changed if isinstance(changed, dict) else found
    save_file({each: tensor.contiguous() for each, tensor in found.items()}, path / name, {"format": "pt"})


def theirs(path: Path) -> PreTrainedModel:
    """The model in a folder as transformers reads it."""
    return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32).eval()
