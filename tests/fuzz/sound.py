"""Sound files of every kind that this app reads, small, from which spoilt ones are made."""

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import gguf as gguf_package
import torch
from safetensors.torch import save
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from lessons import reader_record, talk
from lessons.experiment import Quantize, shipped
from lessons.models.adapter_file import CONFIG, Adapter, write
from lessons.models.gguf_model import their_name
from lessons.models.llama import Llama, Shape
from lessons.shrink.pack import pack
from lessons.shrink.sparse_index import FORMATS
from tests.unit.test_pack import model
from tests.unit.test_sparse import sparse

LAYER = "layers.0.self_attn.q_proj"
EXPERIMENTS = [
    {"seed": 0, "epochs": 12},
    {"checkpoint": "fashion-cnn", "recipe": [{"quantize": {"bits": 4}}, {"quantize_activations": {"bits": 8}}]},
    {"file": "shakespeare", "recipe": [{"quantize_weights": {"bits": 4, "grain": "group"}}, {"prune_weights": {}}]},
    {"file": "shakespeare", "recipe": [{"adapt": {"to": "bible", "rank": 8}}]},
    {
        "task": "fashion",
        "model": "cnn",
        "labelled": 100,
        "withheld": 2,
        "stopped_at": None,
        "taught": {"by": [{"checkpoint": "fashion-large"}], "alpha": 0.5},
        "recipe": [{"prune": {"sparsity": 50}}, {"fine_tune": {"epochs": 2, "start": "rewound", "at": 10}}],
    },
    {"corpus": "names", "steps": 100, "tutored": {"by": "shakespeare"}},
]


@lru_cache(maxsize=1)
def packed() -> list[bytes]:
    """Packed models: each encoding, and each format of sparse tensors."""
    kept = torch.arange(48).reshape(6, 8) % 2 == 0
    dense = [
        model(bits, grain, "affine") for bits, grain in ((1, "channel"), (3, "group"), (8, "tensor"), (4, "group"))
    ]
    thin = [pack({"w": sparse(kept, inner)}, way) for way in FORMATS for inner in ("float32", "affine")]
    return [*map(pack, dense), *thin]


@lru_cache(maxsize=1)
def adapters() -> list[dict[str, bytes]]:
    """The two files of adapters, with every setting that is read."""
    pair = {f"{LAYER}.down": torch.ones(2, 4), f"{LAYER}.up": torch.ones(4, 2)}
    plain = write(Adapter("lora", 2, 4.0, ("q_proj",), pair), "here")
    dora = write(Adapter("dora", 2, 4.0, ("q_proj",), pair | {f"{LAYER}.length": torch.ones(4)}), "here")
    more = {"layers_to_transform": [0], "layers_pattern": ["layers"], "rank_pattern": {"q_proj": 2}}
    more |= {"alpha_pattern": {"q_.*": 3}, "exclude_modules": ["x"], "target_modules": ".*q_proj"}
    return [plain, dora, plain | {CONFIG: json.dumps(json.loads(plain[CONFIG]) | more).encode()}]


@lru_cache(maxsize=1)
def record() -> dict[str, Any]:
    """A record with an entry of each kind."""
    numbers = {"quality": 88.0, "size": 1000, "energy": 1e-6}
    answer = {"outcome": "right", "given": "15", "asked": "4", "tries": 1, "solved": True}
    ant = {"experiment": (shipped() | Quantize(4)).to_json(), "now": numbers, "before": numbers, "answers": "a" * 64}
    values = {
        "exercise/quantization/levels": answer, "prediction/quantization": {"guess": "3", "outcome": "right"},
        "spent/x": {"joules": 3.5}, "ant/images/quantization": ant,
    }  # fmt: skip
    entries = {name: {"value": value, "at": at} for at, (name, value) in enumerate(values.items(), 1)}
    return json.loads(reader_record.written({"entries": entries, "cleared": 0}, "2026-01-01"))


def signed(raw: Any) -> bytes:
    """A record that says of itself that it was not changed, if that can be said."""
    with suppress(UnicodeEncodeError, AttributeError):
        raw = raw | {"sha256": reader_record.digest({name: each for name, each in raw.items() if name != "sha256"})}
    return json.dumps(raw).encode()


