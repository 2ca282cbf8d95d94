"""A language model from a GGUF file: its shape, its weights and its vocabulary. Every setting is known, or the file is refused."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gguf import quants
from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from torch import Tensor

from lessons.models.bad_file import BadFile, checked
from lessons.models.gguf_header import Header, Place, read_header
from lessons.models.llama import Shape
from lessons.models.vocabulary import Pieces

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
SPECIAL = 3  # the type of tokens that mean something else than their letters


def shape_of(header: Header) -> Shape:
    settings = header.settings
    if (kind := settings.get("general.architecture")) != "llama":
        raise BadFile(f"it is a model of the kind {str(kind)[:40]!r}; this app reads Llama and its family")
    if settings.get("llama.rope.scaling.type", "none") != "none":
        raise BadFile("it stretches its positions (rope.scaling), which this app does not know")
    try:
        heads = settings["llama.attention.head_count"]
        _must_be_listed(settings["tokenizer.ggml.tokens"], settings.get("tokenizer.ggml.token_type", []))
        shape = checked(
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
        if (width := settings.get(f"llama.{name}")) not in (None, shape.head_dim):
            raise BadFile(f"its {name} is {str(width)[:20]}, where this app knows only {shape.head_dim}: width ÷ heads")
    return shape


def _must_be_listed(*found: Any) -> None:
    if not all(isinstance(each, list) for each in found):
        raise BadFile("its tokens are no list")


def name_of(gguf: str) -> str:
    """A weight's name in Hugging Face's Llama."""
    parts = gguf.split(".")
    if parts[0] == "blk" and len(parts) == 4:
        return f"layers.{parts[1]}.{NAMES.get(parts[2], parts[2])}.{parts[3]}"
    return ".".join([NAMES.get(parts[0], parts[0]), *parts[1:]])


def weights_of(path: Path, header: Header, shape: Shape) -> dict[str, Tensor]:
    """All tensors as float32; rows of q and k brought back from llama.cpp's order to that of the paper."""
    data = np.memmap(path, np.uint8, "r")
    weights = {}
    for name, place in header.tensors.items():
        weight = _dequantized(data, place)
        if name.endswith(("attn_q.weight", "attn_k.weight")):
            weight = in_halves(weight, shape.heads if "attn_q" in name else shape.kv_heads)
        weights[name_of(name)] = weight
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


def vocabulary_of(settings: Mapping[str, Any]) -> Pieces:
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


def tensor_bytes(path: Path) -> dict[str, memoryview]:
    """The bytes of each tensor in a file, by Llama's names, without taking memory for them."""
    data = memoryview(np.memmap(path, np.uint8, "r"))
    return {name_of(name): data[place.begin : place.end] for name, place in read_header(path).tensors.items()}
