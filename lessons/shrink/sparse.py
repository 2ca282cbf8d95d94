"""A weight tensor some of whose weights are gone, and what is stored of it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lessons.shrink.encoded import Encoded
from lessons.shrink.sparse_index import FORMATS


@dataclass(frozen=True, eq=False)
class Sparse:
    """A weight tensor of shape S without some of its weights, which are 0."""

    kept: Tensor  # bool, shape S
    weights: Tensor | Encoded  # float32 or Encoded, shape S; where a weight is gone, any value

    def decode(self) -> Tensor:
        """The weights: float32, shape S, 0 where they are gone."""
        dense = self.weights.decode() if isinstance(self.weights, Encoded) else self.weights
        return torch.where(self.kept, dense, 0.0)

    @property
    def bitmap_bits(self) -> int:
        """Bits it needs with a bit for each weight that says whether it is there."""
        weights = self.weights
        if not isinstance(weights, Encoded):
            return self.kept.numel() + 8 * weights.element_size() * int(self.kept.sum())
        shared = weights.stored_bits - weights.bits * weights.codes.numel()  # scales, zero points, codebook
        return self.kept.numel() + weights.bits * int(self.kept.sum()) + shared


class StoredSparse(NamedTuple):
    """What a file holds of a Sparse tensor in one of the FORMATS."""

    format: str  # one of FORMATS
    index: bytes  # the places of the matrix that have a weight in the file
    values: Tensor | Encoded  # at these places [n], row after row: float32, or Encoded with the whole tensor's scales
    channels_last: bool  # how the tensor is a matrix (see `matrix`)


def stored(tensor: Sparse, format: str) -> StoredSparse | None:
    """What a file holds of a tensor in a format; None where that cannot be: more than two kept of four for 2:4, or a
    place for a weight that is gone while no code means 0."""
    form = FORMATS[format]
    last = form.channels_last and tensor.kept.dim() > 2
    kept = _rows(tensor.kept, last).numpy()
    places = form.places(kept)
    if places is None:
        return None
    weights = _with_zeros(tensor) if places.sum() > kept.sum() else tensor.weights
    if weights is None:
        return None
    return StoredSparse(format, form.write(places), _each(weights, lambda x: _taken(_rows(x, last), places)), last)


def restored(values: Tensor | Encoded, places: np.ndarray, shape: Sequence[int], channels_last: bool = False) -> Sparse:
    """The tensor of this shape with these values [n] at these places of its matrix. All of them count as kept.
    `channels_last`: as for `matrix`."""
    kept = _shaped(torch.from_numpy(places), shape, channels_last)
    return Sparse(kept, _each(values, lambda x: _shaped(_put(x, places), shape, channels_last)))


def matrix(shape: Sequence[int], channels_last: bool = False) -> tuple[int, int]:
    """Rows and columns of a weight [out, in, …]: [out, weights of each]; with the channels last [out · k · k, in].
    `channels_last`: which of both. `shape`: of the weight."""
    return (shape[0] * math.prod(shape[2:]), shape[1]) if channels_last else (shape[0], math.prod(shape[1:]))


def _with_zeros(tensor: Sparse) -> Tensor | Encoded | None:
    """The weights with zeros where they are gone; None where no code means 0."""
    zero = tensor.weights.zero_codes() if isinstance(tensor.weights, Encoded) else 0.0
    return None if zero is None else _each(tensor.weights, lambda x: torch.where(tensor.kept, x, zero))


def _each(weights: Tensor | Encoded, change: Callable[[Tensor], Tensor]) -> Tensor | Encoded:
    """The weights with their numbers, or their codes, changed."""
    return replace(weights, codes=change(weights.codes)) if isinstance(weights, Encoded) else change(weights)


def _rows(x: Tensor, channels_last: bool) -> Tensor:
    """A tensor [out, in, …] as its matrix."""
    return (x.movedim(1, -1) if channels_last else x).reshape(matrix(x.shape, channels_last))


def _shaped(rows: Tensor, shape: Sequence[int], channels_last: bool) -> Tensor:
    """The inverse of _rows, without what a row was filled up with."""
    rows = rows[:, : matrix(shape, channels_last)[1]]
    if not channels_last:
        return rows.reshape(shape)
    return rows.reshape(shape[0], *shape[2:], shape[1]).movedim(-1, 1).contiguous()


def _taken(rows: Tensor, places: np.ndarray) -> Tensor:
    """The numbers of a matrix at these places, whose rows may be filled up."""
    return F.pad(rows, (0, places.shape[1] - rows.shape[1]))[torch.from_numpy(places)]


def _put(x: Tensor, places: np.ndarray) -> Tensor:
    """The inverse of _taken: 0 at all other places."""
    rows = torch.zeros(places.shape, dtype=x.dtype)
    rows[torch.from_numpy(places)] = x
    return rows
