"""What is kept on disk and in the database, and whether it can be read."""

import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from lessons import database, keeping, store
from lessons.checksum import Damaged, from_bytes
from lessons.classroom.tables import CLASSROOMS, TABLES
from lessons.database import NoDatabase
from lessons.doctor.finding import Finding, judged
from lessons.shared_files import shared

SECONDS = 5.0  # in which files are read; the newest first
MB = 10**6
PROBE = "doctor"  # a file that shows whether others can be kept
DATABASE_ADVICE = "start it, or correct its address; until then there are no classes and no short links"
FILE_ADVICE = "it is a file: let this user write to its folder, or move a damaged one away, with the classes in it"


def findings() -> Iterator[Finding]:
    """The place for files, those that are there, the place of several servers, and the database."""
    where = store.where()
    advice = "free some space, or set MODELS_FOR_ANTS_CACHE to a folder that this user can write to"
    yield judged(where == "disk", "place for files", where or "none", advice, "warn" if where else "fail")
    yield from _folders()
    yield _weights(sorted(store.folder().glob("*.safetensors"), key=_changed, reverse=True))
    yield from _with_other_servers()
    yield _database()


def _folders() -> Iterator[Finding]:
    root = keeping.root()
    for folder in sorted(path for path in root.iterdir() if path.is_dir()) if root and root.is_dir() else ():
        sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
        yield Finding("ok", f"kept {folder.name}", f"{len(sizes)} files, {sum(sizes) / MB:.1f} MB")


def _weights(files: list[Path]) -> Finding:
    """Whether weights are as they were written, as far as there is time to read them."""
    ends, read, damaged = time.monotonic() + SECONDS, 0, 0
    for file in files:
        if time.monotonic() > ends:
            break
        read += 1
        try:
            from_bytes(file.name, file.read_bytes())
        except (Damaged, OSError):
            damaged += 1
    found = f"{damaged} damaged of {read} read, {len(files)} in all"
    return judged(not damaged, "weights", found, "nothing to do: they are made again when they are needed", "warn")


def _changed(file: Path) -> float:
    return file.stat().st_mtime


def _with_other_servers() -> Iterator[Finding]:
    """Whether a file that servers share can be written and read, if they share any."""
    if (others := shared(store.SHARED)) is None:
        return
    others.write(PROBE, PROBE, PROBE.encode())
    good = others.read(PROBE, PROBE) == PROBE.encode()
    fact = "a file can be written and read" if good else "no file can be written and read"
    advice = "the log above says why; until then this server keeps files for itself alone"
    yield judged(good, "shared results", fact, advice, "warn")


def _database() -> Finding:
    kind = None
    try:
        kind = database.address().get_backend_name()
        with database.transaction(TABLES, reads=True) as connection:
            classes = connection.scalar(select(func.count()).select_from(CLASSROOMS))
    except NoDatabase as error:
        return Finding("fail", "database", str(error), FILE_ADVICE if kind == "sqlite" else DATABASE_ADVICE)
    return Finding("ok", "database", f"{kind}, {classes} classes")
