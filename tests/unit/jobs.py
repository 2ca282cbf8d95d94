"""Jobs that do nothing but what a test of the workers needs, and waiting for them. A worker imports this: it is kept
light."""

import errno
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from lessons import store
from lessons.experiment import shipped
from lessons.jobs.events import ModelKept
from lessons.models.bad_file import BadFile

if TYPE_CHECKING:
    from lessons.jobs.ticket import Ticket


def looking_up(variable: str, asked: Callable) -> Iterator[str | None]:
    """A job that tells a variable of its process."""
    yield os.environ.get(variable)


def counting(upto: int, asked: Callable) -> Iterator[int]:
    """A job that counts slowly, and ends early when asked to."""
    for at in range(upto):
        yield at
        time.sleep(0.02)
        if asked() == "stop":
            return


def numbered(upto: int, asked: Callable) -> Iterator[int]:
    """A job that tells the number of its process, and then counts."""
    yield os.getpid()
    yield from counting(upto, asked)


def drawing(upto: int, asked: Callable) -> Iterator[float | ModelKept]:
    """A job that is never done twice alike: it tells numbers drawn by chance, and that it keeps them when asked to."""
    for _ in range(upto):
        yield random.random()
        time.sleep(0.02)
        if word := asked():
            yield ModelKept(shipped())
        if word == "stop":
            return


def never(asked: Callable) -> Iterator[int]:
    """A job that hangs after its first event."""
    yield 1
    threading.Event().wait()
    yield 2


def forbidden(kind: str, asked: Callable) -> Iterator[int]:
    """A job whose error names a place on its machine."""
    if kind == "system":
        raise PermissionError(errno.EACCES, "Permission denied", "/srv/ants/weights/one.safetensors")
    raise RuntimeError("cannot open '/srv/ants/weights/one.safetensors' (os error 13)")
    yield 1


def keeping(name: str, asked: Callable) -> Iterator[int]:
    """A job that keeps a file."""
    store.save(name, {"w": np.zeros(1, np.float32)})
    yield 1


def refusing(asked: Callable) -> Iterator[int]:
    """A job that refuses what a reader has brought."""
    raise BadFile("pack it again")
    yield 1


def failing(asked: Callable) -> Iterator[int]:
    yield 1
    raise ZeroDivisionError("a job's own fault")


def printing(asked: Callable) -> Iterator[str]:
    print("this goes to the log, not among the events")
    yield "well"


def hearing(asked: Callable) -> Iterator[str | None]:
    for _ in range(3):
        yield asked()


def working(seconds: float, asked: Callable) -> Iterator[str]:
    """A job that keeps the processor busy."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    yield "done"


def wait(*tickets: "Ticket", seconds: float = 300) -> None:
    until(lambda: all(ticket.ended for ticket in tickets), seconds)


def until(holds: Callable[[], object], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)
