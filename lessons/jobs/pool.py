"""Worker processes, a queue before them, and a ticket for every question. Knows nothing of what the jobs do."""

from __future__ import annotations

import atexit
import hashlib
import itertools
import os
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lessons import counted
from lessons.jobs.lanes import AT_ONCE, Lane, Resident
from lessons.jobs.messages import Command, Ended, Job
from lessons.jobs.shelf import Shelf
from lessons.jobs.ticket import Ticket
from lessons.jobs.turns import Turns
from lessons.jobs.watch import watch

if TYPE_CHECKING:
    from lessons.jobs.dask_lanes import Cluster

REMEMBERED = 1_000  # ended tickets; the longest unused go first
HALF = AT_ONCE // 2  # of the jobs that a resident takes turns with, for one visitor


class Pool:
    """`workers` processes; one thread each feeds its process and listens to it.

    Where there are several, the first takes no long jobs: however many readers train, a slider is answered. Of the long
    ones in the background one runs at a time, so that a reader who trains need not wait for a worker; and visitors take
    turns.

    A `resident` pool is one process that starts with its first job, keeps what it has loaded, and takes turns with its
    jobs. With the address of a Dask `scheduler`, the workers there do all jobs, as long as there are any (see
    `dask_lanes`).
    """

    def __init__(self, workers: int, resident: bool = False, scheduler: str | None = None):
        self._changed = threading.Condition()
        self._tickets: OrderedDict[Hashable, Ticket] = OrderedDict()
        self._waiting: list[Ticket] = []
        self._running: list[Ticket] = []
        self._turns = Turns(HALF if resident else None)
        self._background: Ticket | None = None  # the one that started last
        self._numbers = itertools.count()
        self._spent: OrderedDict[str | None, float] = OrderedDict()
        self.closed = False
        self._shelf = Shelf(self.found)
        self._lanes: list[Lane] = [Resident(self)] if resident else []
        self._cluster = _cluster(self, scheduler, workers) if scheduler else None
        if not resident and not scheduler:
            self.work_here(workers)
        threading.Thread(target=watch, args=(self._lanes, lambda: self.closed), daemon=True).start()

    def work_here(self, workers: int) -> list[Lane]:
        """Start so many worker processes on this machine; their lanes."""
        lanes: list[Lane] = []
        for at in range(workers):
            lanes.append(Lane(self, lanes[-1] if lanes else None, takes_long=at > 0 or workers == 1))
            self.join(lanes[-1])
        return lanes

    def join(self, lane: Lane) -> None:
        """Have a lane work for this pool. For the lanes."""
        self._lanes.append(lane)

    def dismiss(self, lanes: Iterable[Lane]) -> None:
        """Have lanes work for this pool no more; each ends what it has begun."""
        with self._changed:
            for lane in lanes:
                lane.dismissed = True
            self._changed.notify_all()

    def gone(self, lane: Lane) -> None:
        """Note that a lane has ended. For the lanes."""
        if lane in self._lanes:
            self._lanes.remove(lane)

    def ask(
        self,
        key: Hashable,
        function: Callable[..., Iterator[Any]],
        *arguments: Any,
        urgent: bool = False,
        long: bool = False,
        reader: str | None = None,
        payer: str | None = None,
        background: bool = False,
        owner: str | None = None,
    ) -> Ticket:
        """The ticket for this key: the one there is, or a new one in the queue.
        The `function` of a module does the job: it takes the arguments, and `asked` (see `events`). `owner`: for whom
        files are kept, where that is not this visitor."""
        with self._changed:
            ticket = self._tickets.get(key)
            if ticket is None:
                owner = hashed(payer or reader) if owner is None else owner
                job = Job(next(self._numbers), function, arguments, owner)
                ticket = self._tickets[key] = Ticket(job, long, background, payer, self)
                self._waiting.append(ticket)
                ticket.sought = self._shelf.seeks(ticket)
            ticket.urgent |= urgent
            ticket.background &= background
            if reader:
                ticket.seen(reader)
            self._tickets.move_to_end(key)
            self._forget_old()
            self._changed.notify_all()
        return ticket

    def asked_before(self, key: Hashable) -> Ticket | None:
        """The ticket for this key, if there is one."""
        with self._changed:
            return self._tickets.get(key)

    def ahead_of(self, ticket: Ticket, but_of: str | None = None) -> int:
        """How many of its kind run or wait before this one, without those `but_of` one reader; 0 once it runs
        itself."""
        with self._changed:
            if ticket not in self._waiting:
                return 0
            running = [ticket for lane in self._lanes for ticket in lane.tickets]
            places = self._turns.places(self._waiting)
            before = [other for other in self._waiting if places[other] < places[ticket]]
            mine = lambda other: but_of is not None and but_of in (other.payer, *other.readers)
            return sum(other.long == ticket.long and not mine(other) for other in (*running, *before))

    def leave(self, ticket: Ticket, reader: str) -> None:
        """Take a reader off a long job. It ends with its last reader; before that, one who leaves takes a copy
        along."""
        with self._changed:
            ticket.readers.pop(reader, None)
            alone = not ticket.readers or ticket.abandoned
            if alone:
                self._drop(ticket)  # a question for the whole of it gets a new one from now on
            if ticket in self._waiting and alone:
                self._waiting.remove(ticket)
                self._changed.notify_all()
                return
        self.command(ticket, "stop" if alone else "keep")

    def command(self, ticket: Ticket, word: str) -> None:
        """Send a word to a job that runs."""
        ticket.wanted = word
        for lane in list(self._lanes):
            if ticket in lane.tickets:
                lane.command(Command(ticket.job.number, word))

    def wait(self, ticket: Ticket) -> None:
        """Wait until a ticket has ended, or will not be worked on: it was left, or the pool is closed."""
        over = lambda: ticket.state == "waiting" and ticket not in self._waiting
        with self._changed:
            self._changed.wait_for(lambda: ticket.ended or self.closed or over())

    def forget(self, ticket: Ticket) -> None:
        """Let an ended ticket's question be asked anew."""
        with self._changed:
            self._drop(ticket)

    def spent(self, payer: str | None) -> float:
        """Seconds of processor time of the jobs that were first asked for by this payer (None: by the server
        itself)."""
        return self._spent.get(payer, 0.0)

    def end(self, ticket: Ticket, ended: Ended) -> None:
        """Note how a job ended, and add what it took to what its payer has spent. For the lanes."""
        with self._changed:
            self._spent[ticket.payer] = self._spent.pop(ticket.payer, 0.0) + ended.seconds
            if len(self._spent) > REMEMBERED:
                self._spent.popitem(last=False)
            ticket.end(ended)
            self._changed.notify_all()
        counted.job(ticket.job.name, ended.seconds, failed=bool(ended.error) and not ended.refused)
        counted.add(ended.counts)

    def found(self, ticket: Ticket, kept_as: str | None, events: list[Any] | None) -> None:
        """Note what was kept of a ticket's answer, and under which name it is kept. For the shelf."""
        if kept_as:
            counted.count(counted.ANSWERS, counted.HIT if events else counted.MISS)
        with self._changed:
            ticket.sought, ticket.job = False, replace(ticket.job, kept_as=kept_as)
            if events and ticket in self._waiting:
                self._waiting.remove(ticket)
                ticket.events.extend(events)
                ticket.end(Ended())
            self._changed.notify_all()

    def processes(self) -> list[int]:
        """Process ids of the workers that run now."""
        return [lane.process.pid for lane in list(self._lanes) if lane.alive]

    @property
    def ready(self) -> bool:
        """Whether there is a worker that has started."""
        elsewhere = self._cluster is not None and self._cluster.staffed
        return elsewhere or any(lane.alive and lane.ready.is_set() for lane in list(self._lanes))

    def load(self) -> Counter[tuple[str, str]]:
        """How many tickets wait and run now, by state and kind."""
        with self._changed:
            under_way = {*self._waiting, *(ticket for ticket in self._running if not ticket.ended)}
            return Counter((ticket.state, ticket.kind) for ticket in under_way)

    @property
    def falls_back(self) -> bool:
        """Whether this machine does what the workers of a scheduler should: there are none."""
        return self._cluster is not None and self._cluster.lost

    def close(self) -> None:
        """End all workers."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
        self._shelf.close()
        for lane in list(self._lanes):
            lane.end()

    def tell(self, ticket: Ticket, event: Any) -> None:
        """Note what a job tells; one whose readers are gone is stopped. For the lanes."""
        ticket.tell(event)
        if ticket.abandoned and ticket.wanted != "stop":
            self.command(ticket, "stop")
            self.forget(ticket)

    def again(self, ticket: Ticket) -> None:
        """Put a ticket back into the queue whose lane is lost; its readers see a pause. For the lanes."""
        with self._changed:
            ticket.again()
            ticket.state = "waiting"
            self._waiting.append(ticket)
            self._changed.notify_all()

    def next_ticket(self, takes_long: bool, over: Callable[[], bool] = lambda: False) -> Ticket | None:
        """Wait for the first in the queue that a lane may take; None once the pool is closed, or its work is over. For
        the lanes."""

        def first() -> Ticket | None:
            for ticket in [ticket for ticket in self._waiting if ticket.abandoned]:
                self._waiting.remove(ticket)
                self._drop(ticket)
                self._changed.notify_all()
            one_runs = self._background is not None and not self._background.ended
            self._running = [ticket for ticket in self._running if not ticket.ended]
            takes = (
                ticket
                for ticket in self._turns.may_start(self._waiting, self._running)
                if not ticket.sought and (takes_long or not ticket.long) and not (ticket.background and one_runs)
            )
            return min(takes, key=self._turns.places(self._waiting).get, default=None)

        with self._changed:
            self._changed.wait_for(lambda: self.closed or over() or first())
            ticket = None if self.closed or over() else first()
            if ticket is None:
                return None
            self._waiting.remove(ticket)
            self._running.append(ticket)
            self._turns.start(ticket)
            ticket.state, ticket.began = "running", time.monotonic()
            if ticket.background:
                self._background = ticket
            return ticket

    def _drop(self, ticket: Ticket) -> None:
        for key in [key for key, other in self._tickets.items() if other is ticket]:
            del self._tickets[key]

    def _forget_old(self) -> None:
        if len(self._tickets) > REMEMBERED:
            ended = [key for key, ticket in self._tickets.items() if ticket.ended]
            for key in ended[: len(self._tickets) - REMEMBERED]:
                del self._tickets[key]


def _cluster(pool: Pool, scheduler: str, workers: int) -> Cluster:
    """The workers of a scheduler. Only who has one needs its packages (requirements-cluster.txt)."""
    from lessons.jobs.dask_lanes import Cluster

    return Cluster(pool, scheduler, workers)


def hashed(visitor: str | None) -> str:
    """The name under which files are kept for a visitor: their own is on no disk."""
    return hashlib.sha256(visitor.encode()).hexdigest()[:16] if visitor else ""


@lru_cache(maxsize=1)
def resident() -> Pool:
    """The process that holds the language model: one for all readers. It takes 2 GB with SmolLM2, and nothing until it
    is asked."""
    workers = Pool(1, resident=True)
    atexit.register(workers.close)
    return workers


@lru_cache(maxsize=1)
def pool() -> Pool:
    """This process's workers: one that only measures, and one a core to train, but at least two and at most four.

    Those that train take 0.9 GB each. MODELS_FOR_ANTS_WORKERS sets the number of all. DASK_SCHEDULER_ADDRESS is where
    other machines are found that do the work.
    """
    trainers = min(max(os.cpu_count() or 2, 2), 4)
    count = int(os.environ.get("MODELS_FOR_ANTS_WORKERS", 1 + trainers))
    workers = Pool(count, scheduler=os.environ.get("DASK_SCHEDULER_ADDRESS"))
    atexit.register(workers.close)
    return workers
