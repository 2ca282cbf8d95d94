"""Jobs that do what no job should. A worker imports this: it is kept light."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

ROOM = 2**28  # bytes, far less than is asked for
MUCH = 2**33


def starving(what: str, asked: Callable) -> Iterator[int]:
    """A job whose memory is refused."""
    import resource

    import torch

    asks = {
        "numpy": lambda: np.ones(MUCH, np.uint8),
        "torch": lambda: torch.ones(MUCH, dtype=torch.uint8),
        "python": lambda: bytearray(MUCH),
    }
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (taken + ROOM, before[1]))
    try:
        yield len(asks[what]())
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def growing(asked: Callable) -> Iterator[int]:
    """A job that takes memory until the system ends it."""
    yield os.getpid()
    taken = []
    while asked() != "stop":
        taken.append(np.ones(2**24, np.uint8))


def waiting(asked: Callable) -> Iterator[int]:
    """A job that waits for ever after its first event."""
    yield 1
    threading.Event().wait()
    yield 2


def spinning(asked: Callable) -> Iterator[int]:
    """A job that computes for ever after its first event, and says nothing."""
    yield 1
    while True:
        pass
    yield 2


def babbling(asked: Callable) -> Iterator[object]:
    """A job whose event nobody can read."""
    yield Unreadable()


class Unreadable:
    def __reduce__(self) -> tuple:
        return int, ("what is no number",)
