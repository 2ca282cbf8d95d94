"""Reads what visitors bring in a process of its own, which may take so much memory and time and no more.

    python -c "from lessons.jobs.limited import main; main()"

A request names the function that reads (`module:function`, which takes named files and gives parts as bytes), and holds
the files. The process says on standard output what was found: bytes, each with their length, of which nothing is run or
unpickled. One that takes too much is ended, and the next request starts another.
"""

import contextlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from typing import BinaryIO

from lessons.jobs.alive import program
from lessons.models.bad_file import BadFile
from lessons.text import sections

WORDS = sections("jobs")

MOST_MEMORY = 2**30  # bytes beside what the process takes before it reads anything
MOST_SECONDS = 20  # of processor time, and of any
MOST_ANSWER = 2**28  # bytes
IDLE = 600  # seconds without a request until the process ends
READY, FOUND, REFUSED = b"r", b"f", b"n"
TOO_MUCH = WORDS["upload takes too much"]
ROOT = Path(__file__).parents[2]
Files = Sequence[tuple[str, bytes]]
Reader = Callable[[Files], list[bytes]]


class UploadReader:
    """A process that reads what visitors bring."""

    def __init__(self, program: str = "from lessons.jobs.limited import main; main()"):
        self.program = program
        self.process: subprocess.Popen | None = None

    def read(self, reader: str, files: Files) -> list[bytes]:
        """The parts that a reader, `module:function`, finds in files. Raises BadFile, with what the reader says, or
        where it takes too much."""
        for _ in range(2):
            process = self._started()
            late = threading.Timer(MOST_SECONDS, self.end)
            try:
                _ask(process.stdin, reader, files)
                _exactly(process.stdout, len(READY))  # it has imported what it reads with
                late.start()
                kind, parts = _heard(process.stdout)
            except (OSError, EOFError):
                if self.end() != 0:
                    break
                continue  # it had just ended by itself, for it had nothing to do
            finally:
                late.cancel()
            if kind == REFUSED:
                raise BadFile(parts[0].decode(errors="replace"))
            return parts
        raise BadFile(TOO_MUCH)

    def end(self) -> int | None:
        """End the process, if there is one; gives its exit status."""
        process, self.process = self.process, None
        if process is None:
            return None
        process.kill()
        return process.wait()

    def _started(self) -> subprocess.Popen:
        """A process that is ready."""
        if self.process and self.process.poll() is None:
            return self.process
        self.process = subprocess.Popen(
            program(self.program),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        )
        if self.process.stdout.read(1) != READY:
            raise RuntimeError(WORDS["uploads unreadable"])
        return self.process


_reader = UploadReader()


def read(reader: str, files: Files) -> list[bytes]:
    """The parts that a reader, `module:function`, finds in files, as this program's own process reads them. Raises
    BadFile."""
    return _reader.read(reader, files)


def main() -> None:
    """Answer requests until standard input ends, or none has come for long."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not break into the answers
    out.write(READY)
    out.flush()
    _end_when_idle(IDLE)
    while True:
        try:
            reader, files = _asked(sys.stdin.buffer)
        except EOFError:  # the worker is gone
            return
        _end_when_idle(0)
        function = pkgutil.resolve_name(reader)  # which imports what it reads with: that counts for nobody
        out.write(READY)
        out.flush()
        _limit(MOST_MEMORY)
        found = _read(function, files)
        _limit(None)
        _say(out, *found)
        _end_when_idle(IDLE)


def _end_when_idle(seconds: float) -> None:
    """End the process after so long, unless this is called again. 0: never."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _read(function: Reader, files: Files) -> tuple[bytes, list[bytes]]:
    try:
        return FOUND, function(files)
    except (MemoryError, RuntimeError):  # torch's, where memory is refused
        return REFUSED, [TOO_MUCH.encode()]
    except ValueError as error:
        if not type(error).__module__.startswith("lessons."):
            raise
        return REFUSED, [str(error).encode(errors="replace")]


def _limit(memory: int | None) -> None:
    """Allow so many bytes more than are taken now, and so much processor time, where the system can; None: as many as
    before. A file that is mapped and not written takes none."""
    try:
        import resource
    except ImportError:  # Windows: time alone is limited, by who asks
        return

    def at_most(what: int, most: int) -> None:
        _, hard = resource.getrlimit(what)
        resource.setrlimit(
            what, (hard if memory is None else most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
        )

    at_most(resource.RLIMIT_CPU, ceil(time.process_time()) + MOST_SECONDS)
    with contextlib.suppress(OSError):  # macOS says nothing of itself there, and limits no memory
        taken = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
        at_most(resource.RLIMIT_DATA, taken + (memory or 0))


def _ask(questions: BinaryIO, reader: str, files: Files) -> None:
    said = json.dumps({"reader": reader, "files": [[name, len(file)] for name, file in files]}).encode()
    questions.write(len(said).to_bytes(8, "little") + said)
    for _, file in files:
        questions.write(file)
    questions.flush()


def _asked(questions: BinaryIO) -> tuple[str, list[tuple[str, bytes]]]:
    """What a request names, and its files. Raises EOFError where none comes any more."""
    said = json.loads(_exactly(questions, int.from_bytes(_exactly(questions, 8), "little")))
    return said["reader"], [(name, _exactly(questions, length)) for name, length in said["files"]]


def _say(out: BinaryIO, kind: bytes, parts: Sequence[bytes]) -> None:
    out.write(kind + len(parts).to_bytes(1, "little") + b"".join(len(part).to_bytes(8, "little") for part in parts))
    for part in parts:
        out.write(part)
    out.flush()


def _heard(answers: BinaryIO) -> tuple[bytes, list[bytes]]:
    """What a process says. Raises EOFError where that is not all there, or too much."""
    kind, count = _exactly(answers, 1), _exactly(answers, 1)[0]
    lengths = [int.from_bytes(_exactly(answers, 8), "little") for _ in range(count)]
    if sum(lengths) > MOST_ANSWER:
        raise EOFError
    return kind, [_exactly(answers, length) for length in lengths]


def _exactly(answers: BinaryIO, length: int) -> bytes:
    found = answers.read(length)
    if len(found) < length:
        raise EOFError
    return found
