"""What jobs tell those who asked; a training run tells its `Step`s too. Needs no torch, so that asking is cheap."""

from dataclasses import dataclass

from lessons.experiment import Experiment
from lessons.measure.layer_view import LayerView
from lessons.quantity import Measurement, Quantity


@dataclass(frozen=True)
class Notice:
    """Something the reader should know about a run."""

    text: str


@dataclass(frozen=True)
class Kept:
    """Trained weights are stored under this experiment."""

    experiment: Experiment


@dataclass(frozen=True, eq=False)
class Outcome:
    """All a page shows of one experiment."""

    measurement: Measurement
    timing: tuple[Quantity, Quantity]  # of the baseline, and of this experiment, in turns
    watts: float | None  # of the processor's package meanwhile, where there is a counter
    layers: dict[str, LayerView]
