"""What jobs have told, kept on disk: an answer is measured once, also when the server restarts, and by one server of
several that share a directory (`shared_files.py`).

Kept are answers that an experiment determines, of models anybody can name: no text, drawing or file of a reader, and
no timing but of a machine of the same kind. A file is named after its question and the code, data and packages that the
answer depends on: what is of another version is not found. It is JSON with a checksum, and is replaced in one move, so
any number of processes may read and write. What is damaged counts as none.
"""

import binascii
import contextlib
import hashlib
import importlib.metadata
import json
import logging
import time
import zlib
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from functools import lru_cache, partial
from itertools import count
from pathlib import Path
from typing import Any

from lessons import keeping
from lessons.checksum import Damaged
from lessons.code_hash import ROOT
from lessons.experiment import Experiment, File, Trained, Written
from lessons.experiment.language_source import SMOLLM2, shipped_names
from lessons.jobs import adaptation, language, vision
from lessons.jobs.events import Asked, Piece, Progress, Waiting
from lessons.jobs.marked import marked
from lessons.jobs.messages import Job
from lessons.jobs.plain_json import KINDS, decoded, encoded
from lessons.jobs.recordings import Question, code_of, named
from lessons.measure import machine
from lessons.quantity import Quantity, as_measured
from lessons.shared_files import TIDIED_EVERY, Held, Limits, shared, switched_off, too_much
from lessons.text import sections

WORDS = sections("jobs")

KEPT = frozenset({
    vision.measuring, vision.looking, vision.walking, vision.listening, vision.beginning, vision.counting,
    vision.trying, vision.rounding, vision.wiring, vision.scanning, language.reading, language.answering_quiz,
    language.watching_flow, adaptation.judging, adaptation.naming, adaptation.changing
})  # fmt: skip
TIMED = frozenset({vision.measuring})  # whose answers also say how fast this kind of machine is
FLEETING = (Progress, Waiting, Piece)  # what is not kept of what a job tells
LIMITS = Limits(files=10_000, bytes=512 * 2**20)
FOLDER = "results"
COMPUTES = ("torch", "torchvision", "torch-pruning", "numpy", "tokenizers", "gguf")  # packages
DATA = (ROOT / "lessons" / "data" / "bundled", ROOT / "lessons" / "models" / "checkpoints")
LOOKS = 60  # seconds between two looks whether code was changed
BAD = (ValueError, TypeError, KeyError, AttributeError, zlib.error, binascii.Error, RecursionError, MemoryError)
log = logging.getLogger(__name__)
_written = count()


def keeps(job: Callable, *arguments: Any) -> bool:
    """Whether the answer to a question is kept."""
    return not switched_off() and job in KEPT and all(map(_anybody_can_name, arguments))


def name_of(job: Callable, *arguments: Any) -> str | None:
    """The name under which the answer to a question is kept; None where it is not. Reading the code that it depends on
    takes up to a second, the first time."""
    if not keeps(job, *arguments) or _changed():
        return None
    question = (job, *arguments)
    told = [named(*question), *_version(question), *([machine.name()] if job in TIMED else [])]
    return f"{job.__name__}-{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]}.json"


def get(name: str, far: bool = True) -> list[Any] | None:
    """The events that are kept under a name, whose numbers say when and by what machine they were measured; None where
    there are none. `far`: also those other servers share, which may take seconds to come."""
    for place in keeping.places(LIMITS.bytes, FOLDER):
        if (found := keeping.read(place.folder / name, _from_bytes)) is not None:
            return found
    others = shared(LIMITS) if far else None
    file = others and others.read(FOLDER, name)
    if not file:
        return None
    try:
        found = _from_bytes(name, file)
    except Damaged as error:
        log.warning("%s of other servers counts as none: %s", name, error)
        return None
    _write(name, file)
    return found


def put(name: str, question: Question, events: Sequence[Any]) -> None:
    """Keep the events of a job: on this machine, and where other servers share them, if their numbers can say where
    they were measured. What cannot be kept is said in the log, and is lost to nobody: it can be measured again."""
    try:
        told = [encoded(event, exact=True) for event in events if not isinstance(event, FLEETING)]
    except TypeError as error:
        log.warning("%s cannot be kept: %s", name, error)
        return
    kept = {"question": named(*question), "machine": machine.name(), "date": date.today().isoformat(), "events": told}
    file = _to_bytes(name, kept)
    _write(name, file)
    if (others := shared(LIMITS)) and all(map(_says_where, events)):
        others.write(FOLDER, name, file)


