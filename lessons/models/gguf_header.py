"""The header of a GGUF file, read without belief in what it says: every length is checked before memory is taken for
it.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. The package `gguf` reads honest files; of a hostile
one it would make an object for each of a billion announced numbers.
"""

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

from lessons.models.bad_file import BadFile
from lessons.text import sections

WORDS = sections("files")

SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}  # by type
STRING, ARRAY = 8, 9
MOST_ENTRIES, MOST_TENSORS, MOST_IN_ARRAY, MOST_LETTERS = 1_000, 10_000, 1_000_000, 1_000_000
LONGEST = 64 * 2**20  # bytes of a header
ALIGNMENTS = [2**power for power in range(3, 21)]


@dataclass(frozen=True)
class TensorPlace:
    """Where a tensor is in a file: its `shape` as torch has it, the `kind` of its blocks, and bytes `begin` to
    `end`."""

    shape: tuple[int, ...]
    kind: GGMLQuantizationType
    begin: int
    end: int


@dataclass(frozen=True)
class Header:
    """What a GGUF file says of itself: settings by name, and where its tensors are."""

    settings: dict[str, Any]
    tensors: dict[str, TensorPlace]


def read_header(path: Path) -> Header:
    """Raises BadFile where the file is cut, of another kind, or says what cannot be."""
    if path.exists() and not path.is_file():
        raise BadFile(WORDS("gguf: no file", file=path.name))
    try:
        with path.open("rb") as file:
            return _Reader(file, path.stat().st_size).header()
    except OSError as error:
        raise BadFile(WORDS("gguf: unreadable", file=path.name, why=error.strerror)) from error
    except (struct.error, UnicodeDecodeError, KeyError, ValueError) as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile(WORDS("gguf: damaged", file=path.name)) from error


def header_of(file: BinaryIO, size: int, name: str) -> Header:
    """The same of an open file of which perhaps only the header is here. Raises BadFile. `size`: bytes of all of it."""
    try:
        return _Reader(file, size).header()
    except (struct.error, UnicodeDecodeError, KeyError, ValueError) as error:
        if isinstance(error, BadFile):
            raise
        unknown = GGMLQuantizationType.__name__ in str(error)
        raise BadFile(WORDS["gguf: new type"] if unknown else WORDS("gguf: damaged", file=name)) from error


class _Reader:
    """Takes values off a file one after another."""

    def __init__(self, file: BinaryIO, size: int):
        self.file, self.size = file, size

    def header(self) -> Header:
        if self.file.read(4) != b"GGUF":
            raise BadFile(WORDS["gguf: other format"])
        version, tensors, entries = self.take("I"), self.take("Q"), self.take("Q")
        if version in (2 << 24, 3 << 24):
            raise BadFile(WORDS["gguf: big-endian"])
        if version not in (2, 3):
            raise BadFile(WORDS("gguf: version", version=version))
        if entries > MOST_ENTRIES or tensors > MOST_TENSORS:
            raise BadFile(WORDS("gguf: too many entries", settings=entries, tensors=tensors))
        settings = _each_once((self.string(), self.value(self.take("I"))) for _ in range(entries))
        found = _each_once((self.string(), (self.shape(), self.take("I"), self.take("Q"))) for _ in range(tensors))
        step = settings.get("general.alignment", 32)
        if type(step) is not int or step not in ALIGNMENTS:
            raise BadFile(WORDS("gguf: alignment", least=ALIGNMENTS[0], most=ALIGNMENTS[-1]))
        data = -(-self.file.tell() // step) * step
        return Header(settings, {name: self.place(name, *rest, data) for name, rest in found.items()})

    def place(self, name: str, shape: tuple[int, ...], kind: int, offset: int, data: int) -> TensorPlace:
        kind = GGMLQuantizationType(kind)
        block, length = GGML_QUANT_SIZES[kind]
        if shape[-1] % block:
            raise BadFile(WORDS("gguf: partial blocks", name=name[:60], block=block))
        begin, numbers = data + offset, math.prod(shape)
        end = begin + numbers // block * length
        if end > self.size:
            raise BadFile(WORDS("gguf: cut short", name=name[:60], end=end, size=self.size))
        return TensorPlace(shape, kind, begin, end)

    def shape(self) -> tuple[int, ...]:
        rank = self.take("I")
        if not 1 <= rank <= 4:
            raise BadFile(WORDS("gguf: dimensions", dimensions=rank))
        sizes = tuple(self.take("Q") for _ in range(rank))[::-1]  # the file has the fastest first
        if not all(1 <= size < 2**31 for size in sizes) or math.prod(sizes) >= 2**40:
            raise BadFile(WORDS("gguf: impossible shape", shape=" × ".join(map(str, sizes))))
        return sizes

    def value(self, kind: int) -> Any:
        if kind == STRING:
            return self.string()
        if kind != ARRAY:
            return self.take(SCALARS[kind])
        kind, length = self.take("I"), self.take("Q")
        if kind == ARRAY or length > MOST_IN_ARRAY:
            raise BadFile(WORDS("gguf: long list", length=length))
        if kind == STRING:
            return [self.string() for _ in range(length)]
        return list(
            struct.unpack(f"<{length}{SCALARS[kind]}", self.read(length * struct.calcsize(f"<{SCALARS[kind]}")))
        )

    def string(self) -> str:
        length = self.take("Q")
        if length > MOST_LETTERS:
            raise BadFile(WORDS("gguf: long text", length=length))
        return self.read(length).decode()

    def take(self, letter: str) -> Any:
        return struct.unpack(f"<{letter}", self.read(struct.calcsize(f"<{letter}")))[0]

    def read(self, length: int) -> bytes:
        if self.file.tell() + length > min(self.size, LONGEST):
            raise BadFile(WORDS("gguf: header cut short", most=LONGEST // 2**20))
        return self.file.read(length)


def _each_once(found: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """By name. Raises BadFile where one stands twice: which of them holds is not for the reader to choose."""
    by_name = {}
    for name, value in found:
        if name in by_name:
            raise BadFile(WORDS("gguf: twice", name=name[:60]))
        by_name[name] = value
    return by_name
