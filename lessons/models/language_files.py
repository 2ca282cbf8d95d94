"""Language models from files: GGUF, or a folder as Hugging Face keeps them. Headers are checked before memory is taken,
and nothing is unpickled."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from lessons.models import folder, folder_tokens, gguf_model, gguf_words
from lessons.models.bad_file import BadFile
from lessons.models.gguf_header import read_header
from lessons.models.llama import Llama, Shape, speeds
from lessons.models.vocabulary import Pieces
from lessons.text import sections

WORDS = sections("files")

MOST_BYTES = 4 * 2**30  # of weights as float32, unless MODELS_FOR_ANTS_MEMORY says otherwise


class LoadedModel(NamedTuple):
    """A language model from a file."""

    net: Llama
    vocabulary: Pieces


class FileClaims(NamedTuple):
    """What a model says of itself: how large it is, the shapes of its tensors by Llama's names, how to get the rest,
    and what its file calls a tensor of Llama's."""

    shape: Shape
    shapes: Mapping[str, tuple[int, ...]]
    weights: Callable[[], Mapping[str, Tensor]]
    vocabulary: Callable[[], Pieces]
    called: Callable[[str], str]


def bytes_needed(path: Path) -> int:
    """Bytes that a model's weights take in memory, as float32, once all but the weights is found sound. Raises BadFile
    where it cannot be read, or is not a Llama."""
    try:
        said = _open(path)
        sound = speeds(said.shape).isfinite().all()
    except OverflowError as error:  # numbers in a file have no end
        raise BadFile(WORDS["impossible constant"]) from error
    if not sound:
        raise BadFile(WORDS["impossible constant"])
    said.vocabulary()
    return _bytes(said.shapes)


def sound(files: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """The bytes that a model's weights take, in digits; for the process that reads what visitors bring: the first file
    is there by its path alone. Raises BadFile."""
    return [str(bytes_needed(Path(files[0][0]))).encode()]


def read(path: Path) -> LoadedModel:
    """The model in a GGUF file or in a folder. Raises BadFile where it is none this app can read, or too large for
    memory."""
    said = _open(path)
    shape, shapes = said.shape, said.shapes
    needs, most = _bytes(shapes), int(os.environ.get("MODELS_FOR_ANTS_MEMORY", MOST_BYTES))
    if needs > most:
        raise BadFile(WORDS("too large", needs=needs / 2**30, most=most / 2**30))
    with torch.device("meta"):
        net = Llama(shape)
    wanted = {name: tuple(weight.shape) for name, weight in net.state_dict().items()}
    for name, expected in wanted.items():
        if name not in shapes:
            raise BadFile(WORDS("tensor missing", name=said.called(name), expected=expected))
        if shapes[name] != expected:
            raise BadFile(WORDS("other tensor shape", name=said.called(name), expected=expected, found=shapes[name]))
    if unknown := [name for name in shapes if name not in wanted]:
        raise BadFile(WORDS("unknown tensor", name=said.called(unknown[0])[:60]))
    vocabulary = said.vocabulary()
    if vocabulary.size > shape.vocabulary:
        raise BadFile(WORDS("rows of embeddings", tokens=vocabulary.size, rows=shape.vocabulary))
    net.load_state_dict(_finite(said), assign=True)
    return LoadedModel(net.requires_grad_(False).eval(), vocabulary)


def _open(path: Path) -> FileClaims:
    if path.is_dir():
        found = folder.opened(path)
        shapes = {name: stored.shape for name, stored in found.tensors.items()}
        words = partial(folder_tokens.vocabulary_of, path, found.shape.vocabulary)
        return FileClaims(found.shape, shapes, partial(folder.weights_of, found.tensors), words, str)
    header = read_header(path)
    shape, shapes = gguf_model.shape_of(path, header), gguf_model.shapes_of(header)
    words = partial(gguf_words.vocabulary_of, header.settings)
    return FileClaims(shape, shapes, partial(gguf_model.weights_of, path, header, shape), words, gguf_model.their_name)


def _finite(said: FileClaims) -> Mapping[str, Tensor]:
    """The weights. Raises BadFile where one is no number: all that is computed with it would be none either."""
    weights = said.weights()
    for name, weight in weights.items():
        if (
            not weight.sum().isfinite() and not weight.isfinite().all()
        ):  # the sum is quick, but large numbers add up to inf
            raise BadFile(WORDS("tensor not finite", name=said.called(name)))
    return weights


def _bytes(shapes: Mapping[str, tuple[int, ...]]) -> int:
    return 4 * sum(map(math.prod, shapes.values()))


def tensor_bytes(path: Path) -> dict[str, memoryview]:
    """The bytes of each tensor as its file has them, by Llama's names, without taking memory for them."""
    return gguf_model.tensor_bytes(path) if path.is_file() else folder.tensor_bytes(path)
