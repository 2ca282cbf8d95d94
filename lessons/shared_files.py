"""Files that several servers share: a directory, or any address that fsspec knows (`s3://…`, `sftp://…`).

Set MODELS_FOR_ANTS_RESULTS to it. What fails or is slow is left alone for a while: the files of this machine do.
"""

import contextlib
import logging
import os
import queue
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

SETTING = "MODELS_FOR_ANTS_RESULTS"
OFF = "off"  # the value of this setting with which no results are kept, not even on this machine
WAIT = 10  # seconds for a file to come or go
REST = 60  # seconds during which files that could not be reached are left alone
LISTED = 20  # seconds to which it is known what there is
TIDIED_EVERY = 64  # files written
MOST_OF_A_FILE = 2**26  # bytes that are read
LEFT_OVER = 3600  # seconds until a file that was never finished is removed
LEFT = 0.9  # of what may be kept, after there was too much
MODIFIED = ("mtime", "LastModified", "last_modified", "modified", "updated", "created")  # as file systems call it
Found = TypeVar("Found")
log = logging.getLogger(__name__)


class Limits(NamedTuple):
    """How much a folder may hold."""

    files: int
    bytes: int


class Held(NamedTuple):
    """A file of a folder, and when it was used last, or else written: seconds since 1970."""

    name: str
    size: int
    used: float


class SharedFiles:
    """The files at an address, in folders by their kind. `limits`: of each folder."""

    def __init__(self, address: str, limits: Limits):
        self._address, self._limits = address, limits
        self._rests_until = 0.0  # seconds of `time.monotonic`
        self._written = 0
        self._listed: dict[str, tuple[float, frozenset[str]]] = {}

    def read(self, kind: str, name: str) -> bytes | None:
        """What a file holds; None where there is none, or it cannot be reached."""

        def reading(files: Any, folder: str) -> bytes | None:
            try:
                found = files.cat_file(f"{folder}/{name}", start=0, end=MOST_OF_A_FILE)
                if "file" in files.protocol:
                    os.utime(f"{folder}/{name}")  # elsewhere what was written first goes first
            except FileNotFoundError:
                return None
            return found

        return self._tried(kind, reading)

    def write(self, kind: str, name: str, file: bytes) -> None:
        """Write a file under another name and move it to its own, so that a reader sees all of it or nothing."""

        def writing(files: Any, folder: str) -> None:
            files.makedirs(folder, exist_ok=True)
            unfinished = f"{folder}/{uuid.uuid4().hex}.part"
            files.pipe_file(unfinished, file)
            files.mv(unfinished, f"{folder}/{name}")
            if self._written % TIDIED_EVERY == 0:
                _tidy(files, folder, self._limits)
            self._written += 1

        self._tried(kind, writing)

    def names(self, kind: str) -> frozenset[str]:
        """The files that are there, as was known a few seconds ago. It waits for nothing."""
        at, found = self._listed.get(kind, (-LISTED, frozenset()))
        if time.monotonic() - at >= LISTED:
            self._listed[kind] = time.monotonic(), found  # one look is enough
            threading.Thread(target=self.look, args=(kind,), daemon=True).start()
        return found

    def look(self, kind: str) -> frozenset[str]:
        """The files that are there now."""

        def listing(files: Any, folder: str) -> frozenset[str]:
            files.invalidate_cache()
            found = files.ls(folder, detail=False) if files.exists(folder) else []
            return frozenset(path.rpartition("/")[2] for path in found)

        found = self._tried(kind, listing) or frozenset()
        self._listed[kind] = time.monotonic(), found
        return found

    def _tried(self, kind: str, act: Callable[[Any, str], Found]) -> Found | None:
        """What comes of an act with a file system and the folder of a kind; None where it cannot be reached."""
        if time.monotonic() < self._rests_until:
            return None
        try:
            return within(WAIT, lambda: act(*_opened(self._address, kind)))
        except Exception as error:  # each file system raises its own
            self._rests_until = time.monotonic() + REST
            log.warning("shared results are left alone for %s s: %s: %s", REST, type(error).__name__, error)
            return None


def within(seconds: float, act: Callable[[], Found]) -> Found:
    """What an act gives, which may hang. Raises TimeoutError after so many seconds."""
    ends: queue.SimpleQueue[tuple[Found | None, Exception | None]] = queue.SimpleQueue()

    def acting() -> None:
        try:
            ends.put((act(), None))
        except Exception as error:
            ends.put((None, error))

    threading.Thread(target=acting, daemon=True).start()
    try:
        found, error = ends.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer within {seconds} s") from None
    if error:
        raise error
    return found


def switched_off() -> bool:
    """Whether no results are to be kept."""
    return os.environ.get(SETTING) == OFF


def shared(limits: Limits) -> SharedFiles | None:
    """The files that this server shares with others, if it does."""
    address = os.environ.get(SETTING)
    return _shared(address, limits) if address and address != OFF else None


@lru_cache(maxsize=16)
def _shared(address: str, limits: Limits) -> SharedFiles:
    return SharedFiles(address, limits)


def _opened(address: str, kind: str) -> tuple[Any, str]:
    """The file system of an address, and the folder of a kind in it."""
    import fsspec.core  # 0.1 s, and most servers share nothing

    files, root = fsspec.core.url_to_fs(address)
    return files, f"{root.rstrip('/')}/{kind}"


def too_much(held: Sequence[Held], limits: Limits) -> list[Held]:
    """What has to go where there is more than may be held: what was used longest ago, down to nine tenths."""
    files, size = len(held), sum(each.size for each in held)
    if files <= limits.files and size <= limits.bytes:
        return []
    gone = []
    for each in sorted(held, key=lambda one: one.used):
        if files <= LEFT * limits.files and size <= LEFT * limits.bytes:
            break
        gone.append(each)
        files, size = files - 1, size - each.size
    return gone


def _tidy(files: Any, folder: str, limits: Limits) -> None:
    """Remove what is too much, and what was never finished."""
    files.invalidate_cache()
    held = [Held(each["name"], each["size"], _modified(each)) for each in files.ls(folder, detail=True)]
    unfinished = [each for each in held if each.name.endswith(".part")]
    old = [each for each in unfinished if time.time() - each.used > LEFT_OVER]
    for each in (*old, *too_much([each for each in held if each not in unfinished], limits)):
        with contextlib.suppress(FileNotFoundError):  # another server removed it first
            files.rm_file(each.name)


def _modified(info: dict[str, Any]) -> float:
    """When a file was written, in seconds since 1970; 0 where its file system does not say."""
    at = next((info[name] for name in MODIFIED if info.get(name)), 0.0)
    return at.timestamp() if isinstance(at, datetime) else float(at)
