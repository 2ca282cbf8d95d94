"""A language model from a GGUF file: its shape and its weights. Every setting is known, or the file is refused."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gguf import quants
from torch import Tensor

from lessons.models.bad_file import BadFile, checked
from lessons.models.gguf_header import Header, TensorPlace, read_header
from lessons.models.gguf_settings import is_count, kind_of, must_be_known, refused
from lessons.models.gguf_words import tokens_of
from lessons.models.llama import Shape
from lessons.text import sections

WORDS = sections("files")

NAMES = {  # of weights: in GGUF, in Hugging Face's Llama
    "token_embd": "embed_tokens", "output_norm": "norm", "output": "lm_head", "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj", "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
}  # fmt: skip
FACTORS = "rope_freqs.weight"  # what each pair's rotation is divided by, in files of Llama 3


def shape_of(path: Path, header: Header) -> Shape:
    """Raises BadFile where the network is none that `Llama` is, or a setting would make it another."""
    kind = kind_of(header)
    must_be_known(header.settings, kind)
    said = {name.removeprefix(f"{kind}."): value for name, value in header.settings.items()}
    try:
        layers, heads = said["block_count"], _alike(said, "attention.head_count")
        shape = Shape(
            len(tokens_of(header.settings)[0]),
            said["embedding_length"],
            layers,
            heads,
            _alike(said, "attention.head_count_kv", heads),
            _alike(said, "feed_forward_length"),
            said["context_length"],
            said.get("rope.freq_base", 10_000.0),
            said["attention.layer_norm_rms_epsilon"],
            "output.weight" not in header.tensors,
            _head_width(said),
            biases=kind == "qwen2" or "blk.0.attn_q.bias" in header.tensors,
            qk_norm=kind == "qwen3",
        )
    except KeyError as error:
        raise BadFile(WORDS("gguf: no setting", name=f"{kind}.{error.args[0]}")) from error
    shape = checked(shape)
    for name in ("rope.dimension_count", "attention.value_length"):
        if (width := said.get(name)) not in (None, shape.head_dim):
            raise BadFile(WORDS("gguf: head size", name=name, value=str(width)[:20], size=shape.head_dim))
    return replace(shape, rope_factors=_factors(path, header, said, shape.head_dim // 2))


def _alike(said: Mapping[str, Any], name: str, usual: int | None = None) -> Any:
    """A number that a file may list for each layer, where it is the same for all."""
    found = said[name] if usual is None else said.get(name, usual)
    if isinstance(found, list) and (not found or found.count(found[0]) != len(found)):
        raise BadFile(WORDS("gguf: differs by layer", name=name))
    return found[0] if isinstance(found, list) else found


def _head_width(said: Mapping[str, Any]) -> int:
    """Numbers of a head, as `Shape` has them: 0 where a file does not say."""
    width = said.get("attention.key_length", 0)
    if not is_count(width) or width > 2**16:
        raise BadFile(WORDS["impossible size"])
    return width


def _factors(path: Path, header: Header, said: Mapping[str, Any], pairs: int) -> tuple[float, ...]:
    """What the rotation of each pair is divided by: by a stretch of all positions, by a tensor of factors, or by
    both."""
    kind, factor = (
        said.get("rope.scaling.type", "linear"),
        said.get("rope.scaling.factor", said.get("rope.scale_linear", 0)),
    )
    if kind not in ("none", "linear"):
        raise refused(f"{header.settings['general.architecture']}.rope.scaling.type", kind)
    if not isinstance(factor, int | float) or not 0 <= factor < 2**20:
        raise refused(f"{header.settings['general.architecture']}.rope.scaling.factor", factor)
    stretch = factor if kind == "linear" and factor else 1  # llama.cpp takes 0 for "not at all"
    if FACTORS not in header.tensors:
        return () if stretch == 1 else (float(stretch),) * pairs
    if (place := header.tensors[FACTORS]).shape != (pairs,):
        raise BadFile(WORDS("other tensor shape", name=FACTORS, expected=(pairs,), found=place.shape))
    factors = _dequantized(np.memmap(path, np.uint8, "r"), FACTORS, place)
    if not ((factors > 0) & factors.isfinite()).all():
        raise BadFile(WORDS("gguf: factor", name=FACTORS))
    return tuple((factors * stretch).tolist())


def shapes_of(header: Header) -> dict[str, tuple[int, ...]]:
    """The shapes of a file's weights, by Llama's names. Raises BadFile where two of its names are one of those."""
    shapes = {}
    for name, place in _weights(header).items():
        if name_of(name) in shapes:
            raise BadFile(WORDS("gguf: tensor twice", name=their_name(name_of(name)), other=name[:60]))
        shapes[name_of(name)] = place.shape
    return shapes


def _weights(header: Header) -> dict[str, TensorPlace]:
    honoured = {FACTORS} if header.settings.get("general.architecture") == "llama" else set()  # in a shape
    return {name: place for name, place in header.tensors.items() if name not in honoured}


def name_of(gguf: str) -> str:
    """A weight's name in Hugging Face's Llama."""
    parts = gguf.split(".")
    if parts[0] == "blk" and len(parts) == 4:
        return f"layers.{parts[1]}.{NAMES.get(parts[2], parts[2])}.{parts[3]}"
    return ".".join([NAMES.get(parts[0], parts[0]), *parts[1:]])


def their_name(ours: str) -> str:
    """A weight's name in GGUF."""
    parts = ours.split(".")
    theirs = {name: short for short, name in NAMES.items()}
    if parts[0] == "layers" and len(parts) > 3:
        part = ".".join(parts[2:-1])
        return f"blk.{parts[1]}.{theirs.get(part, part)}.{parts[-1]}"
    return ".".join([theirs.get(parts[0], parts[0]), *parts[1:]])


