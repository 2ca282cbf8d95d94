"""What a page shows of a layer: the numbers it holds or is fed, and the grid they are rounded to."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("measure")

SCANNED = (*range(0, 100, 10), 95, 100)  # percent of a layer's weights
GONE = 0  # in a picture of weights
MOST_MARKS = 64  # more could not be told apart, and 65,536 a layer would fill the server's memory


@dataclass(frozen=True, eq=False)
class View:
    """A histogram and a grid: `counts` [60] of numbers between `edges` [61]; `levels` many values they can take after
    rounding, 0 if any; `marks`: those values, rising, or only the outermost two where they are too many to be drawn.

    `zeros`: the share of numbers that are exactly 0 and left out of the histogram; `clipped`: the share more than half
    a step beyond the grid's ends; `error`: root mean square of (rounded − original) over the whole layer.
    """

    edges: np.ndarray
    counts: np.ndarray
    levels: int
    marks: np.ndarray
    zeros: float
    clipped: float
    error: float


@dataclass(frozen=True)
class LayerCost:
    """One layer with weights, for one example. `parameters` counts weights and biases; shapes are without the batch."""

    name: str  # of the layer, as the network calls it
    macs: int  # multiply–accumulates
    weights: int  # numbers in its weight
    parameters: int
    shape_in: tuple[int, ...]  # of its input, without the batch
    shape_out: tuple[int, ...]  # of its output, without the batch

    @property
    def inputs(self) -> int:
        """Numbers read."""
        return prod(self.shape_in)

    @property
    def outputs(self) -> int:
        """Numbers written."""
        return prod(self.shape_out)


@dataclass(frozen=True, eq=False)
class OneWeight:
    """The loss (nats) on some training pictures, and its gradient, at several values [k] of one weight, whose place in
    its layer and trained value are given."""

    place: tuple[int, ...]  # index into the layer's weight
    trained: float  # the value that training found
    pictures: int  # training pictures that the loss is the mean of
    values: np.ndarray  # that are tried, float64 [k]
    losses: np.ndarray  # at these values, nats, [k]
    gradients: np.ndarray  # ∂loss/∂weight there, [k]

    def losses_at(self, path: Sequence[tuple[float, float]], left: int) -> dict[str, Quantity]:
        """The loss at the start and the end of a walk of (weight, loss), which ends before the step that `left` the
        measured range, if one did; and the lowest there was."""
        last = WORDS("loss: before step", step=left) if left else WORDS("loss: step", step=len(path) - 1)
        how = WORDS("loss: how", count=len(self.values), place=list(self.place), images=self.pictures)
        return {
            WORDS["loss: start"]: Quantity("start", path[0][1], "nats", "measured", source=how),
            last: Quantity("end", path[-1][1], "nats", "estimated", source=WORDS["loss: interpolated"]),
            WORDS["loss: lowest"]: Quantity("lowest", float(self.losses.min()), "nats", "measured", source=how),
        }


@dataclass(frozen=True, eq=False)
class LayerView:
    """A layer's cost, weights and inputs.

    Where scales are not shared by the whole layer, each part has its own grid: `part` says whose weights are shown.
    `picture`: every weight as a grey uint8 [out, in, height, width], 0 where it is gone, else 1 (the most negative) to
    255.
    """

    cost: LayerCost  # of one inference
    part: str
    weights: View  # before and after, with their grid
    inputs: View  # what flows into the layer, likewise
    picture: np.ndarray

    @property
    def kept(self) -> int:
        """How many weights are left."""
        return int((self.picture != GONE).sum())


@dataclass(frozen=True)
class Scanned:
    """Accuracy with so many percent of one layer pruned, and all others left alone. `layer`: its number; `weights`: how
    many it has."""

    layer: int
    weights: int
    sparsity: int  # of that layer, in %
    accuracy: Quantity  # of the whole network, in %


@dataclass(frozen=True, eq=False)
class Rounding:
    """`weights`: float32 [channels, n] after rounding. `levels`: how many values a weight can take; `first`, `step`:
    float32 [channels], the lowest of them in each channel, and the distance to the next."""

    weights: np.ndarray
    levels: int
    first: np.ndarray
    step: np.ndarray


@dataclass(frozen=True, eq=False)
class RoundedWeights:
    """Some weights of one `layer` (its block's name) before and after it was rounded in some ways. `weights`: float32
    [channels, n], as they were; `channels`: the output channels they are of; `ways`: what each way made of them."""

    layer: str
    channels: Sequence[int]
    weights: np.ndarray
    ways: Sequence[Rounding]


@dataclass(frozen=True, eq=False)
class Wiring:
    """What several ways of pruning leave between some channels of a network, and of the whole of it.

    `layers`: their blocks' names, in the order they run; `channels`: those shown of each; `wires`: int [n, 3], each
    one's layer, and the places among the channels shown that it comes from and leads to. `strength`: float32
    [1 + ways, n], the sum of |w| along each wire, unpruned first; `silent`: bool [ways, nodes], which channels shown,
    layer by layer, give 0 whatever the image; `weights`, `left`: how many weights the network has, and keeps.
    """

    layers: Sequence[str]
    channels: Sequence[Sequence[int]]
    wires: np.ndarray
    strength: np.ndarray
    silent: np.ndarray
    weights: int
    left: Sequence[int]
