"""The networks that get shrunk, by name."""

from collections.abc import Callable

from torch import nn

from lessons.models.cnn import cnn

MODELS: dict[str, Callable[[], nn.Module]] = {"cnn": cnn}
