"""The file a shrunk model takes: codes packed bit by bit, scales, zero points, and a header that says which is which.

    b"ANTS1" · header length (uint32) · header (JSON: one entry a tensor) · the tensors, one after another

Everything is little-endian. What an encoded tensor holds, it says itself (`Encoding.header`, `.body`); dense ones hold
float32 or float16; sparse ones an index (see `shrink/sparse_index.py`), then the same for those weights that have a
place. `unpack(pack(t))` gives back the same weights, bit for bit.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from torch import Tensor

from lessons.shrink.encoded import Encoding
from lessons.shrink.packed_reader import MOST, Reader, float_type, half, raw, room
from lessons.shrink.sparse import Sparse, StoredSparse, matrix, restored, stored
from lessons.shrink.sparse_index import FORMATS

MAGIC = b"ANTS1"
Tensors = Mapping[str, Tensor | Encoding | Sparse]


class NotPacked(ValueError):
    """The bytes are not a packed model; the message says where they go wrong."""


class NotPossible(ValueError):
    """A tensor cannot be stored as was asked."""


def pack(tensors: Tensors, format: str | None = None) -> bytes:
    """All tensors of a model, dense, encoded or sparse, as one file.

    `format`: how the sparse ones are stored (see index.FORMATS); without it, each in the way that makes it smallest.
    Raises NotPossible where one cannot be stored that way, or where they have more than MOST weights.
    """
    if sum(room(t.kept.shape) for t in tensors.values() if isinstance(t, Sparse)) > MOST:
        raise NotPossible(f"sparse tensors of more than {MOST:,} weights")
    parts = [_part(name, tensor, [format] if format else FORMATS) for name, tensor in tensors.items()]
    entries, bodies = zip(*parts, strict=True) if parts else ((), ())
    head = b"[" + b",".join(entries) + b"]"
    return MAGIC + len(head).to_bytes(4, "little") + head + b"".join(bodies)


def unpack(file: bytes) -> dict[str, Tensor | Encoding | Sparse]:
    """The tensors of a packed file. Raises NotPacked where the file is cut, longer than it says, or another kind.

    A sparse tensor that was smallest dense comes back dense; in 2:4, weights that fill up a four come back as kept
    zeros.
    """
    entries = header(file)
    try:
        reader = Reader(file, _start(file))
        tensors = {entry["name"]: _read(entry, reader) for entry in entries}
    except (ValueError, KeyError, TypeError, OverflowError, RuntimeError) as error:  # torch's is the last
        raise NotPacked(f"its header or body is damaged ({error})") from error
    if reader.at != len(file):
        raise NotPacked(f"{len(file) - reader.at} bytes are left over at its end")
    return tensors


def header(file: bytes) -> list[dict[str, Any]]:
    """What a packed file says of each of its tensors. Raises NotPacked where it says nothing."""
    if file[:5] != MAGIC:
        raise NotPacked("it does not begin with ANTS1")
    try:
        return json.loads(file[9 : _start(file)])
    except (ValueError, RecursionError) as error:
        raise NotPacked(f"its header is damaged ({error})") from error


def stored_bits(tensors: Tensors) -> int:
    """Bits the numbers need in theory: the file without header, and without padding but that of indices to whole
    bytes."""
    return sum(
        min(8 * len(way.index) + _bits(way.values) for way in _ways(t, FORMATS)) if isinstance(t, Sparse) else _bits(t)
        for t in tensors.values()
    )


def kept_bits(tensors: Tensors) -> int:
    """Bits the numbers would need if nobody had to know which weights are kept."""
    return sum(_bits(stored(t, "bitmap").values if isinstance(t, Sparse) else t) for t in tensors.values())


def _bits(tensor: Tensor | Encoding) -> int:
    return tensor.stored_bits if isinstance(tensor, Encoding) else 8 * tensor.nbytes


def _part(name: str, tensor: Tensor | Encoding | Sparse, formats: Iterable[str]) -> tuple[bytes, bytes]:
    """A tensor's entry in the header and its bytes: of a sparse one, in the format that makes both together
    smallest."""
    if not isinstance(tensor, Sparse):
        return _json({"name": name} | _header(tensor)), _body(tensor)
    entry = {"name": name} | _header(tensor.weights)
    parts = [(_json(entry | _index(way)), way.index + _body(way.values)) for way in _ways(tensor, formats)]
    if not parts:
        raise NotPossible(f"{name} cannot be stored as {', '.join(formats)}")
    return min(parts, key=lambda part: len(part[0]) + len(part[1]))


def _ways(tensor: Sparse, formats: Iterable[str]) -> list[StoredSparse]:
    """What a file would hold of a tensor, in each of these formats that can store it."""
    return [way for format in formats if (way := stored(tensor, format))]


def _index(way: StoredSparse) -> dict[str, Any]:
    if way.format == "dense":
        return {}
    layout = {"channels_last": True} if way.channels_last else {}
    return {"format": way.format, "index": len(way.index)} | layout


def _header(tensor: Tensor | Encoding) -> dict[str, Any]:
    return tensor.header() if isinstance(tensor, Encoding) else {"shape": list(tensor.shape)} | half(tensor)


def _json(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, separators=(",", ":")).encode()


def _body(tensor: Tensor | Encoding) -> bytes:
    return tensor.body() if isinstance(tensor, Encoding) else raw(tensor, float_type(half(tensor)))


def _start(file: bytes) -> int:
    """Where the tensors begin."""
    return 9 + int.from_bytes(file[5:9], "little")


def _read(entry: dict[str, Any], reader: Reader) -> Tensor | Encoding | Sparse:
    lists = [each for each in entry.values() if isinstance(each, list)]
    if any(type(size) is not int or not 0 <= size < 2**31 for each in lists for size in each):
        raise ValueError("a shape of what are no sizes")  # a list as often as another size says fills the memory
    return _read_sparse(entry, reader) if "format" in entry else _read_numbers(entry, entry["shape"], reader)


def _read_sparse(entry: dict[str, Any], reader: Reader) -> Sparse:
    shape, last = reader.sparse(entry["shape"]), entry.get("channels_last", False)
    if last and len(shape) < 3:
        raise ValueError("the channels of a matrix cannot stand last")
    places = FORMATS[entry["format"]].read(reader.take(entry["index"]), *matrix(shape, last))
    return restored(_read_numbers(entry, [int(places.sum())], reader), places, shape, last)


def _read_numbers(entry: dict[str, Any], shape: list[int], reader: Reader) -> Tensor | Encoding:
    kind = next((Encoding.KEYS[key] for key in entry if key in Encoding.KEYS), None)
    return kind.read(entry, shape, reader) if kind else reader.numbers(float_type(entry), shape)
