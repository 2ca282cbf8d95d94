"""What all in a class train at once, each with another seed or setting: declared by the room of a lesson, drawn into
one chart of the class."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lessons.charts.lines import Axis
from lessons.classroom.deal import Dealt
from lessons.experiment import Experiment
from lessons.jobs.ticket import Ticket


@dataclass(frozen=True)
class Overlay:
    """What is dealt and trained, and the axes of the chart.

    `values`: dealt in turn besides seeds; `first`: the first seed, None for those of the activity; `runs`: what is
    trained of it, by x; `said`: what is dealt, in words; `settings`: those at which the lesson shows it, as its address
    has them; `measures`: asks for a measurement, for a payer; `quality`: the quantity in that which is y; `learns`:
    whether the chart shows accuracy along the training instead, x being the optimiser step; `names`: of all x, where
    they are no numbers.
    """

    title: str
    opens: str
    x: Axis
    y: Axis
    runs: Callable[[Dealt], Mapping[float | str, Experiment]]
    said: Callable[[Dealt], str]
    settings: Callable[[Dealt], Mapping[str, str]]
    measures: Callable[[Experiment, str], Ticket]
    values: tuple[str, ...] = ()
    first: int | None = None
    quality: str = "accuracy"
    learns: bool = False
    names: tuple[str, ...] = ()
