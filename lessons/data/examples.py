"""Fashion-MNIST as a network wants it: normalised float tensors. Knows nothing of models."""

import os
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from lessons.data.fashion_mnist import FOLDER, read_idx, test_labels, test_pixels

MEAN, STD = 0.2860, 0.3530  # of the 60,000 training pictures, on a scale of 0 to 1


class DataUnavailable(Exception):
    """A data set could not be had; the message says what to do."""


class Examples(NamedTuple):
    images: Tensor  # float32 [n, 1, 28, 28], normalised, channels last in memory
    labels: Tensor  # int64 [n]


def normalise(pixels: Tensor) -> Tensor:
    """uint8 [n, 28, 28] → float32 [n, 1, 28, 28] of mean 0 and variance 1 over the training set."""
    x = (pixels.float() / 255 - MEAN) / STD
    return x.unsqueeze(1).contiguous(memory_format=torch.channels_last)


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