def weights_of(path: Path, header: Header, shape: Shape) -> dict[str, Tensor]:
    """All weights as float32; rows of a llama's q and k brought back from llama.cpp's order to that of the paper."""
    data = np.memmap(path, np.uint8, "r")
    paired = is_paired(header.settings)
    weights = {}
    for name, place in _weights(header).items():
        weight = _dequantized(data, name, place)
        if paired and name.endswith(("attn_q.weight", "attn_k.weight", "attn_q.bias", "attn_k.bias")):
            weight = in_halves(weight, shape.heads if "attn_q" in name else shape.kv_heads)
        weights[name_of(name)] = weight
    return weights


def is_paired(settings: Mapping[str, Any]) -> bool:
    """Whether a file has the rows of queries and keys with the parts of a pair side by side: llama.cpp turns a llama's
    so."""
    return settings.get("general.architecture") == "llama"


def _dequantized(data: np.ndarray, name: str, place: TensorPlace) -> Tensor:
    try:
        with np.errstate(all="ignore"):  # of scales that are no number: `language_files` refuses their weights
            found = quants.dequantize(data[place.begin : place.end], place.kind)
    except NotImplementedError as error:
        raise BadFile(WORDS("gguf: quantization type", name=name[:60], kind=place.kind.name)) from error
    return torch.from_numpy(np.array(found, np.float32).reshape(place.shape))


def in_halves(weight: Tensor, heads: int) -> Tensor:
    """Rows of a projection [heads · d, n], or its bias, with pairs side by side → with a pair's parts half a head
    apart."""
    return weight.unflatten(0, (heads, -1, 2)).transpose(1, 2).flatten(0, 2)


def tensor_bytes(path: Path) -> dict[str, memoryview]:
    """The bytes of each tensor in a file, by Llama's names, without taking memory for them."""
    data = memoryview(np.memmap(path, np.uint8, "r"))
    return {name_of(name): data[place.begin : place.end] for name, place in read_header(path).tensors.items()}