@lru_cache(maxsize=1)
def script() -> bytes:
    """The begin of a talk that ships."""
    return b"\n".join(talk.shipped_file("37c3").split(b"\n")[:60])


def network(kind: str, words: int, width: int = 8) -> Llama:
    """A tiny network of random weights."""
    torch.manual_seed(0)
    return Llama(Shape(words, width, 1, 2, 1, width, 64, biases=kind == "qwen2", qk_norm=kind == "qwen3"))


def _letters() -> list[str]:
    return sorted(pre_tokenizers.ByteLevel.alphabet())


def _bytewise() -> dict[str, Any]:
    return {"model": "gpt2", "pre": "gpt-2", "tokens": [*_letters(), "th"], "merges": ["t h"], "eos_token_id": 0}


def _sentencepiece() -> dict[str, Any]:
    pieces = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", "a", "n", "▁a"]
    kinds, scores = [2, 3, 3, *[6] * 256, *[1] * 4], [0.0] * 260 + [-1.0, -2.0, -3.0]
    return {"model": "llama", "tokens": pieces, "token_type": kinds, "scores": scores}


@lru_cache(maxsize=1)
def gguf(folder: Path) -> list[bytes]:
    """GGUF files of each kind of network and tokenizer."""
    made = (("llama", _bytewise()), ("qwen2", _bytewise()), ("qwen3", _bytewise()), ("llama", _sentencepiece()))
    return [_gguf(folder / f"{at}.gguf", *each) for at, each in enumerate(made)]


def _gguf(path: Path, kind: str, words: Mapping[str, Any]) -> bytes:
    net = network(kind, len(words["tokens"]))
    said = {
        "block_count": 1, "context_length": 64, "embedding_length": 8, "feed_forward_length": 8,
        "attention.head_count": 2, "attention.head_count_kv": 1, "attention.key_length": 4,
        "rope.freq_base": 10_000.0, "rope.scaling.type": "linear", "rope.scaling.factor": 2.0,
        "attention.layer_norm_rms_epsilon": 1e-5,
    }  # fmt: skip
    writer = gguf_package.GGUFWriter(path, kind)
    whole = {f"{kind}.{name}": each for name, each in said.items()}
    for name, value in (whole | {f"tokenizer.ggml.{name}": each for name, each in words.items()}).items():
        writer.add_key_value(name, value, _kind_of(value))
    for name, tensor in net.state_dict().items():
        writer.add_tensor(their_name(name), tensor.numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


def _kind_of(value: Any) -> gguf_package.GGUFValueType:
    return gguf_package.GGUFValueType.UINT32 if type(value) is int else gguf_package.GGUFValueType.get_type(value)


@lru_cache(maxsize=1)
def folders() -> list[dict[str, bytes]]:
    """The files of models as Hugging Face keeps them: whole, and in parts with an index."""
    weights = {name: each.contiguous() for name, each in network("llama", 257).state_dict().items()}
    named = {f"model.{name}": each for name, each in weights.items()}
    tokenizer = Tokenizer(models.BPE({letter: at for at, letter in enumerate([*_letters(), "th"])}, [("t", "h")]))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(), decoders.ByteLevel()
    config = {
        "model_type": "llama", "vocab_size": 257, "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1,
        "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 64, "tie_word_embeddings": True,
        "rms_norm_eps": 1e-5, "rope_parameters": {"rope_type": "linear", "factor": 2.0, "rope_theta": 10_000.0},
    }  # fmt: skip
    settings = {"config.json": config, "tokenizer_config.json": {"eos_token": "a", "extra_special_tokens": ["b"]}}
    beside = {name: json.dumps(each).encode() for name, each in settings.items()}
    beside["tokenizer.json"] = tokenizer.to_str().encode()
    first = {name: each for name, each in named.items() if "embed" in name}
    parts = {"a.safetensors": first, "b.safetensors": {n: t for n, t in named.items() if n not in first}}
    index = {"weight_map": {name: file for file, held in parts.items() for name in held}}
    return [
        beside | {"model.safetensors": save(named)},
        beside
        | {file: save(held) for file, held in parts.items()}
        | {"model.safetensors.index.json": json.dumps(index).encode()},
    ]
