"""The networks that get shrunk. Each is a function in the module of its name: `cnn.cnn()`; those of another size than
the baseline are called after it, as `cnn-8x3`: 8 channels in the first layer, 3 convolutions.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

LAYERS = {  # those with weights, in the order they run
    "cnn": ("conv1", "conv2", "conv3", "fc"),
    "depthwise": ("conv1", "dw1", "pw1", "dw2", "pw2", "dw3", "pw3", "fc"),
}
NAMES = tuple(LAYERS)  # those a page offers
LARGE = {"large": ("conv1", "conv2", "conv3", "conv4", "fc")}  # the teacher
WIDTHS, DEPTHS = (2, 4, 8, 16, 32), (1, 2, 3, 4)
SIZED = {f"cnn-{width}x{depth}": (width, depth) for width in WIDTHS for depth in DEPTHS}  # what each name means


def layers_of(name: str) -> tuple[str, ...]:
    """The names of a network's layers with weights, in the order they run."""
    if name in SIZED:
        return (*(f"conv{at}" for at in range(1, SIZED[name][1] + 1)), "fc")
    return (LAYERS | LARGE)[name]


def make(name: str) -> "nn.Module":
    """A network with random weights. Loads torch only now: those who only name a model need not wait for it."""
    from lessons.models import cnn, depthwise, large, sized

    if name in SIZED:
        return sized.sized(*SIZED[name])
    return {"cnn": cnn.cnn, "depthwise": depthwise.depthwise, "large": large.large}[name]()
