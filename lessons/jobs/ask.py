"""What pages ask of the workers. They look at the ticket they get; nobody waits on a script thread."""

from lessons.experiment import Experiment, Trained
from lessons.jobs.pool import Ticket, pool


def measure(experiment: Experiment, urgent: bool = False) -> Ticket:
    """Ask for an Outcome."""
    return pool().ask(("measure", experiment), "lessons.jobs.work:measuring", experiment, urgent=urgent)


def train(source: Trained) -> Ticket:
    """Ask for a training run; its last event is a Kept."""
    return pool().ask(("train", source), "lessons.jobs.work:training", source, urgent=True)


def stop(ticket: Ticket, reader: str) -> None:
    """Take a reader off a training run. It ends with its last reader; before that, one who leaves takes a copy along."""
    ticket.readers.discard(reader)
    if ticket.readers:
        pool().command(ticket, "keep")
    elif not pool().withdraw(ticket):
        pool().forget(ticket)  # whoever asks for the whole run from now on gets a new one
        pool().command(ticket, "stop")
