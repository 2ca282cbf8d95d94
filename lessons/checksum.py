"""Arrays as the bytes of a safetensors file with a SHA-256 checksum over the file's own name and all that it holds.

A flipped bit, a file that is cut off, and another file under this name are all noticed when it is read.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

MOST_HEADER = 2**20  # bytes; those of this app's networks take some kilobytes


class Damaged(ValueError):
    """A file does not hold what was written under its name."""


def to_bytes(name: str, arrays: Mapping[str, np.ndarray], owner: str = "") -> bytes:
    """A safetensors file of these arrays, whose checksum holds only under this file name. `owner`: for whom it is
    kept."""
    arrays = {key: np.asarray(array, order="C") for key, array in arrays.items()}
    return save(arrays, {"owner": owner, "sha256": _digest(name, owner, arrays)})


def from_bytes(name: str, file: bytes) -> dict[str, np.ndarray]:
    """The arrays in a file of this name. Raises Damaged where it is not, bit for bit, what was written under this
    name."""
    try:
        found = _metadata(file[:8], file[8 : 8 + MOST_HEADER])
        arrays = load(file)
    except (SafetensorError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Damaged(f"it is no safetensors file, or it is cut off ({type(error).__name__})") from error
    if found.keys() != {"owner", "sha256"} or found["sha256"] != _digest(name, found["owner"], arrays):
        raise Damaged("its checksum does not hold")
    return {key: np.array(array) for key, array in arrays.items()}  # a copy: what is loaded is read-only


def owner_of(path: Path) -> str:
    """For whom a file is kept; "" where it does not say."""
    try:
        with path.open("rb") as file:
            return _owner(file)
    except (OSError, ValueError, TypeError, RecursionError):
        return ""


def _owner(file: BinaryIO) -> str:
    return str(
        _metadata(length := file.read(8), file.read(min(int.from_bytes(length, "little"), MOST_HEADER))).get(
            "owner", ""
        )
    )


def _metadata(length: bytes, rest: bytes) -> dict[str, str]:
    """What a safetensors file says of itself: its header is JSON, after its length in eight bytes."""
    header = json.loads(rest[: int.from_bytes(length, "little")])
    found = header.get("__metadata__", {}) if isinstance(header, dict) else {}
    return found if isinstance(found, dict) else {}


def _digest(name: str, owner: str, arrays: Mapping[str, np.ndarray]) -> str:
    found = hashlib.sha256(json.dumps([name, owner]).encode())
    for key in sorted(arrays):
        array = arrays[key]
        found.update(json.dumps([key, array.dtype.str, array.shape]).encode())
        found.update(array.tobytes())
    return found.hexdigest()
