"""Trained weights on disk, so that nothing is trained twice on one machine, or on several that share their files.

A file is named after its experiment and the code that trains (`Experiment.stored_as`), holds a safetensors with a
checksum, and is replaced in one move, so any number of processes may share the folder. Where the disk is full or
read-only, files are kept in memory. What another server has trained is copied when it is first used
(`shared_files.py`).
"""

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from functools import lru_cache, partial
from pathlib import Path
from typing import Literal

import numpy as np

from lessons import counted, keeping
from lessons.checksum import Damaged, from_bytes, to_bytes
from lessons.shared_files import Limits, shared
from lessons.text import sections

WORDS = sections("house")

KEPT, MINE = 200, 40  # files in all, and of one visitor
MOST_BYTES = 2 * 2**30  # on disk
SHARED = Limits(files=2_000, bytes=4 * 2**30)  # with other servers
HELD = 8  # of what could be kept nowhere, in this process
OWNER: ContextVar[str] = ContextVar("owner", default="")  # for whom files are kept; "": the server itself
WAITS: ContextVar[bool] = ContextVar("waits", default=False)  # whether who asks has time for other servers' files
log = logging.getLogger(__name__)
_held: OrderedDict[str, dict[str, np.ndarray]] = OrderedDict()


class CannotKeep(RuntimeError):
    """There is no room for trained weights, neither on disk nor in memory."""


def folder() -> Path:
    """Where the files are on disk. It need not be there."""
    return keeping.places(MOST_BYTES)[0].folder


def where() -> Literal["disk", "memory"] | None:
    """Where trained weights would be kept now; None where there is no room anywhere."""
    return next((place.name for place in keeping.places(MOST_BYTES) if keeping.can_keep(place)), None)


def must_have_room() -> None:
    """Raises CannotKeep: to be asked before something is trained."""
    if where() is None:
        raise CannotKeep(WORDS["no room for weights"])


def save(name: str, weights: Mapping[str, np.ndarray], private: bool = False) -> None:
    """Keep the weights under this name; in this process alone where there is no room. `private`: they stay on this
    machine."""
    called = _called(name)
    file = to_bytes(called, weights, OWNER.get())
    if not _write(called, file):
        log.error("there is no room for %s: only this process has it, for now", called)
        _held[called] = dict(weights)
        while len(_held) > HELD:
            _held.popitem(last=False)
    if not private and (others := shared(SHARED)):
        others.write(keeping.WEIGHTS, called, file)


def has(name: str) -> bool:
    """Whether weights are kept under this name. Of those that other servers share, who has no time (`WAITS`) sees what
    was there a few seconds ago."""
    called = _called(name)
    if called in _held or any(_is_whole(place.folder / called) for place in keeping.places(MOST_BYTES)):
        return True
    if WAITS.get():
        return _from_others(called, None) is not None
    others = shared(SHARED)
    return others is not None and called in others.names(keeping.WEIGHTS)


def _write(called: str, file: bytes) -> bool:
    """Keep a file where there is room; whether there is."""
    if place := keeping.keep(called, file, MOST_BYTES):
        keeping.tidy(place, place.folder / called, KEPT, MINE)
    return place is not None


def load(name: str, like: Mapping[str, Sequence[int]] | None = None) -> dict[str, np.ndarray] | None:
    """The weights kept under this name, or None where there are none. `like`: the shapes they should have, by tensor. A
    damaged file, or one with other tensors, counts as none and is taken away, so that it is made again."""
    called, decode = _called(name), partial(_decoded, like=like)
    for place in keeping.places(MOST_BYTES):
        if (weights := keeping.read(place.folder / called, decode)) is not None:
            counted.count(counted.KEPT, counted.HIT)
            return weights
    found = _held[called] if called in _held else _from_others(called, like)
    counted.count(counted.KEPT, counted.MISS if found is None else counted.HIT)
    return found


def _from_others(called: str, like: Mapping[str, Sequence[int]] | None) -> dict[str, np.ndarray] | None:
    """The weights that another server has kept, which are kept here from now on; None where there are none."""
    others = shared(SHARED)
    file = others and others.read(keeping.WEIGHTS, called)
    if not file:
        return None
    try:
        weights = _decoded(called, file, like)
    except Damaged as error:
        log.warning("%s of other servers counts as none: %s", called, error)
        return None
    _write(called, file)
    return weights


def _decoded(called: str, file: bytes, like: Mapping[str, Sequence[int]] | None) -> dict[str, np.ndarray]:
    """The weights in a file. Raises Damaged where it is not whole, or there are other tensors than there should be."""
    weights = from_bytes(called, file)
    if like is not None and {name: each.shape for name, each in weights.items()} != {
        name: tuple(shape) for name, shape in like.items()
    }:
        raise Damaged("its tensors have other names or shapes")
    return weights


def _called(name: str) -> str:
    return f"{name}.safetensors"


def _is_whole(path: Path) -> bool:
    """Whether a file is there and undamaged; it is read once, as long as it does not change."""
    try:
        found = path.stat()
    except OSError:
        return False
    return _checked(path, found.st_mtime_ns, found.st_size, found.st_ino)


@lru_cache(maxsize=1024)
def _checked(path: Path, changed: int, size: int, node: int) -> bool:
    try:
        from_bytes(path.name, path.read_bytes())
    except (Damaged, OSError) as error:
        log.warning("%s counts as none: %s", path, error)
        return False
    return True
