"""What is seen of a change of weights under the microscope. Names and numbers: it needs no torch."""

from typing import NamedTuple

import numpy as np


class DeltaAnalysis(NamedTuple):
    """`matrices`: their names. Singular values, each from the largest on, float32 [matrices, r]: of the matrices as
    they were (`weights`), of what full fine-tuning added (`full`), and of what low rank did (`low`). `overlap`: by
    matrix, how much of the i directions that low rank reads most of lie within the j of full fine-tuning's, [i, j],
    from 0 to 1. Losses (nats) by rank: on what a model knew, of the model with its matrices cut to it (`cut`), on what
    was new, with full fine-tuning's change cut to it (`kept`); `old`, `new`: what these end with, uncut, and `before`
    what the new one began with."""

    matrices: list[str]
    weights: np.ndarray
    full: np.ndarray
    low: np.ndarray
    overlap: dict[str, np.ndarray]
    cut: dict[int, float]
    kept: dict[int, float]
    old: float
    new: float
    before: float


class NamedPictures(NamedTuple):
    """`pixels`: pictures uint8 [n, 28, 28]; `given`, `right`: the class a network names for each, and the right one."""

    pixels: np.ndarray
    given: list[int]
    right: list[int]
