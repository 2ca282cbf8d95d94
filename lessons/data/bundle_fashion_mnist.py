"""Make the bundled Fashion-MNIST: the first 2,000 training images of each class, and the whole test set.

    python -m lessons.data.bundle_fashion_mnist /usr/share/datasets/fashion-mnist

The argument is a folder with the four original IDX files, such as Debian's package `dataset-fashion-mnist` installs.
Running it again writes the same bytes.
"""

import sys
from pathlib import Path

import numpy as np

from lessons.data.fashion_mnist import FOLDER
from lessons.data.idx import read_idx, write_idx

PER_CLASS = 2_000


def main(origin: Path) -> None:
    images = read_idx(origin / "train-images-idx3-ubyte.gz")
    labels = read_idx(origin / "train-labels-idx1-ubyte.gz")
    kept = np.sort(np.concatenate([np.flatnonzero(labels == label)[:PER_CLASS] for label in range(10)]))
    write_idx(FOLDER / "train-images-idx3-ubyte.gz", images[kept])
    write_idx(FOLDER / "train-labels-idx1-ubyte.gz", labels[kept])
    for name in ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"):
        write_idx(FOLDER / name, read_idx(origin / name))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
