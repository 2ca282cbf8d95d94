"""Writes a Llama as a GGUF file, as llama.cpp and others read it. The package `gguf` does the writing."""

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter
from gguf.gguf_writer import WriterState

from lessons.models.gguf_model import is_paired, their_name
from lessons.models.llama import Shape
from lessons.models.vocabulary import Pieces

FILE_TYPES = {"F32": 0, "Q4_0": 2, "Q4_1": 3, "Q8_0": 7}  # llama.cpp's numbers for what most of a file is
NORMAL = 1  # the type of a token that means its letters
RARE = "]"  # ends a text, for programs that need a token which does: the rarest in plays


class GGUFTensor(NamedTuple):
    """A tensor of a file: the kind of its blocks, as GGUF calls it, its bytes, and its shape."""

    kind: str
    data: bytes
    shape: tuple[int, ...]


def changed(origin: Path, shape: Shape, tensors: Mapping[str, GGUFTensor], kind: str) -> bytes:
    """A GGUF file, with some of its tensors replaced (by Llama's names). `kind`: what most of them are now."""
    reader = GGUFReader(origin)
    network = reader.fields["general.architecture"].contents()
    paired = is_paired({"general.architecture": network})
    replaced = {their_name(name): _as_array(name, stored, shape, paired) for name, stored in tensors.items()}

    def tell(writer: GGUFWriter) -> None:
        for field in reader.fields.values():
            if field.name.startswith("GGUF.") or field.name in ("general.architecture", "general.file_type"):
                continue
            if field.name == "general.alignment":
                writer.add_custom_alignment(field.contents())
                continue
            if field.contents() == []:  # says nothing, and the writer has no way to say it
                continue
            inner = field.types[-1] if field.types[0] == GGUFValueType.ARRAY else None
            writer.add_key_value(field.name, field.contents(), field.types[0], inner)

    kept = {each.name: (each.data, each.tensor_type) for each in reader.tensors}
    return _written(tell, kept | replaced, kind, network)


def whole(shape: Shape, vocabulary: Pieces, tensors: Mapping[str, GGUFTensor], name: str, kind: str) -> bytes:
    """A GGUF file of a network and the vocabulary it was trained with."""

    def tell(writer: GGUFWriter) -> None:
        writer.add_name(name)
        writer.add_vocab_size(shape.vocabulary)
        writer.add_context_length(shape.context)
        writer.add_embedding_length(shape.width)
        writer.add_block_count(shape.layers)
        writer.add_feed_forward_length(shape.hidden)
        writer.add_head_count(shape.heads)
        writer.add_head_count_kv(shape.kv_heads)
        writer.add_rope_dimension_count(shape.head_dim)
        writer.add_rope_freq_base(shape.theta)
        writer.add_layer_norm_rms_eps(shape.eps)
        _tell_tokens(writer, vocabulary)

    stored = {their_name(each): _as_array(each, tensor, shape) for each, tensor in tensors.items()}
    return _written(tell, stored, kind)


def in_pairs(rows: np.ndarray, heads: int) -> np.ndarray:
    """The inverse of `gguf_model.in_halves`, of rows [heads · d, bytes]: llama.cpp has the parts of a pair side by
    side."""
    return rows.reshape(heads, 2, -1, rows.shape[1]).transpose(0, 2, 1, 3).reshape(rows.shape)


def _as_array(
    name: str, stored: GGUFTensor, shape: Shape, paired: bool = True
) -> tuple[np.ndarray, GGMLQuantizationType]:
    kind = GGMLQuantizationType[stored.kind]
    if len(stored.shape) == 1:
        return np.frombuffer(stored.data, np.float32), kind
    rows = np.frombuffer(stored.data, np.uint8).reshape(stored.shape[0], -1)
    if paired and name.endswith(("q_proj.weight", "k_proj.weight")):
        rows = in_pairs(rows, shape.heads if "q_proj" in name else shape.kv_heads)
    rows = np.ascontiguousarray(rows)
    return (rows.view(np.float32) if stored.kind == "F32" else rows), kind


def _tell_tokens(writer: GGUFWriter, vocabulary: Pieces) -> None:
    tokenizer = vocabulary.tokenizer
    place = tokenizer.get_vocab()
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(sorted(place, key=place.get))
    writer.add_token_types([NORMAL] * len(place))
    writer.add_token_merges([" ".join(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]])
    writer.add_add_bos_token(False)
    writer.add_bos_token_id(place[RARE])
    writer.add_eos_token_id(place[RARE])


def _written(
    tell: Callable[[GGUFWriter], None],
    tensors: Mapping[str, tuple[np.ndarray, GGMLQuantizationType]],
    kind: str,
    network: str = "llama",
) -> bytes:
    with tempfile.TemporaryFile() as file:  # without a name, nothing is left of it where a worker dies
        writer = GGUFWriter(None, network)
        tell(writer)
        writer.add_file_type(FILE_TYPES[kind])
        for name, (array, of) in tensors.items():
            writer.add_tensor(name, array, raw_dtype=of)
        writer.fout, writer.state = [file], WriterState.EMPTY
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.flush()
        file.seek(0)
        return file.read()
