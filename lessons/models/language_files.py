"""Language models from files: GGUF, or a folder as Hugging Face keeps them. Headers are checked before memory is taken, and
nothing is unpickled."""

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch

from lessons.models import folder, gguf_model, gguf_words
from lessons.models.bad_file import BadFile
from lessons.models.gguf_header import Header, read_header
from lessons.models.llama import Llama, Shape
from lessons.models.vocabulary import Pieces

MOST_BYTES = 4 * 2**30  # of weights as float32, unless MODELS_FOR_ANTS_MEMORY says otherwise
LEFT_OUT = (
    "lm_head.weight",
    "rotary_emb.inv_freq",
)  # ends of names: a copy of the embedding, and what follows from theta


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
    called = gguf_model.their_name if header else str  # by the names in the file
    wanted = {name: tuple(weight.shape) for name, weight in net.state_dict().items()}
    for name, expected in wanted.items():
        if shapes.get(name) != expected:
            raise BadFile(f"its {called(name)} should have the shape {expected}, and has {shapes.get(name, 'none')}")
    if unknown := [name for name in shapes if name not in wanted and not name.endswith(LEFT_OUT)]:
        raise BadFile(
            f"it has weights that a plain Llama has not ({called(unknown[0])[:60]}): without them it would compute another thing"
        )
    weights = gguf_model.weights_of(path, header, shape) if header else folder.weights_of(path)
    net.load_state_dict({name: weights[name] for name in wanted}, assign=True)
    vocabulary = gguf_words.vocabulary_of(header.settings) if header else folder.vocabulary_of(path)
    if vocabulary.size > shape.vocabulary:
        raise BadFile(f"it has {vocabulary.size:,} tokens, and rows for {shape.vocabulary:,}")
    return Read(net.requires_grad_(False).eval(), vocabulary)


def _open(path: Path, header: Header | None) -> tuple[Shape, dict[str, tuple[int, ...]]]:
    """What a model says of itself: how large it is, and the shapes of its tensors by Llama's names. `header`: of a GGUF file."""
    if header is None:
        return folder.shape_of(path), folder.shapes_of(path)
    return gguf_model.shape_of(path, header), gguf_model.shapes_of(header)


def _bytes(shapes: Mapping[str, tuple[int, ...]]) -> int:
    return 4 * sum(map(math.prod, shapes.values()))


def tensor_bytes(path: Path) -> dict[str, memoryview]:
    """The bytes of each tensor as its file has them, by Llama's names, without taking memory for them."""
    return gguf_model.tensor_bytes(path) if path.is_file() else folder.tensor_bytes(path)