def answer(job: Job, asked: Asked) -> Iterator[Any]:
    """The events of a job: those that are kept, else those that it tells now, which are kept unless a reader stopped
    it."""
    if not job.kept_as:
        yield from job.function(*job.arguments, asked)
        return
    if (kept := get(job.kept_as)) is not None:
        yield from kept
        return
    words: set[str | None] = set()

    def heard() -> str | None:
        word = asked()
        words.add(word)
        return word

    events = []
    for event in job.function(*job.arguments, heard):
        events.append(event)
        yield event
    if "stop" not in words and events and not isinstance(events[-1], FLEETING):
        put(job.kept_as, (job.function, *job.arguments), events)


def _says_where(event: Any) -> bool:
    """Whether an event holds a number that can say by what machine it was measured, or is none of a result."""
    numbers: list[Quantity] = []
    marked(event, lambda number: numbers.append(number) or number)
    return bool(numbers) or isinstance(event, FLEETING)


def _anybody_can_name(argument: Any) -> bool:
    """Whether an argument says nothing of a reader: a number, a name out of a list (these jobs are given no other
    text), an experiment without files of somebody's own."""
    match argument:
        case int() | str() | Trained() | Written():
            return True
        case Experiment():
            shipped = not isinstance(argument.source, File) or argument.source.file in (SMOLLM2, *shipped_names())
            return shipped and not any(each.recipe[-1].file for each in argument.adaptations)
        case tuple() | list():
            return all(map(_anybody_can_name, argument))
    return False


def _version(question: Question) -> tuple[Hashable, ...]:
    """What an answer depends on beside its question."""
    return code_of(question), data_hash(), *_packages()


@lru_cache(maxsize=1)
def data_hash() -> str:
    """12 hexadecimal digits for all data and checkpoints that come with the app."""
    found = hashlib.sha256()
    for path in sorted(path for folder in DATA for path in folder.rglob("*") if path.is_file()):
        found.update(json.dumps([path.relative_to(ROOT).as_posix(), path.stat().st_size]).encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


@lru_cache(maxsize=1)
def _packages() -> tuple[str, ...]:
    """The versions of what computes, and the shape of what is kept."""
    shape = [
        (name, *(kind._fields if hasattr(kind, "_fields") else kind.__match_args__)) for name, kind in KINDS.items()
    ]
    return (*map(importlib.metadata.version, COMPUTES), json.dumps(sorted(shape)))


def _signature() -> tuple[int, int]:
    """How many files of code there are, and when the last of them was changed."""
    changed = [path.stat().st_mtime_ns for path in (ROOT / "lessons").rglob("*.py")]
    return len(changed), max(changed)


AS_STARTED = _signature()


def _changed() -> bool:
    """Whether code was changed since this process started: what runs is not what a hash of the files would say."""
    return _changed_at(int(time.monotonic() / LOOKS))


@lru_cache(maxsize=1)
def _changed_at(_minute: int) -> bool:
    changed = _signature() != AS_STARTED
    if changed:
        log.warning("code has changed since the server started: restart it. Until then no results are kept")
    return changed


def _write(name: str, file: bytes) -> None:
    if (place := keeping.keep(name, file, LIMITS.bytes, FOLDER)) and next(_written) % TIDIED_EVERY == 0:
        _tidy(place)


def _tidy(place: keeping.Place) -> None:
    """Remove what was used longest ago where there is too much."""
    held = []
    for path in place.folder.glob("*.json"):
        with contextlib.suppress(OSError):  # another process removed it first
            found = path.stat()
            held.append(Held(str(path), found.st_size, found.st_mtime))
    for each in too_much(held, Limits(LIMITS.files, place.most)):
        with contextlib.suppress(OSError):
            Path(each.name).unlink()


def _to_bytes(name: str, kept: dict[str, Any]) -> bytes:
    body = json.dumps(kept).encode()
    return f"{_digest(name, body)}\n".encode() + body


def _from_bytes(name: str, file: bytes) -> list[Any]:
    """The events in a file. Raises Damaged where it is not what was written under this name."""
    digest, _, body = file.partition(b"\n")
    if digest != _digest(name, body).encode():
        raise Damaged("its checksum does not hold")
    try:
        kept = json.loads(body)
        source = WORDS("measured before", date=kept["date"], machine=kept["machine"])
        return [marked(decoded(event), partial(as_measured, source=source)) for event in kept["events"]]
    except BAD as error:
        raise Damaged(f"it holds something else ({type(error).__name__})") from error


def _digest(name: str, body: bytes) -> str:
    return hashlib.sha256(f"{name}\n".encode() + body).hexdigest()
