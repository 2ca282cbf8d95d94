"""The pictures of a task as a network wants them: normalised float tensors. Knows nothing of models."""

import os
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from lessons.data import TASKS
from lessons.data.idx import read_idx
from lessons.text import sections

WORDS = sections("data")


class DataUnavailable(Exception):
    """A data set could not be had; the message says what to do."""


class Examples(NamedTuple):
    images: Tensor  # float32 [n, 1, 28, 28], normalised, channels last in memory
    labels: Tensor  # int64 [n]


def normalise(pixels: Tensor, task: str = "fashion") -> Tensor:
    """uint8 [n, 28, 28] → float32 [n, 1, 28, 28] of mean 0 and variance 1 over the task's training set."""
    x = (pixels.float() / 255 - TASKS[task].MEAN) / TASKS[task].STD
    return x.unsqueeze(1).contiguous(memory_format=torch.channels_last)


def test_set(task: str = "fashion") -> Examples:
    """All test examples of a task, ready for a model."""
    return _test_set(task)


def training_set(which: str, task: str = "fashion") -> Examples:
    """`"bundled"`: the examples in the repository. `"full"`: all 60,000 of fashion; raises DataUnavailable when
    offline."""
    return _training_set(which, task)


@lru_cache(maxsize=2)
def _test_set(task: str) -> Examples:
    data = TASKS[task]
    return Examples(normalise(torch.tensor(data.test_pixels()), task), torch.tensor(data.test_labels()).long())


@lru_cache(maxsize=3)
def _training_set(which: str, task: str) -> Examples:
    if which == "full":
        return _download()
    pixels, labels = TASKS[task].training()
    return Examples(normalise(torch.tensor(pixels), task), torch.tensor(labels).long())


def _download() -> Examples:
    """All training pictures; files whose checksum does not hold are fetched again."""
    from torchvision.datasets import FashionMNIST, utils  # a second to import, and needed only here

    (images, _), (labels, _) = wanted = FashionMNIST.resources[:2]  # each with its MD5
    try:
        root = os.environ.get("MODELS_FOR_ANTS_CACHE") or Path.home() / ".cache" / "models-for-ants"
        folder = Path(root) / "FashionMNIST" / "raw"
        for file, md5 in wanted:
            utils.download_url(f"{FashionMNIST.mirrors[0]}{file}", folder, file, md5)
        pixels, right = read_idx(folder / images), read_idx(folder / labels)
    except (OSError, RuntimeError) as error:
        raise DataUnavailable(WORDS("download failed", error=type(error).__name__)) from error
    return Examples(normalise(torch.tensor(pixels)), torch.tensor(right).long())
