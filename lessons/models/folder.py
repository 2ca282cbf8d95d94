"""A language model from a folder as Hugging Face keeps them: config.json, safetensors and tokenizer.json. Nothing is
unpickled."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from lessons.models.bad_file import BadFile
from lessons.models.folder_files import CONFIG, INDEX, settings, weight_files, weight_map
from lessons.models.folder_settings import shape_of
from lessons.models.llama import Shape, speeds
from lessons.text import sections

WORDS = sections("files")

NUMBERS = ("F64", "F32", "F16", "BF16")  # what weights can be stored as
EMBEDDING, HEAD = "embed_tokens.weight", "lm_head.weight"  # two matrices, or one that reads tokens and writes them
SPEEDS = re.compile(
    r"(layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq"
)  # what follows from theta; older versions stored it
AT_ONCE = 2**24  # bytes that are compared


class SafetensorsTensor(NamedTuple):
    """A tensor in a file: its name there, how its numbers are stored, its shape and its bytes, which take no memory
    yet."""

    file: Path
    name: str
    kind: str
    shape: tuple[int, ...]
    data: memoryview


class Folder(NamedTuple):
    """What a folder says of its model: how large it is, and where its tensors are, by Llama's names."""

    shape: Shape
    tensors: dict[str, SafetensorsTensor]


def opened(path: Path) -> Folder:
    """What is in a folder. Raises BadFile where its parts do not fit together, before memory is taken for them."""
    weight_files(path)  # what has no weights says first what it is instead
    shape = shape_of(settings(path, CONFIG))
    tensors = _tensors(path)
    for name in [name for name in tensors if SPEEDS.fullmatch(name)]:
        _must_follow_from_theta(tensors.pop(name), shape)
    for name, stored in tensors.items():
        if stored.kind not in NUMBERS:
            raise BadFile(
                WORDS("folder: number type", name=name[:60], kind=stored.kind[:20], supported=", ".join(NUMBERS))
            )
    return Folder(*_with_head(shape, tensors))


def weights_of(tensors: dict[str, SafetensorsTensor]) -> dict[str, Tensor]:
    """All tensors as float32."""
    weights = {}
    for file in {stored.file for stored in tensors.values()}:
        with _opened(file) as found:
            weights |= {
                name: found.get_tensor(stored.name).float() for name, stored in tensors.items() if stored.file == file
            }
    return weights


def tensor_bytes(path: Path) -> dict[str, memoryview]:
    """The bytes of each tensor in a folder, by Llama's names, without taking memory for them."""
    return {name: stored.data for name, stored in opened(path).tensors.items()}


def _tensors(path: Path) -> dict[str, SafetensorsTensor]:
    """Where each tensor is, by Llama's names. Raises BadFile for one that is there twice."""
    files = {file.name: _in_file(file) for file in weight_files(path)}
    _must_be_indexed(weight_map(path), files)
    found: dict[str, SafetensorsTensor] = {}
    for file, tensors in files.items():
        for name, stored in tensors.items():
            if not _same(one := found.setdefault(name, stored), stored):
                raise BadFile(WORDS("folder: two values", name=name[:60], file=one.file.name[:60], other=file[:60]))
    called = {name.removeprefix("model."): stored for name, stored in found.items()}
    if len(called) < len(found):
        twice = next(name for name in found if f"model.{name}" in found)
        raise BadFile(WORDS("folder: two names", name=twice[:60]))
    return called


def _must_be_indexed(places: Mapping[str, str], files: Mapping[str, Mapping[str, SafetensorsTensor]]) -> None:
    """Raises BadFile where an index leaves out a tensor that is there, or names one that is not."""
    for name, file in places.items():
        if name not in files[file]:
            raise BadFile(WORDS("folder: not where indexed", name=name[:60], file=file[:60], index=INDEX))
    there = (name for tensors in files.values() for name in tensors)
    if places and (unlisted := next((name for name in there if name not in places), None)):
        raise BadFile(WORDS("folder: not indexed", name=unlisted[:60], index=INDEX))


def _in_file(file: Path) -> dict[str, SafetensorsTensor]:
    """The tensors of a safetensors file, by the names they have there."""
    with _opened(file):  # the library checks the header
        data = memoryview(np.memmap(file, np.uint8, "r"))
    length = int.from_bytes(data[:8], "little")
    header = json.loads(bytes(data[8 : 8 + length]))
    header.pop("__metadata__", None)
    bounds = {name: [8 + length + at for at in entry["data_offsets"]] for name, entry in header.items()}
    return {
        name: SafetensorsTensor(file, name, entry["dtype"], tuple(entry["shape"]), data[slice(*bounds[name])])
        for name, entry in header.items()
    }


def _opened(file: Path) -> Any:
    try:
        return safe_open(file, "pt")
    except (SafetensorError, OSError) as error:
        raise BadFile(WORDS("folder: damaged", file=file.name, why=str(error)[:80])) from error


def _same(one: SafetensorsTensor, other: SafetensorsTensor) -> bool:
    """Whether two tensors are stored with the same bytes."""
    if one[2:4] != other[2:4]:
        return False
    steps = range(0, len(one.data), AT_ONCE)
    return one is other or all(
        bytes(one.data[at : at + AT_ONCE]) == bytes(other.data[at : at + AT_ONCE]) for at in steps
    )


def _must_follow_from_theta(stored: SafetensorsTensor, shape: Shape) -> None:
    """Raises BadFile where a file stores other rotary positions than its settings give, stretched or before; rounded to
    16 bits they still are."""
    told = next(iter(weights_of({"told": stored}).values()))
    given = (speeds(shape), speeds(replace(shape, rope_factors=())))
    if not any(told.shape == each.shape and torch.allclose(told, each, rtol=5e-3, atol=1e-7) for each in given):
        raise BadFile(WORDS("folder: other positions", name=stored.name[:60], config=CONFIG))


def _with_head(shape: Shape, tensors: dict[str, SafetensorsTensor]) -> tuple[Shape, dict[str, SafetensorsTensor]]:
    """The shape, and the tensors with the head that is in the file, whatever the settings say of it."""
    head, embedding = tensors.get(HEAD), tensors.get(EMBEDDING)
    if head is None and not shape.tied:
        raise BadFile(WORDS("folder: no output head", head=HEAD, config=CONFIG))
    if head is None or not shape.tied:
        return shape, tensors
    others = {name: stored for name, stored in tensors.items() if name != HEAD}
    if embedding is None:  # one matrix for both, stored by its other name
        return shape, others | {EMBEDDING: head}
    if _same(head, embedding):
        return shape, others
    return replace(shape, tied=False), tensors
