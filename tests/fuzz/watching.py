"""What must not come of bad input: an error that is no answer, a hang, a file elsewhere."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

MOST_SECONDS = 5.0  # of processor time
OURS = ("__pycache__", ".hypothesis")  # folders that tests write in, whatever they test
# what changes files, and which of its arguments is the open folder that the path is meant from, if any
CHANGES = {
    "open": None,
    "os.truncate": None,
    "os.remove": 1,
    "os.rmdir": 1,
    "os.mkdir": 2,
    "os.rename": 2,
    "os.symlink": 2,
    "os.link": 2,
}
_seen: list[str] | None = None


class Hung(BaseException):
    """Something took too long; no `except Exception` may take it for an answer."""


def each(values: Iterable[Any], does: Callable[[Any], Any], refuses: tuple[type[Exception], ...]) -> int:
    """Do something with each value, which may be refused; gives how many there were. What else is raised names the
    value it was raised for."""
    count = 0
    for value in values:
        count += 1
        try:
            with in_time():
                does(value)
        except refuses:
            pass
        except BaseException as error:
            error.add_note(f"for {value!r}")
            raise
    return count


@contextmanager
def in_time(seconds: float = MOST_SECONDS) -> Iterator[None]:
    """Raises Hung where what is done meanwhile takes so much processor time."""

    def late(*_: object) -> None:
        raise Hung(f"more than {seconds} s of processor time")

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@contextmanager
def writes() -> Iterator[list[str]]:
    """Gives the places outside of the scratch folder that are written to meanwhile."""
    global _seen
    _seen = found = []
    try:
        yield found
    finally:
        _seen = None


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is None or event not in CHANGES:
        return
    if event == "open" and not _is_for_writing(*arguments[1:3]):
        return
    path = arguments[0]
    if isinstance(path, str | bytes | os.PathLike):
        with suppress(ValueError):  # no path: nothing is there
            place = os.path.realpath(_folder(arguments, CHANGES[event]) / os.fsdecode(path))
            if not _is_scratch(place):
                _seen.append(place)


def _folder(arguments: tuple[Any, ...], place: int | None) -> Path:
    """Where a path is meant from: an open folder (`dir_fd`), or the working directory (-1: none is given)."""
    if place is None or arguments[place] == -1:
        return Path.cwd()
    return Path(f"/proc/self/fd/{arguments[place]}")


def _is_for_writing(mode: str | None, flags: int) -> bool:
    return any(letter in (mode or "") for letter in "wax+") or bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _is_scratch(place: str) -> bool:
    scratch = (os.path.realpath(tempfile.gettempdir()), os.environ["MODELS_FOR_ANTS_CACHE"], "/dev/", "/proc/self")
    return place.startswith(scratch) or not set(OURS).isdisjoint(Path(place).parts)


sys.addaudithook(_note)
