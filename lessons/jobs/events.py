"""What jobs tell those who asked; a training run tells its `TrainingStep`s, too. Needs no torch: asking is
cheap.

A job is a generator of these, the last of which is the result. It is given `asked`, which tells it what its readers
want meanwhile: "keep" (a copy of what there is now), "stop" (that, and no more), or nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lessons.experiment import Adapt, Experiment
from lessons.measure.layer_view import LayerCost, LayerView
from lessons.quantity import Measurement, Quantity

Asked = Callable[[], str | None]


@dataclass(frozen=True)
class Progress:
    """How much of a job is done, from 0 to 1. No result: a job whose last event this is was stopped."""

    share: float


@dataclass(frozen=True)
class Waiting:
    """A job waits for its turn with a model; who asked is told nothing."""


@dataclass(frozen=True)
class Piece:
    """A piece of a text that is being written."""

    text: str


@dataclass(frozen=True)
class Notice:
    """Something the reader should know about a run."""

    text: str


@dataclass(frozen=True)
class ModelKept:
    """Trained weights are stored under this experiment."""

    experiment: Experiment


@dataclass(frozen=True)
class Taken:
    """An uploaded adapter that is kept; `base`: what its settings call the model it was trained beside, if anything."""

    adapt: Adapt
    base: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """All a page shows of one experiment; of a recorded one only the measurement, for the rest is of a machine."""

    measurement: Measurement
    timing: tuple[Quantity, Quantity] | None  # of the baseline, and of this experiment, in turns
    watts: float | None  # of the processor's package meanwhile, where there is a counter
    layers: dict[str, LayerView]

    @property
    def whole(self) -> bool:
        """Whether it was made here: all of it is there."""
        return self.timing is not None


@dataclass(frozen=True)
class TextSample:
    """What a model that is being trained writes after so many steps."""

    step: int
    text: str


@dataclass(frozen=True)
class GeneratedText:
    """What a language model wrote, and in how many pieces."""

    text: str
    pieces: int


@dataclass(frozen=True)
class Continuation:
    """The tokens that a language model predicted most likely after a text, one after another, each as its text."""

    pieces: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Activations:
    """What one picture does in a network: the picture as it is looked at, uint8 [28, 28]; what comes out of each layer
    but the last, by name, uint8 [channels, side, side], 255 being the layer's largest number; ten probabilities."""

    pixels: np.ndarray
    layers: dict[str, np.ndarray]
    probabilities: Sequence[float]


@dataclass(frozen=True, eq=False)
class Walk:
    """What each layer of a network costs, and what some images do in it, whose Activations hold the strongest channels
    of each layer only."""

    costs: Sequence[LayerCost]
    seen: Sequence[Activations]
