"""The networks that get shrunk. Each is a function in the module of its name: `cnn.cnn()`."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

NAMES = ("cnn",)


def make(name: str) -> "nn.Module":
    """A network with random weights. Loads torch only now: those who only name a model need not wait for it."""
    return getattr(import_module(f"lessons.models.{name}"), name)()
