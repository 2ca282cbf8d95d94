"""Networks of other sizes: what the lesson trains to compare them."""

from itertools import product

from lessons.experiment import Trained
from lessons.models import DEPTHS, WIDTHS

EPOCHS = {"fashion": 2, "digits": 10}  # 320 optimiser steps: enough to compare sizes, short enough to wait for
Size = tuple[int, int]  # channels of the first layer, convolutions


def compared(width: int, depth: int) -> list[Size]:
    """This size first, then those that differ from it in width alone, or in depth alone."""
    wider, deeper = [(w, depth) for w in WIDTHS], [(width, d) for d in DEPTHS]
    return list(dict.fromkeys([(width, depth), *wider, *deeper]))


def network(task: str, size: Size) -> Trained:
    """The network of this size, as it is trained for a task."""
    return Trained(task, "cnn-{}x{}".format(*size), epochs=EPOCHS[task])


def all_sizes() -> list[Size]:
    """Every size that the page can be set to."""
    return [*product(WIDTHS, DEPTHS)]
