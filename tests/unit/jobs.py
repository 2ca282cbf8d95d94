"""Jobs that do nothing but what a test of the workers needs, and waiting for them. A worker imports this: it is kept
light."""

import os
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

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
