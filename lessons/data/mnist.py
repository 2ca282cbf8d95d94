"""MNIST (LeCun, Cortes, Burges 1998): 28 × 28 grey pictures of handwritten digits, white on black.

5,000 of them are bundled, 500 of each digit: 400 to train on, 100 to test with. Knows nothing of models.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np

from lessons.data.idx import read_idx
from lessons.text import sections

FOLDER = Path(__file__).parent / "bundled" / "mnist"
NAME = sections("data")["digits"]
CLASSES = tuple("0123456789")
EXAMPLES = {"bundled": 4_000}  # to train on
MEAN, STD = 0.1307, 0.3081  # of the 60,000 training pictures of the whole set, on a scale of 0 to 1


def training() -> tuple[np.ndarray, np.ndarray]:
    """The training pictures, uint8 [4000, 28, 28], and the right answers, uint8 [4000]."""
    return read_idx(FOLDER / "train-images-idx3-ubyte.gz"), read_idx(FOLDER / "train-labels-idx1-ubyte.gz")


@lru_cache(maxsize=1)
def test_pixels() -> np.ndarray:
    """All 1,000 test pictures as they are: uint8 [1000, 28, 28]."""
    return read_idx(FOLDER / "test-images-idx3-ubyte.gz")


@lru_cache(maxsize=1)
def test_labels() -> np.ndarray:
    """The right answers: uint8 [1000]."""
    return read_idx(FOLDER / "test-labels-idx1-ubyte.gz")
