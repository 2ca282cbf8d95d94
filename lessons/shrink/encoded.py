"""What a technique makes of a weight tensor, and how it stands in a file: small whole numbers and the little that turns
them back into weights (`Encoded`), or something else that says the same of itself (`Encoding`, `Composite`)."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import torch
from torch import Tensor

from lessons.shrink.bitpack import pack_bits, unpack_bits
from lessons.shrink.packed_reader import Reader, float_type, half, raw


class Encoding(ABC):
    """One weight tensor as a technique keeps it: one entry of a packed file (`shrink/pack.py`).

    A new one brings all of this with it; nothing else knows it. `key`: the word of its header by which a file is
    recognised.
    """

    KEYS: ClassVar[dict[str, type["Encoding"]]] = {}

    def __init_subclass__(cls, key: str, **rest: Any):
        super().__init_subclass__(**rest)
        cls.KEYS[key] = cls

    @abstractmethod
    def decode(self) -> Tensor:
        """The weights it stands for: float32."""

    @property
    @abstractmethod
    def stored_bits(self) -> int:
        """Bits it needs, without any header."""

    @property
    @abstractmethod
    def integer_bits(self) -> int | None:
        """Bits of the whole numbers that a multiplier could take as they are; None where they must be unpacked
        first."""

    @abstractmethod
    def header(self) -> dict[str, Any]:
        """What a packed file says of it beside its name: its `shape`, its key, and all that `read` needs."""

    @abstractmethod
    def body(self) -> bytes:
        """Its bytes in a packed file."""

    @classmethod
    @abstractmethod
    def read(cls, entry: Mapping[str, Any], shape: Sequence[int], reader: Reader) -> Self:
        """The inverse of header and body. Raises ValueError, KeyError or TypeError for what these cannot have
        written."""


class Composite(ABC):
    """A weight tensor as several, which stand in a file one by one."""

    @abstractmethod
    def decode(self) -> Tensor:
        """The weight: float32 [out, in]."""

    @property
    @abstractmethod
    def stored_bits(self) -> int:
        """Bits all of it needs, without any header."""

    @abstractmethod
    def parts(self, name: str) -> Mapping[str, Tensor | Encoding]:
        """What a file holds for the weight of this name."""

    @property
    def macs(self) -> int | None:
        """MACs of a token, where they are not as many as the weight has numbers."""
        return None


@dataclass(frozen=True, eq=False)
class Encoded(Encoding, key="bits"):
    """A weight tensor of shape S as integer codes: scale · (code − zero), or scale · codebook[code]."""

    codes: Tensor  # int32, shape S, each in [0, 2**bits − 1]
    bits: int  # of a code
    scale: Tensor  # float32 or float16 [c, k]: c channels, or 1 if they share; the weights of each fall into k groups
    zero: int | Tensor = 0  # the code for 0.0: int32 [c, k], or one for all where codes run symmetrically around it
    codebook: Tensor | None = None  # float32 [2**bits]; None where a code stands for itself

    def decode(self) -> Tensor:
        """The weights these codes stand for: float32, shape S."""
        zero = self.zero if isinstance(self.zero, int) else spread(self.zero, self.codes.shape)
        values = (self.codes - zero).float() if self.codebook is None else self.codebook[self.codes]
        return values * spread(self.scale.float(), self.codes.shape)

    def zero_codes(self) -> int | Tensor | None:
        """The code of each weight that means 0.0: one for all, or of shape S; None where none does."""
        if self.codebook is not None:
            return next(iter((self.codebook == 0).nonzero().flatten().tolist()), None)
        return self.zero if isinstance(self.zero, int) else spread(self.zero, self.codes.shape)

    def levels(self, channel: int = 0) -> Tensor:
        """All values that weights in the first group of one output channel can take, rising: float32 [≤ 2**bits]."""
        at = min(channel, len(self.scale) - 1)
        zero = self.zero if isinstance(self.zero, int) else int(self.zero[at, 0])
        last = 2 * zero if isinstance(self.zero, int) and self.codebook is None else 2**self.bits - 1
        codes = torch.arange(last + 1, dtype=torch.int32)[None]
        return Encoded(codes, self.bits, self.scale[at, :1, None], zero, self.codebook).decode().flatten()

    @property
    def stored_bits(self) -> int:
        """Bits the codes, scales, zero points and codebook need, without any header."""
        zeros = 0 if isinstance(self.zero, int) else 16 * self.zero.numel()
        book = 0 if self.codebook is None else 32 * self.codebook.numel()
        return self.bits * self.codes.numel() + 8 * self.scale.nbytes + zeros + book

    @property
    def integer_bits(self) -> int:
        """Its codes are whole numbers, and multiply as they are."""
        return self.bits

    def header(self) -> dict[str, Any]:
        """`shape`, `bits`, the shape of `scale`, whether it is in `half` precision; `zero`, where it is one for all;
        how many entries the `codebook` has, if there is one."""
        entry = {"shape": list(self.codes.shape), "bits": self.bits, "scale": list(self.scale.shape)} | half(self.scale)
        if isinstance(self.zero, int):
            entry["zero"] = self.zero
        if self.codebook is not None:
            entry["codebook"] = self.codebook.numel()
        return entry

    def body(self) -> bytes:
        """Scales, zero points (uint16), codebook (float32), codes."""
        zero = b"" if isinstance(self.zero, int) else raw(self.zero, "<u2")
        book = b"" if self.codebook is None else raw(self.codebook, "<f4")
        return (
            raw(self.scale, float_type(half(self.scale)))
            + zero
            + book
            + pack_bits(self.codes.flatten().numpy(), self.bits)
        )

    @classmethod
    def read(cls, entry: Mapping[str, Any], shape: Sequence[int], reader: Reader) -> Self:
        """The inverse of header and body. Raises ValueError for more than 16 bits, KeyError for a header that says too
        little."""
        bits = entry["bits"]
        if bits not in range(1, 17):
            raise ValueError(f"{bits} bits a code")
        scale = reader.numbers(float_type(entry), entry["scale"])
        zero = entry["zero"] if "zero" in entry else reader.numbers("<u2", entry["scale"])
        book = reader.numbers("<f4", [entry["codebook"]]) if "codebook" in entry else None
        count = math.prod(shape)
        codes = unpack_bits(reader.take(-(-count * bits // 8)), bits, count)
        return cls(torch.tensor(codes).reshape(shape), bits, scale, zero, book)


def spread(shared: Tensor, shape: torch.Size) -> Tensor:
    """Numbers [c, k] that weights of shape [out, …] share, given to each of them: its channel's, its group's. `shared`:
    those numbers; `shape`: of the weight."""
    weights = math.prod(shape) // len(shared)
    group = math.ceil(weights / shared.shape[1])
    return shared.repeat_interleave(group, 1)[:, :weights].reshape(shape) if shared.numel() > 1 else shared.reshape(())
