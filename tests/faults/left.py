"""What a fault may leave behind: processes, open files, unfinished files, files in memory. Nothing, in the end."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from lessons import keeping

PATIENCE = 180  # seconds, beside other work


@contextmanager
def as_before(process: int | None = None, workers: int = 0) -> Iterator[None]:
    """All that a process has (this one, or another) is at last what it was before: its children, its open files, and
    what is in the folders where it keeps something. It may have so many `workers`, which start when they are needed.
    Raises AssertionError, which says what is left."""
    before = _has(process) | {f"child {at}" for at in range(workers)}
    yield
    until(lambda: _has(process) <= before, lambda: f"left behind: {sorted(_has(process) - before)}")


def until(holds: Callable[[], object], else_: Callable[[], str] = lambda: "it took too long") -> None:
    """Wait until something holds. Raises AssertionError where it never does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, else_()
        time.sleep(0.02)


def unfinished() -> set[str]:
    """Files that were begun and not finished, and scratch, wherever this app writes."""
    folders = (keeping.root(), keeping.MEMORY, Path(tempfile.gettempdir()))
    parts = {str(path) for folder in folders[:2] for path in folder.glob("**/*.part")}
    return parts | {str(path) for path in folders[2].glob("*") if not path.name.startswith("torch")}


def descendants(process: int) -> list[psutil.Process]:
    """The processes below one that run."""
    found = psutil.Process(process).children(recursive=True)
    return [each for each in found if runs(each)]


def runs(process: psutil.Process) -> bool:
    """Whether a process runs, or at least is there and stopped."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _has(process: int | None) -> set[str]:
    """Its children are counted, for one takes another's place."""
    pid = process or os.getpid()
    children = {f"child {at}" for at, _ in enumerate(descendants(pid))}
    pipes = {f"handle {at}" for at in range(psutil.Process(pid).num_fds())}
    return children | pipes | unfinished()
