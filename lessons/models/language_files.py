"""Language models from files: GGUF, or a folder as Hugging Face keeps them. Headers are checked before memory is taken, and
nothing is unpickled."""

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from gguf import quants
from safetensors import SafetensorError, safe_open
from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from torch import Tensor

from lessons.models.gguf_header import BadFile, Header, Place, read_header
from lessons.models.llama import Llama, Shape
from lessons.models.vocabulary import Pieces

MOST_BYTES = 4 * 2**30  # of weights as float32, unless MODELS_FOR_ANTS_MEMORY says otherwise
NAMES = {  # of weights: in GGUF, in Hugging Face's Llama
    "token_embd": "embed_tokens", "output_norm": "norm", "output": "lm_head", "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}  # fmt: skip
CUTS = {  # how a text is cut before pieces are found; llama.cpp's names (src/llama-vocab.cpp)
    "smollm": [
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ],
    "gpt-2": [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)],
}
LEFT_OUT = (
    "lm_head.weight",
    "rotary_emb.inv_freq",
)  # ends of names: a copy of the embedding, and what follows from theta
SPECIAL = 3  # the type of tokens that mean something else than their letters


class Read(NamedTuple):
    """A language model from a file."""

    net: Llama
    vocabulary: Pieces


def bytes_needed(path: Path) -> int:
    """Bytes that a model's weights take in memory, as float32. Raises BadFile where it cannot be read, or is not a Llama."""
    return _bytes(_open(path, None if path.is_dir() else read_header(path))[1])


def read(path: Path) -> Read:
    """The model in a GGUF file or in a folder. Raises BadFile where it is none this app can read, or too large for memory."""
    header = None if path.is_dir() else read_header(path)
    shape, shapes = _open(path, header)
    needs, most = _bytes(shapes), int(os.environ.get("MODELS_FOR_ANTS_MEMORY", MOST_BYTES))
    if needs > most:
        raise BadFile(
            f"its weights would take {needs / 2**30:.1f} GB of memory, and this app may take {most / 2**30:.1f} GB"
        )
    with torch.device("meta"):
        net = Llama(shape)
    wanted = {name: tuple(weight.shape) for name, weight in net.state_dict().items()}
    for name, expected in wanted.items():
        if shapes.get(name) != expected:
            raise BadFile(f"its {name} should have the shape {expected}, and has {shapes.get(name, 'none')}")
    if unknown := [name for name in shapes if name not in wanted and not name.endswith(LEFT_OUT)]:
        raise BadFile(
            f"it has weights that a plain Llama has not ({unknown[0][:60]}): without them it would compute another thing"
        )
    weights = _gguf_weights(path, header, shape) if header else _folder_weights(path)
    net.load_state_dict({name: weights[name] for name in wanted}, assign=True)
    vocabulary = _gguf_vocabulary(header.settings) if header else _folder_vocabulary(path)
    if vocabulary.size > shape.vocabulary:
        raise BadFile(f"it has {vocabulary.size:,} tokens, and rows for {shape.vocabulary:,}")
    return Read(net.requires_grad_(False).eval(), vocabulary)


def _open(path: Path, header: Header | None) -> tuple[Shape, dict[str, tuple[int, ...]]]:
    """What a model says of itself: how large it is, and the shapes of its tensors by Llama's names. `header`: of a GGUF file."""
    if header is None:
        return _folder_shape(path), _folder_shapes(path)
    return _gguf_shape(header), {_name(name): place.shape for name, place in header.tensors.items()}


def _bytes(shapes: Mapping[str, tuple[int, ...]]) -> int:
    return 4 * sum(map(math.prod, shapes.values()))


def _gguf_shape(header: Header) -> Shape:
    settings = header.settings
    if (kind := settings.get("general.architecture")) != "llama":
        raise BadFile(f"it is a model of the kind {str(kind)[:40]!r}; this app reads Llama and its family")
    if settings.get("llama.rope.scaling.type", "none") != "none":
        raise BadFile("it stretches its positions (rope.scaling), which this app does not know")
    try:
        heads = settings["llama.attention.head_count"]
        _must_be_listed(settings["tokenizer.ggml.tokens"], settings.get("tokenizer.ggml.token_type", []))
        shape = _checked(
            Shape(
                len(settings["tokenizer.ggml.tokens"]),
                settings["llama.embedding_length"],
                settings["llama.block_count"],
                heads,
                settings.get("llama.attention.head_count_kv", heads),
                settings["llama.feed_forward_length"],
                settings["llama.context_length"],
                settings.get("llama.rope.freq_base", 10_000.0),
                settings["llama.attention.layer_norm_rms_epsilon"],
                "output.weight" not in header.tensors,
            )
        )
    except KeyError as error:
        raise BadFile(f"it does not say {error.args[0]}") from error
    for name in ("rope.dimension_count", "attention.key_length", "attention.value_length"):
        _must_be_even(name, settings.get(f"llama.{name}"), shape)
    return shape


