"""Where files are kept: on disk, or in memory where the disk is full or read-only; and which of them go first.

Nobody's files make room for those of somebody who has more. Set MODELS_FOR_ANTS_CACHE to move the folder on disk.
"""

import contextlib
import hashlib
import logging
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from lessons.checksum import Damaged, owner_of

MEMORY = Path("/dev/shm")  # Linux: a folder whose files are in memory; elsewhere the folder for temporary files serves
LEAST_ON_DISK, LEAST_IN_MEMORY = 64 * 2**20, 8 * 2**20  # bytes that must be free before something is trained
MOST_IN_MEMORY = 48 * 2**20  # bytes; a container often has 64 MiB in all
WEIGHTS = "weights"  # a kind of files
OLD = 24 * 3600  # seconds: what nobody has used for so long goes before anything else
LEFT_OVER = 3600  # seconds until a file that was never finished is taken away
USED = 60  # seconds, to which it is known when a file was used last
Content = TypeVar("Content")  # what a file holds
log = logging.getLogger(__name__)


class Place(NamedTuple):
    """A folder where files can be kept: `least` bytes must be free there, and at most `most` may be used."""

    folder: Path
    least: int
    most: int
    name: Literal["disk", "memory"]


class Kept(NamedTuple):
    path: Path
    owner: str
    size: int
    used: float  # when, in seconds since 1970


def root() -> Path | None:
    """The folder of all that is kept on disk; None where neither a variable nor a home says where."""
    if named := os.environ.get("MODELS_FOR_ANTS_CACHE"):
        return Path(named)
    try:
        return Path.home() / ".cache" / "models-for-ants"
    except RuntimeError:
        return None


def places(most: int, kind: str = WEIGHTS) -> list[Place]:
    """Where files of a kind, which names their folder, are looked for, and kept, in this order. `most`: bytes on disk.
    It makes no folder."""
    parent = MEMORY if os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    *on_disk, memory = _named(root(), parent, most, kind)
    return [*on_disk, *([memory] if _ours(memory.folder) else [])]


@lru_cache(maxsize=16)
def _named(disk: Path | None, parent: Path, most: int, kind: str) -> list[Place]:
    user, its_own = getattr(os, "getuid", lambda: 0)(), hashlib.sha256(str(disk).encode()).hexdigest()[:12]
    folder = f"models-for-ants-{user}-{its_own}" + (f"-{kind}" if kind != WEIGHTS else "")
    memory = Place(parent / folder, LEAST_IN_MEMORY, min(most, MOST_IN_MEMORY), "memory")
    return [*([Place(disk / kind, LEAST_ON_DISK, most, "disk")] if disk else []), memory]


def can_keep(place: Place) -> bool:
    """Whether there is room for another file, found by writing a small one."""
    try:
        place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place.folder) as probe:
            probe.write(bytes(4096))
            probe.flush()
        return shutil.disk_usage(place.folder).free >= place.least
    except OSError:
        return False


def write(path: Path, file: bytes) -> None:
    """Write a file in one move: a reader sees all of it, or what was there before. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(file)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def keep(name: str, file: bytes, most: int, kind: str = WEIGHTS) -> Place | None:
    """Write a file in the first of its kind's `places` that has room: that place, or None where no place has."""
    for place in places(most, kind):
        if not can_keep(place):
            continue
        try:
            write(place.folder / name, file)
        except OSError as error:  # it was filled meanwhile
            log.warning("%s cannot be kept in %s: %s", name, place.folder, error)
            continue
        return place
    return None


def read(path: Path, decode: Callable[[str, bytes], Content]) -> Content | None:
    """What a file holds, which `decode` finds by its name and its bytes; None where there is none that can be read. One
    that is Damaged counts as none and is taken away, so that it is made again."""
    try:
        found = decode(path.name, path.read_bytes())
    except Damaged as error:
        log.warning("%s counts as none, and is made again: %s", path, error)
        with contextlib.suppress(OSError):
            path.unlink()
    except OSError as error:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            log.warning("%s cannot be read: %s", path, error)
    else:
        _use(path)
        return found
    return None


def tidy(place: Place, new: Path, files: int, per_owner: int) -> None:
    """Take away what is too much beside a new file: of its owner's own more than `per_owner` files, of all more than
    `files`, or than the place may hold; and what was never finished."""
    kept = sorted(_all(place.folder, new.suffix), key=lambda one: one.used)
    own = [one for one in kept if one.owner and one.owner == owner_of(new) and one.path != new]
    gone = own[: max(0, len(own) + 1 - per_owner)]
    left = [one for one in kept if one not in gone]
    for size, most in (((lambda one: 1), files), ((lambda one: one.size), place.most)):
        while sum(map(size, left)) > most and (candidates := [one for one in left if one.path != new]):
            gone.append(_first_to_go(candidates, left, size))
            left.remove(gone[-1])
    for one in gone:
        with contextlib.suppress(OSError):
            one.path.unlink()
    _sweep(place.folder)


def sweep_all() -> None:
    """Take away what was never finished, wherever files are kept."""
    disk, (*_, memory) = root(), places(0)
    for folder in (*(disk.glob("*/") if disk else ()), *memory.folder.parent.glob(f"{memory.folder.name}*/")):
        _sweep(folder)


def _use(path: Path) -> None:
    """Note that a file was used now, whatever the clock said before; not at every time, for one that is as it was need
    not be checked again."""
    with contextlib.suppress(OSError):  # of a read-only disk
        if abs(time.time() - path.stat().st_mtime) > USED:
            path.touch()


def _first_to_go(candidates: list[Kept], left: Iterable[Kept], size: Callable[[Kept], int]) -> Kept:
    """What nobody has used for long; else, of the owner who has most, what was used least recently. `candidates` are
    sorted by when they were used."""
    if time.time() - candidates[0].used > OLD:
        return candidates[0]
    had: Counter[str] = Counter()
    for one in left:
        had[one.owner] += size(one)
    return max(candidates, key=lambda one: had[one.owner])  # the first of them


def _all(folder: Path, suffix: str) -> list[Kept]:
    found = []
    for path in folder.glob(f"*{suffix}"):
        with contextlib.suppress(OSError):  # another process removed it first
            what = path.stat()
            found.append(Kept(path, owner_of(path), what.st_size, what.st_mtime))
    return found


def _sweep(folder: Path) -> None:
    for path in folder.glob("*.part"):
        with contextlib.suppress(OSError):
            if abs(time.time() - path.stat().st_mtime) > LEFT_OVER:  # a clock that was set back makes files of tomorrow
                path.unlink()


def _ours(folder: Path) -> bool:
    """Whether a folder where everybody may write is this user's own, or not there yet."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    mine = getattr(os, "getuid", lambda: found.st_uid)()
    return folder.is_dir() and not folder.is_symlink() and found.st_uid == mine
