"""Notices workers that hang: one that has a job and shows no sign of life for a minute is ended, and a new one takes
its place.

A sign of life is an event of the job, or processor time or input and output of the process (`alive.tell`): a busy
machine is slow. One that computes for a minute without an event is ended, too, unless its job loads a large model, or
may have to train the one it is about.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lessons.experiment import Experiment, Trained, Written
from lessons.jobs.lanes import Lane

QUIET = 60  # seconds without a sign of life
SPENT = 60  # seconds of processor time without an event
LOADS, TRAINS = 300, 1_200  # the same, where a job loads a large language model, or may train what it is about
SILENT = 1_200  # seconds without an event, though the worker computes: longer than any training
LOOKS = 1.0  # seconds between two looks
log = logging.getLogger(__name__)


def watch(lanes: Sequence[Lane], closed: Callable[[], bool]) -> None:
    """End the workers of these lanes that hang, until all is closed."""
    while not closed():
        time.sleep(LOOKS)
        for lane in lanes:
            if hangs(lane, time.monotonic()):
                log.warning("a worker hangs at %s and is ended", [ticket.job.name for ticket in lane.tickets])
                lane.give_up()


def hangs(lane: Lane, now: float) -> bool:
    """Whether the worker of a lane should have said something by now."""
    if not lane.busy:
        return False
    quiet = now - lane.lived > QUIET or now - lane.told > SILENT
    return quiet or (lane.silent > SPENT and lane.silent > patience(lane))


def patience(lane: Lane) -> float:
    """Seconds of processor time that the jobs of a lane may compute without an event."""
    about = [each for ticket in list(lane.tickets) for each in _experiments(ticket.job.arguments)]
    if any(each.trainings or isinstance(each.source, Trained | Written) for each in about):
        return TRAINS
    return LOADS if any(each.writes for each in about) else SPENT


def _experiments(arguments: Any) -> Iterator[Experiment]:
    for each in arguments if isinstance(arguments, tuple) else (arguments,):
        if isinstance(each, Experiment):
            yield each
        elif isinstance(each, tuple):
            yield from _experiments(each)
