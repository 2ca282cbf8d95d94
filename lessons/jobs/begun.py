"""Which trainings have begun and did not come to their end, so that a server that was restarted can say which are lost.

A file a training, which its worker holds locked while it trains, and takes away at the end: where one is left that
nobody holds, the worker has died, and perhaps the server with it. Where the system has no such locks, or the folder
cannot be written, none counts as lost.
"""

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lessons import keeping
from lessons.jobs.messages import Job
from lessons.jobs.recordings import named

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

KIND = "begun"
NOTED = {"vision.training", "vision.tuning", "adaptation.adapting", "language.learning"}  # jobs whose loss is told
OLD = 7 * 24 * 3600  # seconds until it is too late to say so


@contextmanager
def noted(job: Job) -> Iterator[None]:
    """Note, for as long as this takes, that a job has begun, where its loss is told."""
    path = _place(job.function, *job.arguments) if job.name.removeprefix("lessons.jobs.") in NOTED else None
    held = _hold(path) if path else None
    try:
        yield
    finally:
        if held is not None:
            with contextlib.suppress(OSError):
                path.unlink()
            os.close(held)


def lost(function: Callable, *arguments: object) -> bool:
    """Whether such a job has begun, and nobody is at it any more."""
    path = _place(function, *arguments)
    if not (fcntl and path and path.exists()):
        return False
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return abs(time.time() - os.fstat(handle).st_mtime) < OLD
    except OSError:  # somebody is
        return False
    finally:
        os.close(handle)


def forget_old() -> None:
    """Take away the notes of what was lost long ago."""
    if root := keeping.root():
        for path in (root / KIND).glob("*"):
            with contextlib.suppress(OSError):
                if abs(time.time() - path.stat().st_mtime) > OLD:
                    path.unlink()


def _hold(path: Path) -> int | None:
    """A handle of a file that is locked now; None where that is not possible."""
    if not fcntl:
        return None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.utime(path)
    except OSError:  # another server does the same, and will take the file away
        os.close(handle)
        return None
    return handle


def _place(function: Callable, *arguments: object) -> Path | None:
    root = keeping.root()
    return root and root / KIND / hashlib.sha256(named(function, *arguments).encode()).hexdigest()[:24]
