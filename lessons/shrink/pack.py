"""The file a shrunk model takes: codes packed bit by bit, scales, zero points, and a header that says which is which.

    b"ANTS1" · header length (uint32) · header (JSON: one entry a tensor) · the tensors, one after another

Everything is little-endian. Encoded tensors hold scales (float32), zero points (uint16), codebook (float32), codes;
dense ones hold float32. `unpack(pack(t))` gives back the same numbers, bit for bit.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessons.shrink.bits import pack_bits, unpack_bits
from lessons.shrink.encoded import Encoded

MAGIC = b"ANTS1"
Tensors = Mapping[str, Tensor | Encoded]


class NotPacked(ValueError):
    """The bytes are not a packed model; the message says where they go wrong."""


def pack(tensors: Tensors) -> bytes:
    """All tensors of a model, dense or encoded, as one file."""
    header = json.dumps([_entry(name, t) for name, t in tensors.items()], separators=(",", ":")).encode()
    body = b"".join(_encoded_bytes(t) if isinstance(t, Encoded) else _raw(t, "<f4") for t in tensors.values())
    return MAGIC + len(header).to_bytes(4, "little") + header + body


def unpack(file: bytes) -> dict[str, Tensor | Encoded]:
    """The tensors of a packed file. Raises NotPacked where the file is cut, longer than it says, or another kind."""
    if file[:5] != MAGIC:
        raise NotPacked("it does not begin with ANTS1")
    start = 9 + int.from_bytes(file[5:9], "little")
    try:
        entries = json.loads(file[9:start])
        reader = _Reader(file, start)
        tensors = {entry["name"]: _read(entry, reader) for entry in entries}
    except (ValueError, KeyError, TypeError, RuntimeError) as error:  # torch's, and too deep a header's, are the last
        raise NotPacked(f"its header or body is damaged ({error})") from error
    if reader.at != len(file):
        raise NotPacked(f"{len(file) - reader.at} bytes are left over at its end")
    return tensors


def stored_bits(tensors: Tensors) -> int:
    """Bits the numbers need in theory: the file without header and without padding to whole bytes."""
    return sum(t.stored_bits if isinstance(t, Encoded) else 32 * t.numel() for t in tensors.values())


def _entry(name: str, tensor: Tensor | Encoded) -> dict[str, Any]:
    if not isinstance(tensor, Encoded):
        return {"name": name, "shape": list(tensor.shape)}
    entry = {"name": name, "shape": list(tensor.codes.shape), "bits": tensor.bits, "scale": list(tensor.scale.shape)}
    if isinstance(tensor.zero, int):
        entry["zero"] = tensor.zero
    if tensor.codebook is not None:
        entry["codebook"] = tensor.codebook.numel()
    return entry


def _encoded_bytes(tensor: Encoded) -> bytes:
    zero = b"" if isinstance(tensor.zero, int) else _raw(tensor.zero, "<u2")
    book = b"" if tensor.codebook is None else _raw(tensor.codebook, "<f4")
    return _raw(tensor.scale, "<f4") + zero + book + pack_bits(tensor.codes.flatten().numpy(), tensor.bits)


def _read(entry: dict[str, Any], reader: "_Reader") -> Tensor | Encoded:
    shape = entry["shape"]
    if "bits" not in entry:
        return reader.numbers("<f4", shape)
    bits = entry["bits"]
    if bits not in range(1, 17):
        raise ValueError(f"{bits} bits a code")
    scale = reader.numbers("<f4", entry["scale"])
    zero = entry["zero"] if "zero" in entry else reader.numbers("<u2", entry["scale"])
    book = reader.numbers("<f4", [entry["codebook"]]) if "codebook" in entry else None
    count = math.prod(shape)
    codes = unpack_bits(reader.take(math.ceil(count * bits / 8)), bits, count)
    return Encoded(torch.tensor(codes).reshape(shape), bits, scale, zero, book)


def _raw(tensor: Tensor, dtype: str) -> bytes:
    return tensor.detach().contiguous().numpy().astype(dtype).tobytes()


class _Reader:
    """Takes numbers off a file one after another; raises ValueError where the file ends too early."""

    def __init__(self, file: bytes, at: int):
        self.file, self.at = file, at

    def take(self, length: int) -> bytes:
        part = self.file[self.at : self.at + length]
        if length < 0:
            raise ValueError("a length below zero")
        if len(part) != length:
            raise ValueError(f"the file ends {length - len(part)} bytes too early")
        self.at += length
        return part

    def numbers(self, dtype: str, shape: list[int]) -> Tensor:
        kind = np.dtype(dtype)
        array = np.frombuffer(self.take(math.prod(shape) * kind.itemsize), kind).reshape(shape)
        return torch.tensor(array.astype(np.float32 if kind.kind == "f" else np.int32))
