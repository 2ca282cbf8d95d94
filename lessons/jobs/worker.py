"""A worker process: takes jobs from standard input, sends their events on standard output, one job at a time.

    python -c "from lessons.jobs.worker import main; main(trains=True)"

A resident instead takes turns with all jobs it has, an event of each: a word that is written need not wait for a
measurement that takes minutes.

Started as a program rather than through multiprocessing, because there a child imports the parent's main module again,
which inside a web server is not ours. It ends when its standard input does, and on Linux with its parent even if it is
stopped itself, so it never outlives its parent. Training yields to all else on the machine (`NICE`).
"""

import os
import pickle
import queue
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from lessons import counted, logs, store
from lessons.jobs import begun, results
from lessons.jobs.alive import give_way, tell
from lessons.jobs.events import Waiting
from lessons.jobs.messages import Command, Ended, Job, Pulse, Ready
from lessons.models.bad_file import BadFile
from lessons.text import sections

WORDS = sections("jobs")

THREADS = 1  # sums of floats depend on it: with one, a seed names one result on processors with the same instructions

PAUSE = 0.01  # seconds, while all jobs of a resident wait
NICE = (
    5  # by how much workers that train give way to the one for sliders, which gets three quarters of a core they share
)
PATH = re.compile(r"(?:/[^\s/'\"():,]+){2,}")
REFUSED = "can't allocate memory"  # as torch says it
IDLE = 1.0  # seconds without a job until what jobs need is loaded: the first reader waits for the first of them


def main(trains: bool, resident: bool = False) -> None:
    """Work until standard input ends. `trains`: whether training runs may come, so that it pays to be ready for
    them."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not break into the events

    writing = threading.Lock()

    def send(event: Any) -> None:
        data = pickle.dumps(event)
        with writing:
            out.write(data)
            out.flush()

    logs.set_up(store.OWNER.get)
    give_way(int(os.environ.get("MODELS_FOR_ANTS_NICE", NICE)) if trains else 0)
    threading.Thread(target=tell, args=(lambda seconds: send(Pulse(seconds)),), daemon=True).start()

    jobs: queue.Queue[Job] = queue.Queue()
    commands: queue.Queue[Command] = queue.Queue()
    threading.Thread(target=_listen, args=(jobs, commands), daemon=True).start()

    import torch

    import lessons.vision.build  # noqa: F401 (what most jobs compute with, before the first of them comes)
    from lessons.jobs.vision import warm_up

    torch.set_num_threads(THREADS)
    send(Ready())
    if resident:
        _in_turns(jobs, commands, send)
    job = None
    try:
        job = jobs.get(timeout=IDLE)
    except queue.Empty:
        warm_up(trains)
    while True:
        _run(job or jobs.get(), commands, send)
        job = None


def _listen(jobs: queue.Queue, commands: queue.Queue) -> None:
    while True:
        try:
            message = pickle.load(sys.stdin.buffer)
        except EOFError:  # the parent is gone
            os._exit(0)
        (jobs if isinstance(message, Job) else commands).put(message)


def _in_turns(jobs: queue.Queue, commands: queue.Queue, send: Callable[[Any], None]) -> None:
    """Work for ever; events are sent with the numbers of their jobs. A job that waits for another says that it is
    Waiting."""
    running: dict[int, Iterator] = {}
    wanted: dict[int, str] = {}
    while True:
        while not running or not jobs.empty():
            job = jobs.get()
            running[job.number] = _told(job, partial(wanted.pop, job.number, None))
        while not commands.empty():
            command = commands.get()
            wanted[command.number] = command.word
        idle = True
        for number, events in list(running.items()):
            if isinstance(event := next(events), Waiting):
                continue
            idle = False
            send((number, event))
            if isinstance(event, Ended):
                del running[number]
                wanted.pop(number, None)
        if idle:
            time.sleep(PAUSE)


def _run(job: Job, commands: queue.Queue, send: Callable[[Any], None]) -> None:
    def asked() -> str | None:
        while not commands.empty():
            command = commands.get()
            if command.number == job.number:
                return command.word
        return None

    for event in _told(job, asked):
        send(event)


def _told(job: Job, asked: Callable[[], str | None]) -> Iterator[Any]:
    """The events of a job, and that it has ended."""
    spent = 0.0
    error, details, refused = None, "", False
    began = time.process_time()
    try:
        store.OWNER.set(job.owner)
        store.WAITS.set(True)
        with begun.noted(job):
            for event in results.answer(job, asked):
                spent += time.process_time() - began
                yield event
                store.OWNER.set(job.owner)  # a resident did another's job meanwhile
                began = time.process_time()
    except BadFile as raised:
        error, refused = str(raised), True
        counted.count(counted.REFUSED)
    except Exception as raised:  # whatever a job raises is its reader's to see, and the worker goes on
        error, details = said(raised), logs.trace(raised)
    yield Ended(error, details, spent + time.process_time() - began, counted.handed_on(), refused)


def said(raised: Exception) -> str:
    """What a reader is told of an error: what one of this app says, of others their kind, too, but no place on this
    machine."""
    kind = type(raised)
    if isinstance(raised, MemoryError) or REFUSED in str(raised):
        return WORDS["no memory"]
    if isinstance(raised, OSError):
        return f"{kind.__name__}: {raised.strerror or WORDS['no reading or writing']}"
    return str(raised) if kind.__module__.startswith("lessons.") else f"{kind.__name__}: {PATH.sub('…', str(raised))}"
