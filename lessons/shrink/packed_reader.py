"""Numbers in a packed file: how they are written, and how they are read by somebody who believes nothing the file
says."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

MOST = 2**22  # weights in the sparse tensors of a file: an index of a few bytes must not fill the memory


class Reader:
    """Takes numbers off a file one after another; raises ValueError where the file ends too early."""

    def __init__(self, file: bytes, start: int):
        self.file, self.at, self.left = file, start, MOST

    def take(self, length: int) -> bytes:
        """The next bytes. Raises ValueError where there are not so many."""
        part = self.file[self.at : self.at + length]
        if length < 0:
            raise ValueError("a length below zero")
        if len(part) != length:
            raise ValueError(f"the file ends {length - len(part)} bytes too early")
        self.at += length
        return part

    def numbers(self, dtype: str, shape: list[int]) -> Tensor:
        """The next numbers, of a NumPy type (`dtype`, such as "<f4"), in this shape: float32 or float16, or
        int32. Raises ValueError as `take` does."""
        kind = np.dtype(dtype)
        array = np.frombuffer(self.take(math.prod(shape) * kind.itemsize), kind).reshape(shape)
        return torch.tensor(array.astype(kind.newbyteorder("=") if kind.kind == "f" else np.int32))

    def sparse(self, shape: list[int]) -> list[int]:
        """The shape of a sparse tensor, which the length of the file does not bound. Raises ValueError for all beyond
        MOST."""
        if not shape or any(type(size) is not int or size < 0 for size in shape) or room(shape) > self.left:
            raise ValueError("a sparse tensor of no shape, or larger than any this app makes")
        self.left -= room(shape)
        return shape


def raw(tensor: Tensor, dtype: str) -> bytes:
    """The numbers of a tensor, one after another. `dtype`: as NumPy calls it, such as "<f4"."""
    return tensor.detach().contiguous().numpy().astype(dtype).tobytes()


def half(tensor: Tensor) -> dict[str, bool]:
    """What a header says of numbers in 16 bits. `tensor`: those numbers."""
    return {"half": True} if tensor.dtype == torch.float16 else {}


def float_type(entry: Mapping[str, Any]) -> str:
    """How the numbers of an entry are stored, as NumPy calls it."""
    return "<f2" if entry.get("half", False) else "<f4"


def room(shape: Sequence[int]) -> int:
    """Weights of a tensor, or rows where it has none. `shape`: its shape."""
    return math.prod(max(size, 1) for size in shape)
