"""The networks that get shrunk. Each is a function in the module of its name: `cnn.cnn()`."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

LAYERS = {  # those with weights, in the order they run
    "cnn": ("conv1", "conv2", "conv3", "fc"),
    "depthwise": ("conv1", "dw1", "pw1", "dw2", "pw2", "dw3", "pw3", "fc"),
}
NAMES = tuple(LAYERS)


def make(name: str) -> "nn.Module":
    """A network with random weights. Loads torch only now: those who only name a model need not wait for it."""
    return getattr(import_module(f"lessons.models.{name}"), name)()
