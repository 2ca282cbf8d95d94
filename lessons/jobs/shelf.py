"""Answers tickets from what is kept on this machine, before a worker takes them: a thread that reads files."""

import logging
import queue
import threading
from collections.abc import Callable
from typing import Any

from lessons.jobs import results
from lessons.jobs.ticket import Ticket

Found = Callable[[Ticket, str | None, list[Any] | None], None]
log = logging.getLogger(__name__)


class Shelf:
    """`found` is told of each ticket that is sought: under which name its answer is kept, and the events that are."""

    def __init__(self, found: Found):
        self._found = found
        self._tickets: queue.SimpleQueue[Ticket | None] = queue.SimpleQueue()
        self._started = False

    def seeks(self, ticket: Ticket) -> bool:
        """Look for a ticket's answer, if such answers are kept at all; the thread starts with the first."""
        if not results.keeps(ticket.job.function, *ticket.job.arguments):
            return False
        self._tickets.put(ticket)
        if not self._started:
            self._started = True
            threading.Thread(target=self._seek, daemon=True).start()
        return True

    def close(self) -> None:
        """End the thread."""
        self._tickets.put(None)

    def _seek(self) -> None:
        while (ticket := self._tickets.get()) is not None:
            name = events = None
            try:
                name = results.name_of(ticket.job.function, *ticket.job.arguments)
                events = name and results.get(name, far=False)
            except Exception:  # whatever it is, a worker can answer
                log.exception("what is kept of %s cannot be read", ticket.job.name)
            self._found(ticket, name, events)
