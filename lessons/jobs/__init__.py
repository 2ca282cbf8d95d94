"""Where work runs: `ask` for a measurement or a training run, look at its ticket, never wait on a script thread.

The same question asked twice is one ticket, so thirty readers on one setting compute once.
"""

import atexit
import os
from functools import lru_cache

from lessons.experiment import Experiment, Trained
from lessons.jobs.pool import Pool, Ticket
from lessons.jobs.work import measuring, training

__all__ = ["Ticket", "measure", "pool", "stop", "train"]


@lru_cache(maxsize=1)
def pool() -> Pool:
    """This process's workers: one a core, at least two, so that a sweep does not stand behind a training run."""
    workers = Pool(int(os.environ.get("MODELS_FOR_ANTS_WORKERS", max(2, os.cpu_count() or 2))))
    atexit.register(workers.close)
    return workers


def measure(experiment: Experiment, urgent: bool = False) -> Ticket:
    """Ask for an Outcome."""
    return pool().ask(("measure", experiment), measuring, experiment, urgent=urgent)


def train(source: Trained) -> Ticket:
    """Ask for a training run; its last event is a Kept."""
    return pool().ask(("train", source), training, source, urgent=True)


def stop(ticket: Ticket, reader: str) -> None:
    """Take a reader off a training run. It ends with its last reader; before that, one who leaves takes a copy along."""
    ticket.readers.discard(reader)
    if ticket.readers:
        pool().command(ticket, "keep")
    elif not pool().withdraw(ticket):
        pool().forget(ticket)  # whoever asks for the whole run from now on gets a new one
        pool().command(ticket, "stop")
