"""What a Dask worker does for this app: it hands the jobs it is given to worker processes of its own.

    python -m dask worker ADDRESS --nthreads 5 --preload lessons.jobs.dask_worker

A thread of the Dask worker waits for each job, and a worker process does it as on a single machine: with one torch
thread, at a lower priority where it trains, ended where it hangs (see `pool`, `watch`). All threads but one take long
jobs. Apps listen to a job while it runs (`hear`); each is a reader of its ticket here, and a job ends with the last.
"""

import asyncio
import logging
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import uuid4

from distributed import Worker, get_worker

from lessons.jobs.lanes import DIED
from lessons.jobs.messages import Ended, Job
from lessons.jobs.pool import Pool
from lessons.jobs.recordings import code_of
from lessons.text import sections

WORDS = sections("jobs")
TRAIN = "train"  # the resource of a Dask worker that long jobs take, one each
PROCESS = uuid4().hex
LISTENS, LOOKS = 0.4, 0.05  # seconds an app listens to a job that has nothing to tell, and between two looks at it


class WorkerDied(RuntimeError):
    """The process that did a job has died: Dask has the job done again."""


class Excerpt(NamedTuple):
    """What a job has told so far, from the event on that was asked for."""

    run: str  # which time the job is done
    since: int  # the number of the first of these
    events: list[Any]
    left: int | None  # how many events there were when the app left the job to others, if it just did


class Performed(NamedTuple):
    """All that a job told, how it ended, and whether its readers have stopped it."""

    run: str
    since: int
    events: list[Any]
    ended: Ended
    stopped: bool


def dask_setup(worker: Worker) -> None:
    """Start the worker processes, and say how many long jobs they take. Called by Dask, before the worker registers."""
    threads = worker.state.nthreads
    host(threads)
    logging.getLogger("distributed.worker").addFilter(lambda record: "out-of-band" not in record.msg)  # each `hear`
    for resources in (worker.state.total_resources, worker.state.available_resources):
        resources.setdefault(TRAIN, max(threads - 1, 1))


def dask_teardown(worker: Worker) -> None:
    """End the worker processes. Called by Dask."""
    host(worker.state.nthreads).close()


@lru_cache(maxsize=1)
def host(threads: int) -> Pool:
    """The worker processes of this Dask worker: one for each of its threads."""
    return Pool(threads)


def perform(job: Job, long: bool, code: str, listener: str) -> Performed:
    """Do a job, a task of Dask. `code`: the hash of the code it should be done by; `listener`: who asked first. Raises
    WorkerDied where the process dies that does it."""
    if code_of((job.function, *job.arguments)) != code:
        return Performed("", 0, [], Ended(WORDS["other code"]), False)
    worker = get_worker()
    pool, key = host(worker.state.nthreads), worker.get_current_task()
    ticket = pool.ask(key, job.function, *job.arguments, long=long, reader=listener, owner=job.owner)
    pool.wait(ticket)
    pool.forget(ticket)
    if ticket.error == DIED:
        raise WorkerDied(key)
    ended = Ended(ticket.error, "", ticket.seconds, refused=ticket.refused)
    return Performed(_run(ticket.job), 0, ticket.events, ended, ticket.wanted == "stop")


async def hear(key: str, since: int, run: str, listener: str, word: str | None, dask_worker: Worker) -> Excerpt | None:
    """What a job has told since so many events of this `run` of it, or of another run, all; None where it does not run
    here. It listens for a moment if that is nothing. `word`: what the listener wants of it (see `messages.Command`)."""
    pool = host(dask_worker.state.nthreads)
    ticket = pool.asked_before(key)
    if ticket is None:
        return None
    left = None
    if word != "stop":
        ticket.seen(listener)
        if word:
            pool.command(ticket, word)
    elif listener in ticket.readers:
        left = len(ticket.events) if len(ticket.readers) > 1 else None
        pool.leave(ticket, listener)
    if run != _run(ticket.job):
        since = 0
    for _ in range(round(LISTENS / LOOKS)):
        if len(ticket.events) > since or ticket.ended:
            break
        await asyncio.sleep(LOOKS)
    return Excerpt(_run(ticket.job), since, ticket.events[since:], left)


def _run(job: Job) -> str:
    return f"{PROCESS}/{job.number}"
