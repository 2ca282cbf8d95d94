"""Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): 28 × 28 grey pictures of ten kinds of clothing.

20,000 training pictures (2,000 of each class) and all 10,000 test pictures are bundled; all 60,000 training pictures
come from torchvision's download. Knows nothing of models.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np

from lessons.data.idx import read_idx
from lessons.text import sections

FOLDER = Path(__file__).parent / "bundled" / "fashion-mnist"
NAME = sections("data")["fashion"]
CLASSES = (
    "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
EXAMPLES = {"bundled": 20_000, "full": 60_000}  # to train on
MEAN, STD = 0.2860, 0.3530  # of the 60,000 training pictures, on a scale of 0 to 1


def training() -> tuple[np.ndarray, np.ndarray]:
    """The bundled training pictures, uint8 [20000, 28, 28], and the right answers, uint8 [20000]."""
    return read_idx(FOLDER / "train-images-idx3-ubyte.gz"), read_idx(FOLDER / "train-labels-idx1-ubyte.gz")


@lru_cache(maxsize=1)
def test_pixels() -> np.ndarray:
    """All 10,000 test pictures as they are: uint8 [10000, 28, 28]."""
    return read_idx(FOLDER / "t10k-images-idx3-ubyte.gz")


@lru_cache(maxsize=1)
def test_labels() -> np.ndarray:
    """The right answers: uint8 [10000]."""
    return read_idx(FOLDER / "t10k-labels-idx1-ubyte.gz")
