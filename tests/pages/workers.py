"""The workers of page tests: none but the test itself, which does a page's jobs where it would wait for them.

Pages ask as ever, and the queue is the app's own; only the processes are missing. So what a page shows and what a test
expects is made once, in one process, and nobody waits for workers to start. Real ones are tested in
tests/unit/test_jobs.py, and in a browser.
"""

import contextvars
import pickle
import threading
from collections.abc import Iterator
from typing import Any

import torch

from lessons.jobs.messages import Command, Ended
from lessons.jobs.pool import Pool
from lessons.jobs.ticket import Ticket
from lessons.jobs.worker import THREADS, _told

EVENTS = 25  # of a long job, between two runs of a page


class Here(Pool):
    """A pool whose jobs are done by the caller of `work`."""

    def __init__(self):
        super().__init__(workers=0)
        self._changed = Now()
        self._bench = Bench(self)
        self._lanes.append(self._bench)

    def work(self, most: int = 1_000) -> bool:
        """Do what is urgent, else so many short jobs, else a part of one that takes long. Whether there was any."""
        return contextvars.copy_context().run(self._bench.work, most)


class Now(threading.Condition):
    """For which nobody waits."""

    def wait_for(self, predicate, timeout=None):
        return predicate()


class Bench:
    """What a pool sees of its only lane."""

    alive = busy = False  # there is no process

    def __init__(self, pool: Here):
        self.pool = pool
        self.tickets: list[Ticket] = []  # that were begun
        self._events: dict[int, Iterator[Any]] = {}
        self._words: dict[int, str] = {}

    def command(self, command: Command) -> None:
        self._words[command.number] = command.word

    def end(self) -> None:
        self.tickets.clear()

    def work(self, most: int) -> bool:
        torch.set_num_threads(THREADS)
        short, urgent = 0, self._urgent()
        while short < most and self._urgent() == urgent and (ticket := self.pool.next_ticket(takes_long=False)):
            self._begin(ticket)
            while not ticket.ended:
                self._step(ticket)
            short += 1
        if short:
            return True  # a page that waits for these need not train first
        if not self.tickets and (ticket := self.pool.next_ticket(takes_long=True)):
            self._begin(ticket)
        begun = list(self.tickets)
        for ticket in begun:
            for _ in range(EVENTS):
                if not ticket.ended:
                    self._step(ticket)
        return bool(begun)

    def _urgent(self) -> bool:
        return any(ticket.urgent and not ticket.long for ticket in self.pool._waiting)

    def _begin(self, ticket: Ticket) -> None:
        self.tickets.append(ticket)
        job = pickle.loads(pickle.dumps(ticket.job))
        self._events[job.number] = _told(job, lambda: self._words.pop(job.number, None))
        if ticket.wanted:
            self._words[job.number] = ticket.wanted

    def _step(self, ticket: Ticket) -> None:
        event = pickle.loads(pickle.dumps(next(self._events[ticket.job.number], Ended("It was interrupted"))))
        if isinstance(event, Ended):
            self.tickets.remove(ticket)
            del self._events[ticket.job.number]
            self.pool.end(ticket, event)
        else:
            ticket.events.append(event)
