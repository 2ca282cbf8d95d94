"""The talks that speakers have brought, each named by what its file holds: an address that names one always shows the
same, on this server, through a restart."""

import contextlib
import hashlib
import re

from lessons import keeping
from lessons.plain_yaml import MOST_BYTES
from lessons.text import sections

WORDS = sections("talk")
KIND, SUFFIX = "talks", ".yaml"
KEPT = 500  # files, of which those used least recently go first
NAME = re.compile(r"[0-9a-f]{12}")


class NoRoomError(RuntimeError):
    """There is no room for a talk, neither on disk nor in memory."""


def name_of(file: bytes) -> str:
    """The name of a talk with this file: 12 digits of its SHA-256."""
    return hashlib.sha256(file).hexdigest()[:12]


def keep(file: bytes) -> str:
    """Keep the file of a talk, which has been checked; gives its name. Raises NoRoomError."""
    name = name_of(file)
    for place in _places():
        path = place.folder / f"{name}{SUFFIX}"
        with contextlib.suppress(OSError):  # full, or filled meanwhile
            if keeping.can_keep(place):
                keeping.write(path, file)
                keeping.tidy(place, path, KEPT, KEPT)
                return name
    raise NoRoomError(WORDS["no room"])


def find(name: str) -> bytes | None:
    """The file of the talk with this name, as it was brought; None where it is not kept."""
    if not NAME.fullmatch(name):
        return None
    for place in _places():
        path = place.folder / f"{name}{SUFFIX}"
        try:
            file = path.read_bytes()
        except OSError:
            continue
        if name_of(file) == name:  # it is whole
            with contextlib.suppress(OSError):
                path.touch()  # used now
            return file
    return None


def _places() -> list[keeping.Place]:
    return keeping.places(KEPT * MOST_BYTES, KIND)
