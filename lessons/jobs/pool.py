"""Worker processes, a queue before them, and a ticket for every question. Knows nothing of what the jobs do."""

import atexit
import contextlib
import itertools
import logging
import os
import pickle
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from lessons.jobs.worker import THREADS, Command, Ended, Job

ROOT = Path(__file__).parents[2]
REMEMBERED = 1_000  # ended tickets; the longest unused go first
DIED = "The worker that ran this has died (out of memory, perhaps). Nothing else is lost: try again."
State = Literal["waiting", "running", "done", "failed"]
log = logging.getLogger(__name__)


class Ticket:
    """A question asked of the workers. `events` only grows; once the state is "done" its last one is the result."""

    def __init__(self, number: int, job: Job, urgent: bool):
        self.number, self.job, self.urgent = number, job, urgent
        self.state: State = "waiting"
        self.events: list[Any] = []
        self.error: str | None = None
        self.began: float | None = None
        self.readers: set[str] = set()

    @property
    def result(self) -> Any:
        """The last event of a job that is done, else None."""
        return self.events[-1] if self.state == "done" else None

    @property
    def ended(self) -> bool:
        return self.state in ("done", "failed")

    def end(self, how: Ended) -> None:
        """Note how the job ended. For the lanes."""
        if how.error:
            log.warning("job %s failed: %s", self.job.function, how.details or how.error)
        self.error = how.error
        self.state = "failed" if how.error else "done"


class Pool:
    """`workers` processes; one thread each feeds its process and listens to it."""

    def __init__(self, workers: int):
        self._changed = threading.Condition()
        self._tickets: OrderedDict[Hashable, Ticket] = OrderedDict()
        self._waiting: list[Ticket] = []
        self._numbers = itertools.count()
        self.closed = False
        self._lanes: list[_Lane] = []
        for _ in range(workers):
            self._lanes.append(_Lane(self, after=self._lanes[-1] if self._lanes else None))

    def ask(self, key: Hashable, function: str, *arguments: Any, urgent: bool = False) -> Ticket:
        """The ticket for this key: the one there is, or a new one in the queue. Urgent ones go before the others."""
        with self._changed:
            ticket = self._tickets.get(key)
            if ticket is None:
                number = next(self._numbers)
                ticket = self._tickets[key] = Ticket(number, Job(number, function, arguments), urgent)
                self._waiting.append(ticket)
            elif urgent and not ticket.urgent:
                ticket.urgent = True
            self._tickets.move_to_end(key)
            self._waiting.sort(key=_turn)
            self._forget_old()
            self._changed.notify()
        return ticket

    def ahead_of(self, ticket: Ticket) -> int:
        """How many tickets will be taken before this one."""
        with self._changed:
            return sum(_turn(other) < _turn(ticket) for other in self._waiting)

    def command(self, ticket: Ticket, word: str) -> None:
        """Send a word to a running job. A job that waits or has ended does not hear it."""
        for lane in self._lanes:
            lane.command(ticket, word)

    def withdraw(self, ticket: Ticket) -> bool:
        """Take a ticket that still waits out of the queue and forget it. False if it no longer waited."""
        with self._changed:
            if ticket not in self._waiting:
                return False
            self._waiting.remove(ticket)
            self._drop(ticket)
            return True

    def forget(self, ticket: Ticket) -> None:
        """Let an ended ticket's question be asked anew."""
        with self._changed:
            self._drop(ticket)

    def processes(self) -> list[int]:
        """Process ids of the workers that run now."""
        return [lane.process.pid for lane in self._lanes if lane.process and lane.process.poll() is None]

    def close(self) -> None:
        """End all workers."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
        for lane in self._lanes:
            lane.end()

    def next_ticket(self) -> Ticket | None:
        """Wait for the first in the queue; None once the pool is closed. For the lanes."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self.closed)
            if self.closed:
                return None
            ticket = self._waiting.pop(0)
            ticket.state, ticket.began = "running", time.time()
            return ticket

    def _drop(self, ticket: Ticket) -> None:
        for key in [key for key, other in self._tickets.items() if other is ticket]:
            del self._tickets[key]

    def _forget_old(self) -> None:
        ended = [key for key, ticket in self._tickets.items() if ticket.ended]
        for key in ended[: max(0, len(self._tickets) - REMEMBERED)]:
            del self._tickets[key]


class _Lane:
    """One worker process and the thread that looks after it. A worker that dies is replaced.

    Workers start one after another: at once they would slow each other, and the first reader waits for the first.
    """

    def __init__(self, pool: Pool, after: "_Lane | None"):
        self.pool, self.after = pool, after
        self.process: subprocess.Popen | None = None
        self.ready = threading.Event()
        self._ticket: Ticket | None = None
        self._writing = threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    def command(self, ticket: Ticket, word: str) -> None:
        if self._ticket is ticket:
            with contextlib.suppress(OSError):  # the worker has just died: the ticket will say so
                self._send(Command(ticket.number, word))

    def end(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def _serve(self) -> None:
        if self.after:
            self.after.ready.wait()
        self._start()
        while (ticket := self.pool.next_ticket()) is not None:
            self._ticket = ticket
            ended = self._run(ticket)
            if ended is None and not ticket.events:  # it may have died while idle: that is no fault of this job
                ended = self._run(ticket)
            self._ticket = None
            if not self.pool.closed:
                ticket.end(ended or Ended(DIED))

    def _start(self) -> None:
        threads = str(THREADS)
        limits = {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from lessons.jobs.worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | limits,
        )
        try:
            pickle.load(self.process.stdout)  # Ready
        except EOFError:
            log.error("a worker ended while it started, with exit status %s", self.process.wait())
        self.ready.set()  # or never will be: the next one may try

    def _run(self, ticket: Ticket) -> Ended | None:
        """Run a job to its end; None if the worker dies first. It is replaced then."""
        try:
            self._send(ticket.job)
            while not isinstance(event := pickle.load(self.process.stdout), Ended):
                ticket.events.append(event)
            return event
        except (EOFError, OSError, pickle.UnpicklingError):
            self.end()
            if not self.pool.closed:
                self._start()
            return None

    def _send(self, message: Any) -> None:
        with self._writing:
            pickle.dump(message, self.process.stdin)
            self.process.stdin.flush()


def _turn(ticket: Ticket) -> tuple[bool, int]:
    return (not ticket.urgent, ticket.number)


@lru_cache(maxsize=1)
def pool() -> Pool:
    """This process's workers: one a core, but at least two (a sweep should not stand behind a training run) and at most
    four (each takes 0.8 GB); MODELS_FOR_ANTS_WORKERS sets another number."""
    workers = Pool(int(os.environ.get("MODELS_FOR_ANTS_WORKERS", min(max(2, os.cpu_count() or 2), 4))))
    atexit.register(workers.close)
    return workers
