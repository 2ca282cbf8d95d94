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
from lessons.shrink.index import FORMATS


@dataclass(frozen=True, eq=False)
class Sparse:
    """A weight tensor of shape S without some of its weights, which are 0.

    kept: bool, shape S
    weights: what those that are kept stand for: float32 or Encoded, shape S; where a weight is gone, any value
    """

    kept: Tensor
    weights: Tensor | Encoded

    def decode(self) -> Tensor:
        """The weights: float32, shape S, 0 where they are gone."""
        dense = self.weights.decode() if isinstance(self.weights, Encoded) else self.weights
        return torch.where(self.kept, dense, 0.0)


class Stored(NamedTuple):
    """What a file holds of a Sparse tensor in one of the FORMATS.

    index: the places of the matrix that have a weight in the file
    values: the weights at these places [n], row after row: float32, or Encoded with the scales of the whole tensor
    """

    format: str
    index: bytes
    values: Tensor | Encoded


def stored(tensor: Sparse, format: str) -> Stored | None:
    """What a file holds of a tensor in a format; None where that cannot be: more than two kept of four for 2:4, or a place
    for a weight that is gone while no code means 0."""
    form, kept = FORMATS[format], tensor.kept.reshape(matrix(tensor.kept.shape)).numpy()
    places = form.places(kept)
    if places is None:
        return None
    weights = _with_zeros(tensor) if places.sum() > kept.sum() else tensor.weights
    return None if weights is None else Stored(format, form.write(places), _each(weights, lambda x: _taken(x, places)))


def restored(values: Tensor | Encoded, places: np.ndarray, shape: Sequence[int]) -> Sparse:
    """The tensor of this shape with these values [n] at these places of its matrix. All of them count as kept."""
    kept = torch.from_numpy(places)[:, : matrix(shape)[1]].reshape(shape)
    return Sparse(kept, _each(values, lambda x: _put(x, places, shape)))


def matrix(shape: Sequence[int]) -> tuple[int, int]:
    """Rows and columns of a weight of this shape."""
    return shape[0], math.prod(shape[1:])


def _with_zeros(tensor: Sparse) -> Tensor | Encoded | None:
    """The weights with zeros where they are gone; None where no code means 0."""
    zero = tensor.weights.zero_codes() if isinstance(tensor.weights, Encoded) else 0.0
    return None if zero is None else _each(tensor.weights, lambda x: torch.where(tensor.kept, x, zero))


def _each(weights: Tensor | Encoded, change: Callable[[Tensor], Tensor]) -> Tensor | Encoded:
    """The weights with their numbers, or their codes, changed."""
    return replace(weights, codes=change(weights.codes)) if isinstance(weights, Encoded) else change(weights)


def _taken(x: Tensor, places: np.ndarray) -> Tensor:
    """The numbers of a tensor at places of its matrix, whose rows may be filled up."""
    rows = x.reshape(matrix(x.shape))
    return F.pad(rows, (0, places.shape[1] - rows.shape[1]))[torch.from_numpy(places)]


def _put(x: Tensor, places: np.ndarray, shape: Sequence[int]) -> Tensor:
    """The inverse of _taken: a tensor of this shape, 0 at all other places."""
    rows = torch.zeros(places.shape, dtype=x.dtype)
    rows[torch.from_numpy(places)] = x
    return rows[:, : matrix(shape)[1]].reshape(shape)
