"""What pages ask of the workers. They look at the ticket they get; nobody waits on a script thread."""

from lessons.experiment import Experiment, Trained
from lessons.jobs.pool import Ticket, pool


def measure(experiment: Experiment, urgent: bool = False) -> Ticket:
    """Ask for an Outcome. `urgent`: a reader looks at where it belongs."""
    return pool().ask(("measure", experiment), "lessons.jobs.work:measuring", experiment, urgent=urgent)


def train(source: Trained, reader: str) -> Ticket:
    """Ask for a training run on behalf of a reader; its last event is a Kept. A run that failed is tried again."""
    key = ("train", source)
    ticket = pool().ask(key, "lessons.jobs.work:training", source, long=True, reader=reader)
    if ticket.state == "failed":
        pool().forget(ticket)
        ticket = pool().ask(key, "lessons.jobs.work:training", source, long=True, reader=reader)
    return ticket
