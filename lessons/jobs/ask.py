"""What pages ask of the workers. They look at the ticket they get; nobody waits on a script thread."""

import time

from lessons.experiment import Experiment, Trained
from lessons.jobs.pool import Ticket, pool


class Failed(RuntimeError):
    """A job failed; the message says how."""


def measure(experiment: Experiment, urgent: bool = False, payer: str | None = None) -> Ticket:
    """Ask for an Outcome. `urgent`: a reader looks at where it belongs; `payer`: who is charged if nobody asked before."""
    return pool().ask(("measure", experiment), "lessons.jobs.work:measuring", experiment, urgent=urgent, payer=payer)


def train(source: Trained, reader: str) -> Ticket:
    """Ask for a training run on behalf of a reader; its last event is a Kept. A run that failed is tried again."""
    key = ("train", source)
    ticket = pool().ask(key, "lessons.jobs.work:training", source, long=True, reader=reader, payer=reader)
    if ticket.state == "failed":
        pool().forget(ticket)
        ticket = pool().ask(key, "lessons.jobs.work:training", source, long=True, reader=reader, payer=reader)
    return ticket


def packed_now(experiment: Experiment) -> bytes:
    """The packed file's bytes. It waits: for a download's own thread. Raises Failed where no worker could make it."""
    ticket = pool().ask(("pack", experiment), "lessons.jobs.work:packing", experiment, urgent=True)
    while not ticket.ended:
        time.sleep(0.02)
    pool().forget(ticket)  # files are large, and rarely wanted twice
    if ticket.error:
        raise Failed(ticket.error)
    return ticket.result
