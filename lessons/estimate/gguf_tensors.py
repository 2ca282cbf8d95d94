"""The tensors in the header of a GGUF file: where each belongs, and how many bytes it takes.

Names of tensors are those of gguf-py 0.19.0 (`gguf/constants.py`, `TENSOR_NAMES`); files of Ollama have vision towers,
too, by the names of its convert/convert_gemma3.go at 02725d3d6.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from math import prod
from typing import NamedTuple

from lessons.estimate.transformer import CannotCompute
from lessons.models.gguf_header import TensorPlace
from lessons.text import sections

WORDS = sections("estimate")

IN_LAYER = re.compile(r"blk\.(\d{1,4})\.([a-z0-9_.]{1,40})\.(weight|bias|scale)|blk\.(\d{1,4})\.([a-z0-9_]{1,40})")
OUTSIDE = re.compile(r"([a-z0-9_]{1,40})(?:\.(?:weight|bias|scale))?")
OTHER = "other"
EMBEDDING, HEAD = ("token_embd", "position_embd", "per_layer_token_embd"), "output"
STATES = ("ssm_", "shortconv")  # how the names of linear layers' tensors begin
ATTENDS = ("attn_k", "attn_qkv", "attn_kv_a_mqa")
EXPERTS = "_exps"
SEES = ("v.", "mm.")  # how names begin of a vision tower's tensors, and of those that lead from it


class FileTensor(NamedTuple):
    """A tensor of a file. `layer`: from 0 on, None for what is in no layer; `kind`: its name there, as `attn_v`;
    `type`: of its blocks, as `Q6_K`."""

    layer: int | None
    kind: str
    type: str
    numbers: int  # in it
    bytes: int  # in the file
    shape: tuple[int, ...]  # as torch has it
    bias: bool  # whether it is added, not multiplied with

    @property
    def part(self) -> str:
        """The part it counts to, a field of FileWeights."""
        if self.kind in EMBEDDING:
            return "embedding"
        if self.layer is None and self.kind == HEAD:
            return "head"
        return "experts" if self.kind.endswith(EXPERTS) else "rest"

    @property
    def is_matrix(self) -> bool:
        """Whether shapes count it: no bias, and no gain of a norm."""
        return len(self.shape) > 1 and not self.bias


class SortedTensors(NamedTuple):
    """The tensors of a model, and what else is in its file."""

    counted: list[FileTensor]  # of the model itself
    drafting: int  # bytes of further layers, which draft tokens
    seeing: int  # bytes of a vision tower, and of what leads from it


def tensors_of(places: Mapping[str, TensorPlace], layers: int) -> SortedTensors:
    """Those of a model of so many layers, and what else is in its file. Raises CannotCompute."""
    seeing = sum(place.end - place.begin for name, place in places.items() if name.startswith(SEES))
    found = [_tensor(name, place) for name, place in places.items() if not name.startswith(SEES)]
    here = [each for each in found if each.layer is None or each.layer < layers]
    if missing := set(range(layers)) - {each.layer for each in here}:
        raise CannotCompute(WORDS("header: layer missing", layer=min(missing), layers=layers))
    return SortedTensors(here, sum(each.bytes for each in found) - sum(each.bytes for each in here), seeing)


def _tensor(name: str, place: TensorPlace) -> FileTensor:
    found = IN_LAYER.fullmatch(name)
    layer, kind = (found[1] or found[4], found[2] or found[5]) if found else (None, _outside(name))
    size = place.end - place.begin
    shape = place.shape[next((at for at, long in enumerate(place.shape) if long > 1), len(place.shape)) :]
    is_bias = name.endswith(".bias")
    return FileTensor(layer and int(layer), kind, place.kind.name, prod(place.shape), size, shape or (1,), is_bias)


def _outside(name: str) -> str:
    """What a tensor in no layer is called; OTHER where its name is none that llama.cpp gives."""
    found = OUTSIDE.fullmatch(name)
    return found[1] if found else OTHER


def sizes(tensors: Iterable[FileTensor]) -> Counter[str]:
    """Bytes by part, the fields of FileWeights."""
    found: Counter[str] = Counter()
    for each in tensors:
        found[each.part] += each.bytes
    return found


def by_layer(tensors: Iterable[FileTensor], layers: int) -> dict[str, list[int]]:
    """Bytes by type, for each of so many layers; what is in no layer comes first, but the head last."""
    found: dict[str, list[int]] = {}
    for each in tensors:
        at = each.layer + 1 if each.layer is not None else layers + 1 if each.kind == HEAD else 0
        found.setdefault(each.type, [0] * (layers + 2))[at] += each.bytes
    return dict(sorted(found.items(), key=lambda named: -sum(named[1])))


def by_kind(tensors: Iterable[FileTensor]) -> list[tuple[str, str, int, int]]:
    """Matrices by kind and type: how many there are, and their bytes; the largest first."""
    count, size = Counter(), Counter()
    for each in tensors:
        if each.is_matrix:
            count[each.kind, each.type] += 1
            size[each.kind, each.type] += each.bytes
    return [(*named, count[named], size[named]) for named, _ in size.most_common()]


def linear_layers(tensors: Iterable[FileTensor]) -> set[int]:
    """The layers that keep a state."""
    return {each.layer for each in tensors if each.layer is not None and each.kind.startswith(STATES)}


def attending_layers(tensors: Iterable[FileTensor]) -> set[int]:
    """The layers with keys and values, or what these are made of, where no state is kept."""
    linear = linear_layers(tensors)
    return {each.layer for each in tensors if each.layer is not None and each.kind in ATTENDS} - linear


def width(tensors: Iterable[FileTensor], kind: str, side: int = -1) -> int | None:
    """The one length that the matrices of a kind have at a side; None where there are none. Raises CannotCompute where
    they differ."""
    found = {each.shape[side] for each in tensors if each.kind == kind and each.is_matrix}
    if len(found) > 1:
        raise CannotCompute(WORDS("header: widths differ", kind=kind, widths=sorted(found)[:4]))
    return found.pop() if found else None
