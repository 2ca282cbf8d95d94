"""How far work is that others do, and who is before it: the words and the shares of every bar of progress."""

from collections.abc import Iterable

from lessons.jobs.events import Progress
from lessons.jobs.ticket import Ticket
from lessons.quantity import counted
from lessons.training.progress import TrainingStep
from lessons.ui.state.visit import visitor


def ahead(ticket: Ticket) -> str:
    """Who is before a ticket that waits: `2 runs of other readers are ahead`, `3 runs of yours are ahead`; nothing once
    it runs."""
    total, others = ticket.pool.ahead_of(ticket), ticket.pool.ahead_of(ticket, but_of=visitor())
    whose, number = ("other readers", others) if others else ("yours", total)
    return f"{counted(number, 'run')} of {whose} {'is' if number == 1 else 'are'} ahead" if number else ""


def share(ticket: Ticket | None) -> float:
    """How much of a piece of work is done, from 0 to 1: as its last step says, or its last word on it."""
    if ticket is None or not ticket.events:
        return 0.0
    if ticket.state == "done":
        return 1.0
    for event in reversed(ticket.events):
        if isinstance(event, TrainingStep):
            return event.step / event.total
        if isinstance(event, Progress):
            return min(event.share, 1.0)
    return 0.0


def share_of_all(shares: Iterable[float]) -> float:
    """How much of several equal pieces of work is done."""
    each = list(shares)
    return sum(each) / len(each) if each else 1.0
