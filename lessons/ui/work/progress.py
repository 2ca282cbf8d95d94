"""How far work is that others do, and who is before it: the words and the shares of every bar of progress."""

import os
import time
from collections.abc import Iterable, Sequence

from lessons.experiment import shipped
from lessons.jobs import ask
from lessons.jobs.events import Progress
from lessons.jobs.recordings import Recording
from lessons.jobs.ticket import Ticket
from lessons.text import sections
from lessons.training.progress import TrainingStep
from lessons.ui.state.visit import visitor

WORDS = sections("house")
SEPARATOR = " · "
ENOUGH = 0.05  # of a piece of work, to tell from how long all of it takes
UNITS = ((3600, "h"), (60, "min"), (1, "s"))


def ahead(ticket: Ticket) -> str:
    """Who is before a ticket that waits: `2 runs of other readers are ahead`, `3 runs of yours are ahead`; nothing once
    it runs."""
    total, others = ticket.pool.ahead_of(ticket), ticket.pool.ahead_of(ticket, but_of=visitor())
    whose, number = ("others", others) if others else ("yours", total)
    return WORDS(f"{whose} ahead" if number > 1 else f"one of {whose} ahead", runs=number) if number else ""


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


def left(done: float, began: float | None) -> str:
    """How long work of which a share is done will still take, if it goes on as it has: ` · about 8 s left`; nothing
    before there is something to go by. `began`: when, in seconds of `time.monotonic`."""
    if began is None or not ENOUGH <= done < 1:
        return ""
    return SEPARATOR + WORDS("left", time=about((time.monotonic() - began) * (1 - done) / done))


def left_of_all(tickets: Iterable[Ticket]) -> str:
    """The same of equal pieces of work, of which one runs at a time."""
    under_way = [ticket for ticket in tickets if not ticket.ended]
    runs = next((each for each in under_way if each.began and share(each) >= ENOUGH), None)
    if runs is None:
        return ""
    each = (time.monotonic() - runs.began) / share(runs)
    return SEPARATOR + WORDS("left", time=about(each * sum(1 - share(ticket) for ticket in under_way)))


def takes_here(recordings: Sequence[Recording]) -> str:
    """How long recorded jobs should take side by side on this machine, from what a forward pass takes here and took
    there: `, in about 9 s`; nothing until that is measured."""
    known = ask.measure(shipped()).result
    if known is None:
        return ""
    each = [recording.seconds * known.timing[0].value / recording.pass_ms for recording in recordings]
    return WORDS("in about", time=about(max([*each, sum(each) / (os.cpu_count() or 1)])))


def about(seconds: float) -> str:
    """A time that is not known exactly: `about 8 s`, `about 40 s`, `about 3 min`."""
    size, unit = next((step for step in UNITS if seconds >= 1.5 * step[0]), UNITS[-1])
    count = seconds / size
    return WORDS("about", count=max(1, round(count, -1 if count > 20 else 0)), unit=unit)


def share_of_all(shares: Iterable[float]) -> float:
    """How much of several equal pieces of work is done."""
    each = list(shares)
    return sum(each) / len(each) if each else 1.0
