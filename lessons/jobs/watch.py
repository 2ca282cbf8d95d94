"""Notices workers that hang: one that has a job and shows no sign of life for a minute is ended, and a new one takes
its place.

A sign of life is an event of the job, or processor time or input and output of the process (`worker.pulse`): a job may
compute for longer than a minute before it has something to tell.
"""

import logging
import time
from collections.abc import Callable, Sequence

from lessons.jobs.lanes import Lane

QUIET = 60  # seconds without a sign of life
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
    return lane.busy and (now - lane.lived > QUIET or now - lane.told > SILENT)
