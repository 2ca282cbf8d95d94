"""Lanes whose jobs are done by the workers of a Dask scheduler, on other machines.

There are as many as those workers have threads; they come and go with them. Where there are none for a while, because
the scheduler cannot be reached, worker processes of this machine do the jobs until there are some again. What was under
way is done again, and its readers see a pause.

A task of Dask is called by the hash of its question and of the code that answers it, so that apps that ask the same
have it done once. What it tells meanwhile they fetch through the scheduler (`dask_worker.hear`); all of it comes once
more with its end, so that nothing is lost.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError
from typing import Any

from dask.tokenize import tokenize
from distributed import Client, Future
from distributed.scheduler import KilledWorker

from lessons import logs
from lessons.jobs.dask_worker import TRAIN, Excerpt, Performed, WorkerDied, hear, perform
from lessons.jobs.events import ModelKept
from lessons.jobs.lanes import DIED, Lane
from lessons.jobs.messages import Command, Ended, Job
from lessons.jobs.pool import Pool
from lessons.jobs.recordings import code_of
from lessons.jobs.ticket import Ticket
from lessons.jobs.worker import said

AGAIN = 2  # times a job is done again whose worker process has died
LOOKS = 1.0  # seconds between two looks at the workers there are
PATIENCE = 10.0  # seconds without workers, until those of this machine take over
ANSWERS = 10.0  # seconds a scheduler has to answer
PAUSE = 0.1  # seconds a lane waits for the end of a job before it listens to it again
LAST_WORDS = 5  # events after a stop, among which is what has been learnt so far
log = logging.getLogger(__name__)


class Cluster:
    """Has the jobs of a pool done by the workers of a Dask scheduler, and while there are none by `workers` processes
    of this machine."""

    def __init__(self, pool: Pool, address: str, workers: int):
        self.pool, self.address, self.workers = pool, address, workers
        self._client: Client | None = None
        self._lanes: list[DaskLane] = []
        self._here: list[Lane] = []
        self._seen = time.monotonic()  # when there last were workers
        self._reached: bool | None = None  # whether the scheduler answered at the last look, if there was one
        threading.Thread(target=self._follow, daemon=True).start()

    @property
    def lost(self) -> bool:
        """Whether this machine does the work, because there are no workers elsewhere."""
        return bool(self._here)

    @property
    def staffed(self) -> bool:
        """Whether there are workers elsewhere."""
        return bool(self._lanes)

    def _follow(self) -> None:
        while not self.pool.closed:
            slots = self._slots()
            self._staff(slots)
            if slots:
                self._seen = time.monotonic()
                self.pool.dismiss(self._here)
                self._here = []
            elif time.monotonic() - self._seen > PATIENCE and not self._here:
                log.error("there are no workers at %s: this machine does the work until there are", self.address)
                self._here = self.pool.work_here(self.workers)
            time.sleep(LOOKS)
        self._close()

    def _slots(self) -> Counter[bool]:
        """How many long jobs the workers of the scheduler do at once (True), and how many others besides (False)."""
        slots: Counter[bool] = Counter()
        try:
            if self._client is None:
                self._client = Client(self.address, timeout=ANSWERS, set_as_default=False)
            known = answer(self._client, self._client.scheduler.identity, n_workers=-1)
        except (OSError, ValueError) as error:
            if self._reached is not False:
                log.warning("the Dask scheduler %s cannot be reached: %s", self.address, error)
            self._reached = False
            self._close()
            return slots
        self._reached = True
        for worker in known["workers"].values():
            long = min(int(worker["resources"].get(TRAIN, 0)), worker["nthreads"])
            slots += Counter({True: long, False: worker["nthreads"] - long})
        return slots

    def _staff(self, slots: Counter[bool]) -> None:
        """Have as many lanes as there are slots; those that are too many end what they have begun."""
        self._lanes = [lane for lane in self._lanes if not lane.dismissed]
        for long in (True, False):
            lanes = [lane for lane in self._lanes if lane.takes_long == long]
            self.pool.dismiss(lanes[slots[long] :])
            new = [DaskLane(self.pool, self._client, long) for _ in range(slots[long] - len(lanes))]
            self._lanes += new

    def _close(self) -> None:
        if self._client is not None:
            self._client.close(timeout=LOOKS)
            self._client = None


class DaskLane:
    """One job at a time of those that the workers of a Dask scheduler do, and the thread that waits for it."""

    alive = busy = False  # it has no process on this machine, which could hang

    def __init__(self, pool: Pool, client: Client, takes_long: bool):
        self.pool, self.client, self.takes_long = pool, client, takes_long
        self.tickets: list[Ticket] = []
        self.dismissed = False  # whether it is to take no more tickets
        self._keep = False  # whether a copy is asked for of what there is now
        pool.join(self)
        threading.Thread(target=self._serve, daemon=True).start()

    def command(self, command: Command) -> None:
        """Pass a word on to the job that runs; its ticket says so where that is "stop"."""
        self._keep |= command.word == "keep"

    def end(self) -> None:
        """Nothing: the thread ends with its pool."""

    def _serve(self) -> None:
        while (ticket := self.pool.next_ticket(self.takes_long, lambda: self.dismissed)) is not None:
            self.tickets, self._keep = [ticket], False
            try:
                ended = self._run(ticket)
            except (CancelledError, OSError) as lost:
                log.warning("the scheduler is lost, and job %s is done again: %s", ticket.job.name, lost)
                self.dismissed, self.tickets = True, []
                self.pool.again(ticket)
            else:
                self.tickets = []
                self.pool.end(ticket, ended)
        self.pool.gone(self)

    def _run(self, ticket: Ticket) -> Ended:
        """Have a job done, and tell what it tells. Raises CancelledError or OSError where the scheduler is lost."""
        while True:
            task = DaskTask(self.client, ticket)
            ended = self._listen(ticket, task) or self._last(ticket, task)
            task.future.release()
            if ended is not None:
                return ended
            time.sleep(PAUSE)  # readers of another app have stopped it, and those of this one have not

    def _listen(self, ticket: Ticket, task: DaskTask) -> Ended | None:
        """Tell what a job tells while it runs; how it ended for this app, where it has left the job to others."""
        left: int | None = None  # how many events there were then
        while not (task.done.wait(PAUSE) or task.future.done()):
            if self.pool.closed:
                return Ended()
            keep, self._keep = self._keep, False
            told = task.hear("stop" if ticket.wanted == "stop" else "keep" if keep else None)
            if told is None:
                self._keep |= keep
                if ticket.wanted == "stop" and not ticket.events:
                    return Ended()  # it has not begun
                continue
            left = told.left if left is None else left
            for at, event in task.new(ticket, told):
                self.pool.tell(ticket, event)
                if left is not None and (isinstance(event, ModelKept) and at >= left or at >= left + LAST_WORDS):
                    return Ended()
        return None

    def _last(self, ticket: Ticket, task: DaskTask) -> Ended | None:
        """Tell what is left of a job that has ended, and how; None where it is to be done again, for this app had no
        say in its end."""
        try:
            performed = task.future.result(timeout=ANSWERS)
        except (CancelledError, OSError):
            raise
        except (WorkerDied, KilledWorker) as error:
            return Ended(DIED, str(error))
        except Exception as error:  # whatever Dask raises is its reader's to see
            return Ended(said(error), logs.trace(error))
        if performed.stopped and ticket.wanted != "stop":
            return None
        for _, event in task.new(ticket, performed):
            self.pool.tell(ticket, event)
        return performed.ended


class DaskTask:
    """What a Dask scheduler has been asked for on behalf of a ticket, and how much of it was heard."""

    def __init__(self, client: Client, ticket: Ticket):
        self.client = client
        self.listener = f"{client.id}/{ticket.job.number}"
        self.done = threading.Event()
        self._run, self._heard = "", 0
        self._worker: str | None = None  # that does it, as far as is known
        code = code_of((ticket.job.function, *ticket.job.arguments))
        self.future: Future = client.submit(
            perform,
            *(ticket.job, ticket.long, code, self.listener),
            key=name(ticket.job, code),
            priority=-ticket.turn[0],
            retries=AGAIN,
            resources={TRAIN: 1} if ticket.long else None,
        )
        self.future.add_done_callback(lambda _: self.done.set())

    def hear(self, word: str | None) -> Excerpt | None:
        """What the job has told since it was heard last; None where it does not run. Raises OSError where the scheduler
        is lost."""
        key = self.future.key
        if self._worker is None:
            places = answer(self.client, self.client.processing)
            self._worker = next((worker for worker, keys in places.items() if key in keys), None)
        if self._worker is None:
            return None
        how = {"workers": [self._worker], "on_error": "ignore"}
        try:
            told = answer(self.client, self.client.run, hear, key, self._heard, self._run, self.listener, word, **how)
        except TimeoutError:  # the worker hangs, and Dask will find that
            told = {}
        found = told.get(self._worker)
        if found is None:
            self._worker = None
        return found

    def new(self, ticket: Ticket, told: Excerpt | Performed) -> list[tuple[int, Any]]:
        """The events of a job that were not heard, with their numbers. Where it is done again, these are all: the
        ticket leaves out what it has."""
        if told.run != self._run:
            self._run, self._heard = told.run, 0
            ticket.again()
        events = list(enumerate(told.events, told.since))[self._heard - told.since :]
        self._heard += len(events)
        return events


def name(job: Job, code: str) -> str:
    """What a job is called among those of all apps: by what is asked, and the hash of the code that answers."""
    return f"{job.function.__name__}-{tokenize(job.name, job.arguments, code)}"


def answer(client: Client, call: Callable[..., Awaitable[Any]], *arguments: Any, **how: Any) -> Any:
    """What a scheduler answers. Raises OSError where it does not in time."""

    async def in_time() -> Any:
        return await asyncio.wait_for(call(*arguments, **how), ANSWERS)

    return client.sync(in_time)
