"""Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): 28 × 28 grey pictures of ten kinds of clothing.

20,000 training pictures (2,000 of each class) and all 10,000 test pictures are bundled; all 60,000 training pictures
come from torchvision's download. Knows nothing of models.
"""

import gzip
import os
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

FOLDER = Path(__file__).parent / "bundled" / "fashion-mnist"
CLASSES = (
    "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
MEAN, STD = 0.2860, 0.3530  # of the 60,000 training pictures, on a scale of 0 to 1


class DataUnavailable(Exception):
    """A data set could not be had; the message says what to do."""


class Examples(NamedTuple):
    images: Tensor  # float32 [n, 1, 28, 28], normalised, channels last in memory
    labels: Tensor  # int64 [n]


def read_idx(path: Path) -> np.ndarray:
    """Read a gzipped IDX file of unsigned bytes. Raises ValueError where the file is not one."""
    raw = gzip.decompress(path.read_bytes())
    if raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path.name} is not an IDX file of unsigned bytes")
    rank = raw[3]
    shape = np.frombuffer(raw, ">i4", count=rank, offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def normalise(pixels: Tensor) -> Tensor:
    """uint8 [n, 28, 28] → float32 [n, 1, 28, 28] of mean 0 and variance 1 over the training set."""
    x = (pixels.float() / 255 - MEAN) / STD
    return x.unsqueeze(1).contiguous(memory_format=torch.channels_last)


@lru_cache(maxsize=1)
def test_pixels() -> np.ndarray:
    """All 10,000 test pictures as they are: uint8 [10000, 28, 28]."""
    return read_idx(FOLDER / "t10k-images-idx3-ubyte.gz")


@lru_cache(maxsize=1)
def test_labels() -> np.ndarray:
    """The right answers: uint8 [10000]."""
    return read_idx(FOLDER / "t10k-labels-idx1-ubyte.gz")


@lru_cache(maxsize=1)
def test_set() -> Examples:
    """All 10,000 test examples, ready for a model."""
    return Examples(normalise(torch.tensor(test_pixels())), torch.tensor(test_labels()).long())


@lru_cache(maxsize=2)
def training_set(which: str) -> Examples:
    """`"bundled"`: 20,000 examples from the repository. `"full"`: all 60,000; raises DataUnavailable when offline."""
    if which == "full":
        return _download()
    pixels, labels = (read_idx(FOLDER / f"train-{kind}-ubyte.gz") for kind in ("images-idx3", "labels-idx1"))
    return Examples(normalise(torch.tensor(pixels)), torch.tensor(labels).long())


def _download() -> Examples:
    from torchvision.datasets import FashionMNIST  # a second to import, and needed only here

    root = Path(os.environ.get("MODELS_FOR_ANTS_CACHE", Path.home() / ".cache" / "models-for-ants"))
    try:
        full = FashionMNIST(root, train=True, download=True)
    except (OSError, RuntimeError) as error:
        raise DataUnavailable(
            "The 60,000-picture training set could not be downloaded; are you online? "
            f"The bundled 20,000 pictures work without. ({type(error).__name__})"
        ) from error
    return Examples(normalise(full.data), full.targets)
