"""Lanes: a worker process each, and the threads that look after it: they feed it jobs, hear its events, and replace
it."""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import subprocess
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from lessons import counted
from lessons.jobs.alive import program
from lessons.jobs.messages import Command, Ended, Pulse, Ready
from lessons.jobs.ticket import Answers, Ticket
from lessons.jobs.worker import THREADS
from lessons.text import sections

WORDS = sections("jobs")

ROOT = Path(__file__).parents[2]
AT_ONCE = 8  # jobs a resident takes turns with
DIED = WORDS["died"]
HUNG = WORDS["hung"]
log = logging.getLogger(__name__)


class CannotSend(RuntimeError):
    """A message that cannot be pickled."""


class Lane:
    """One worker process and the thread that looks after it. A worker that dies is replaced.

    Workers start one after another: at once they would slow each other, and the first reader waits for the first.
    """

    def __init__(self, pool: Answers, after: Lane | None, takes_long: bool):
        self.pool, self.after, self.takes_long = pool, after, takes_long
        self.process: subprocess.Popen | None = None
        self.tickets: list[Ticket] = []  # that run
        self.lived = self.told = time.monotonic()  # when it last gave a sign of life, and had something to tell
        self._spent: list[float] = []  # what each sign of life said since it had something to tell
        self._starts = self._given_up = False
        self.dismissed = False  # whether it is to take no more tickets
        self._variables = dict(os.environ)  # as they are now, whenever a process is started
        self.ready = threading.Event()
        self._writing = threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def command(self, command: Command) -> None:
        """Pass a word on to the job that runs."""
        with contextlib.suppress(OSError):  # the worker has just died: the next one is told (`_run`)
            self._send(command)

    @property
    def busy(self) -> bool:
        """Whether it should give signs of life."""
        return self.alive and (self._starts or bool(self.tickets))

    @property
    def silent(self) -> float:
        """Seconds of processor time that it has computed without a word, as far as its signs of life say."""
        spent = list(self._spent)
        return spent[-1] - spent[0] if spent else 0.0

    def give_up(self) -> None:
        """Kill a process that hangs."""
        self._given_up = True
        self.process.kill()

    def end(self) -> None:
        """Kill the process."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def _serve(self) -> None:
        if self.after:
            self.after.ready.wait()
        try:
            self._start()
        except (OSError, EOFError):
            if not self.pool.closed:
                log.exception("a worker could not be started; the next job tries again")
        self.ready.set()
        while (ticket := self.pool.next_ticket(self.takes_long, lambda: self.dismissed)) is not None:
            self._take(ticket)
            ended = self._run(ticket)
            if ended is None and not ticket.events:  # it may have died while idle: that is no fault of this job
                ended = self._run(ticket)
            self.tickets = []
            self._end(ticket, ended or Ended(DIED))
        self.end()
        self.pool.gone(self)

    def _take(self, ticket: Ticket) -> None:
        """Note that a job runs; a worker that had nothing to do was silent for good reason."""
        if not self.tickets:
            self.lived = self.told = time.monotonic()
            self._spent = []
        self.tickets.append(ticket)

    def _end(self, ticket: Ticket, ended: Ended) -> None:
        if not self.pool.closed:
            self.pool.end(ticket, ended)

    def _start(self) -> None:
        """Start the process and wait until it is ready. Raises OSError or EOFError where it does not get there."""
        if self.process is not None:
            counted.count(counted.RESTARTS)
            log.warning("a worker has ended (status %s), and another one starts", self.process.poll())
        self.process = subprocess.Popen(
            program(f"from lessons.jobs.worker import main; main({self._how()})"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=self._variables | self._environment(),
        )
        self.lived = self.told = time.monotonic()
        self._starts, self._given_up = True, False
        try:
            while not isinstance(self._hear(self.process), Ready):
                pass
        finally:
            self._starts = False

    def _hear(self, process: subprocess.Popen) -> Any:
        """Wait for the next message of a worker that is more than a sign of life. Raises EOFError where it dies
        first, or what it says cannot be read."""
        while True:
            message = _read(process.stdout)
            self.lived = time.monotonic()
            if not isinstance(message, Pulse):
                self.told, self._spent = self.lived, []
                return message
            self._spent.append(message.seconds)

    def _how(self) -> str:
        return f"trains={self.takes_long}"

    def _environment(self) -> dict[str, str]:
        return {"OMP_NUM_THREADS": str(THREADS), "MKL_NUM_THREADS": str(THREADS), "PYTHONPATH": str(ROOT)}

    def _run(self, ticket: Ticket) -> Ended | None:
        """Run a job to its end, which comes early where the worker hangs; None if it dies first."""
        try:
            if not self.alive:
                self._start()
            self._send(ticket.job)
            if ticket.wanted:
                self._send(Command(ticket.job.number, ticket.wanted))
            while not isinstance(event := self._hear(self.process), Ended):
                self.pool.tell(ticket, event)
            return event
        except (EOFError, OSError):
            self.end()
            return Ended(HUNG) if self._given_up else None
        except CannotSend as error:
            return Ended(DIED, str(error))

    def _send(self, message: Any) -> None:
        """Send a message whole. Raises OSError where the worker has died, and CannotSend for what no pipe can carry."""
        try:
            data = pickle.dumps(message)
        except Exception as error:  # of whatever the message is made
            raise CannotSend(f"{type(error).__name__}: {error}") from error
        with self._writing:
            self.process.stdin.write(data)
            self.process.stdin.flush()


class Resident(Lane):
    """A process that takes turns with several jobs: one thread feeds it, another listens.

    It starts when it is first asked, for it is to hold a large model.
    """

    def __init__(self, pool: Answers):
        self._room, self._ending = threading.Semaphore(AT_ONCE), threading.Lock()
        super().__init__(pool, after=None, takes_long=True)

    def _how(self) -> str:
        return "trains=False, resident=True"

    def _environment(self) -> dict[str, str]:
        """A large model is freed to the system, not kept for later: glibc does so for what is larger than this many
        bytes."""
        return super()._environment() | {"MALLOC_MMAP_THRESHOLD_": str(2**22)}

    def _serve(self) -> None:
        self.ready.set()
        listener: threading.Thread | None = None
        self._room.acquire()
        while (ticket := self.pool.next_ticket(self.takes_long, lambda: self.dismissed)) is not None:
            try:
                if not self.alive:
                    if listener:
                        listener.join()  # what ran in the one that died is ended before the next one runs
                    self._start()
                    listener = threading.Thread(target=self._listen, args=(self.process,), daemon=True)
                    listener.start()
                self._take(ticket)
                self._send(ticket.job)
                if ticket.wanted:
                    self._send(Command(ticket.job.number, ticket.wanted))
            except (OSError, EOFError, CannotSend) as error:
                self._done(ticket, Ended(DIED, str(error)))
            self._room.acquire()

    def _listen(self, process: subprocess.Popen) -> None:
        """Hear what one process says until it dies; what it had not ended has died with it."""
        try:
            while True:
                number, event = self._hear(process)
                for ticket in [ticket for ticket in self.tickets if ticket.job.number == number]:
                    self._done(ticket, event) if isinstance(event, Ended) else self.pool.tell(ticket, event)
        except (EOFError, OSError):
            process.kill()
            process.wait()
            for ticket in list(self.tickets):
                self._done(ticket, Ended(HUNG if self._given_up else DIED))

    def _done(self, ticket: Ticket, ended: Ended) -> None:
        with self._ending:
            if ticket.ended:
                return
            if ticket in self.tickets:
                self.tickets.remove(ticket)
            self._room.release()
            self._end(ticket, ended)


def _read(pipe: BinaryIO) -> Any:
    """The next message on a pipe. Raises EOFError where it ends, and where what comes is none: the sender has died
    meanwhile."""
    try:
        return pickle.load(pipe)
    except (EOFError, OSError):
        raise
    except Exception as error:
        log.warning("a worker's message cannot be read: %s", str(error))  # the error itself holds the pipe
        raise EOFError(str(error)) from error
