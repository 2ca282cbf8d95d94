"""A language model from a folder as Hugging Face keeps them: config.json, safetensors and tokenizer.json. Nothing is unpickled."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer
from torch import Tensor

from lessons.models.bad_file import BadFile, checked
from lessons.models.llama import Shape
from lessons.models.vocabulary import Pieces


def shape_of(path: Path) -> Shape:
    config = _json(path / "config.json")
    if (kind := config.get("model_type")) != "llama":
        raise BadFile(f"it is a model of the kind {str(kind)[:40]!r}; this app reads Llama and its family")
    positions = config.get("rope_parameters") or {}
    if not isinstance(positions, dict):
        raise BadFile("its rope_parameters are no settings")
    if config.get("rope_scaling") or positions.get("rope_type", "default") != "default":
        raise BadFile("it stretches its positions (rope_scaling), which this app does not know")
    try:
        heads = config["num_attention_heads"]
        shape = checked(
            Shape(
                config["vocab_size"],
                config["hidden_size"],
                config["num_hidden_layers"],
                heads,
                config.get("num_key_value_heads", heads),
                config["intermediate_size"],
                config["max_position_embeddings"],
                config.get("rope_theta", positions.get("rope_theta", 10_000.0)),
                config.get("rms_norm_eps", 1e-6),
                bool(config.get("tie_word_embeddings", False)),
            )
        )
    except KeyError as error:
        raise BadFile(f"its config.json does not say {error.args[0]}") from error
    if (width := config.get("head_dim")) not in (None, shape.head_dim):
        raise BadFile(f"its head_dim is {str(width)[:20]}, where this app knows only {shape.head_dim}: width ÷ heads")
    return shape


def shapes_of(path: Path) -> dict[str, tuple[int, ...]]:
    shapes = {}
    for file in _safetensors(path):
        with _opened(file) as weights:
            for name in weights.keys():  # noqa: SIM118 (it is no dict)
                shapes[name.removeprefix("model.")] = tuple(weights.get_slice(name).get_shape())
    return shapes


def weights_of(path: Path) -> dict[str, Tensor]:
    weights = {}
    for file in _safetensors(path):
        with _opened(file) as found:
            weights |= {name.removeprefix("model."): found.get_tensor(name).float() for name in found.keys()}  # noqa: SIM118
    return weights


def vocabulary_of(path: Path) -> Pieces:
    try:
        tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    except Exception as error:  # the library raises its base class
        raise BadFile(f"{path.name} has no tokenizer.json that can be read") from error
    settings = _json(path / "tokenizer_config.json") if (path / "tokenizer_config.json").exists() else {}
    end = settings.get("eos_token")
    token = tokenizer.token_to_id(end["content"] if isinstance(end, dict) else end) if end else None
    return Pieces(tokenizer, [] if token is None else [token])


def _safetensors(path: Path) -> list[Path]:
    files = sorted(path.glob("*.safetensors"))
    if not files:
        raise BadFile(f"{path.name} holds no .safetensors file; this app reads no pickled weights (.bin, .pt)")
    return files


def _opened(file: Path) -> Any:
    try:
        return safe_open(file, "pt")
    except (SafetensorError, OSError) as error:
        raise BadFile(f"{file.name} is damaged, or no safetensors file ({str(error)[:80]})") from error


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8")) if path.stat().st_size < 2**22 else None
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile(f"{path.parent.name} has no {path.name} that can be read") from error
    if not isinstance(found, dict):
        raise BadFile(f"{path.name} in {path.parent.name} is not an object of settings")
    return found


def tensor_bytes(path: Path) -> dict[str, memoryview]:
    """The bytes of each tensor in a folder, by Llama's names, without taking memory for them."""
    found = {}
    for file in _safetensors(path):
        data = memoryview(np.memmap(file, np.uint8, "r"))
        length = int.from_bytes(data[:8], "little")
        for name, entry in json.loads(bytes(data[8 : 8 + length])).items():
            if name != "__metadata__":
                begin, end = entry["data_offsets"]
                found[name.removeprefix("model.")] = data[8 + length + begin : 8 + length + end]
    return found