def _must_be_even(name: str, width: Any, shape: Shape) -> None:
    """Heads that are wider or narrower than their share of the width are another network."""
    if width not in (None, shape.width // shape.heads):
        raise BadFile(
            f"its {name} is {str(width)[:20]}, where this app knows only {shape.width // shape.heads}: width ÷ heads"
        )


def _must_be_listed(*found: Any) -> None:
    if not all(isinstance(each, list) for each in found):
        raise BadFile("its tokens are no list")


def _checked(shape: Shape) -> Shape:
    """A shape that can be, before memory is taken for it."""
    counts = (shape.vocabulary, shape.width, shape.layers, shape.heads, shape.kv_heads, shape.hidden, shape.context)
    if not all(type(count) is int and 0 < count < 2**24 for count in counts) or shape.layers > 500:
        raise BadFile("it claims a size that no model has")
    if shape.width % shape.heads or shape.heads % shape.kv_heads or shape.width // shape.heads % 2:
        raise BadFile(f"its {shape.width} numbers cannot be parted among {shape.heads} and {shape.kv_heads} heads")
    if not (
        isinstance(shape.theta, int | float) and shape.theta > 1 and isinstance(shape.eps, float) and 0 < shape.eps < 1
    ):
        raise BadFile("its positions or its norm have a constant that cannot be")
    return shape


def _name(gguf: str) -> str:
    """A weight's name in Hugging Face's Llama."""
    parts = gguf.split(".")
    if parts[0] == "blk" and len(parts) == 4:
        return f"layers.{parts[1]}.{NAMES.get(parts[2], parts[2])}.{parts[3]}"
    return ".".join([NAMES.get(parts[0], parts[0]), *parts[1:]])


def _gguf_weights(path: Path, header: Header, shape: Shape) -> dict[str, Tensor]:
    """All tensors as float32; rows of q and k brought back from llama.cpp's order to that of the paper."""
    data = np.memmap(path, np.uint8, "r")
    weights = {}
    for name, place in header.tensors.items():
        weight = _dequantized(data, place)
        if name.endswith(("attn_q.weight", "attn_k.weight")):
            weight = in_halves(weight, shape.heads if "attn_q" in name else shape.kv_heads)
        weights[_name(name)] = weight
    return weights


def _dequantized(data: np.ndarray, place: Place) -> Tensor:
    try:
        found = quants.dequantize(data[place.begin : place.end], place.kind)
    except NotImplementedError as error:
        raise BadFile(f"its weights are stored as {place.kind.name}, which this app cannot read") from error
    return torch.from_numpy(np.array(found, np.float32).reshape(place.shape))


def in_halves(weight: Tensor, heads: int) -> Tensor:
    """Rows of a projection [heads · d, n] with pairs side by side → with a pair's parts half a head apart."""
    return weight.unflatten(0, (heads, -1, 2)).transpose(1, 2).flatten(0, 2)


def _gguf_vocabulary(settings: Mapping[str, Any]) -> Pieces:
    if settings.get("tokenizer.ggml.model") != "gpt2" or settings.get("tokenizer.ggml.pre") not in CUTS:
        cut = f"{settings.get('tokenizer.ggml.model')}, {settings.get('tokenizer.ggml.pre')}"[:60]
        raise BadFile(f"its tokenizer ({cut}) is none this app knows; a folder with a tokenizer.json would do")
    pieces, kinds = settings["tokenizer.ggml.tokens"], settings.get("tokenizer.ggml.token_type", [])
    try:
        merges = [tuple(merge.split(" ", 1)) for merge in settings["tokenizer.ggml.merges"]]
        tokenizer = Tokenizer(BPE({piece: at for at, piece in enumerate(pieces)}, merges))
    except Exception as error:  # the library raises its base class for merges of pieces that are not there
        raise BadFile(f"its tokenizer does not fit together: {str(error)[:100]}") from error
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(CUTS[settings["tokenizer.ggml.pre"]])
    tokenizer.decoder = decoders.ByteLevel()
    special = [piece for piece, kind in zip(pieces, kinds, strict=False) if kind == SPECIAL]
    tokenizer.add_special_tokens([AddedToken(piece, special=True, normalized=False) for piece in special])
    ends = [settings[name] for name in ("tokenizer.ggml.eos_token_id",) if name in settings]
    return Pieces(tokenizer, ends)


def _folder_shape(path: Path) -> Shape:
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
        shape = _checked(
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
    _must_be_even("head_dim", config.get("head_dim"), shape)
    return shape


def _folder_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    shapes = {}
    for file in _safetensors(path):
        with _opened(file) as weights:
            for name in weights.keys():  # noqa: SIM118 (it is no dict)
                shapes[name.removeprefix("model.")] = tuple(weights.get_slice(name).get_shape())
    return shapes


def _folder_weights(path: Path) -> dict[str, Tensor]:
    weights = {}
    for file in _safetensors(path):
        with _opened(file) as found:
            weights |= {name.removeprefix("model."): found.get_tensor(name).float() for name in found.keys()}  # noqa: SIM118
    return weights


def _folder_vocabulary(path: Path) -> Pieces:
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
    """The bytes of each tensor in a file, by Llama's names, without taking memory for them."""
    if path.is_file():
        data = memoryview(np.memmap(path, np.uint8, "r"))
        return {_name(name): data[place.begin : place.end] for name, place in read_header(path).tensors.items()}
    found = {}
    for file in _safetensors(path):
        data = memoryview(np.memmap(file, np.uint8, "r"))
        length = int.from_bytes(data[:8], "little")
        for name, entry in json.loads(bytes(data[8 : 8 + length])).items():
            if name != "__metadata__":
                begin, end = entry["data_offsets"]
                found[name.removeprefix("model.")] = data[8 + length + begin : 8 + length + end]
    return found
