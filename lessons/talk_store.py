"""The talks that speakers have brought, each named by what its file holds: an address that names one always shows the
same, on this server, through a restart."""

import hashlib
import re

from lessons import keeping
from lessons.checksum import Damaged
from lessons.plain_yaml import MOST_BYTES
from lessons.text import sections

WORDS = sections("talk")
KIND, SUFFIX = "talks", ".yaml"
KEPT = 500  # files, of which those used least recently go first
ROOM = (KEPT * MOST_BYTES, KIND)  # bytes on disk, and in which folder
NAME = re.compile(r"[0-9a-f]{12}")


class NoRoomError(RuntimeError):
    """There is no room for a talk, neither on disk nor in memory."""


def name_of(file: bytes) -> str:
    """The name of a talk with this file: 12 digits of its SHA-256."""
    return hashlib.sha256(file).hexdigest()[:12]


def keep(file: bytes) -> str:
    """Keep the file of a talk, which has been checked; gives its name. Raises NoRoomError."""
    name = name_of(file)
    place = keeping.keep(f"{name}{SUFFIX}", file, *ROOM)
    if place is None:
        raise NoRoomError(WORDS["no room"])
    keeping.tidy(place, place.folder / f"{name}{SUFFIX}", KEPT, KEPT)
    return name


def find(name: str) -> bytes | None:
    """The file of the talk with this name, as it was brought; None where it is not kept."""
    if not NAME.fullmatch(name):
        return None
    read = (keeping.read(place.folder / f"{name}{SUFFIX}", _whole) for place in keeping.places(*ROOM))
    return next((file for file in read if file is not None), None)


def _whole(called: str, file: bytes) -> bytes:
    """A file as it was brought. Raises Damaged where it is not what its name says."""
    if f"{name_of(file)}{SUFFIX}" != called:
        raise Damaged("it is not the talk that was brought")
    return file
