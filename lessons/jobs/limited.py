"""Reads what visitors upload in a process of its own, which may take so much memory and time and no more.

    python -c "from lessons.jobs.limited import main; main()"

The process imports what reading needs and then takes one request after another from standard input: named files. On
standard output it says what it found: bytes, each with their length, of which nothing is run or unpickled. One that
takes too much is ended, and the next request starts another.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from math import ceil
from pathlib import Path
from typing import BinaryIO

from lessons.jobs.alive import program
from lessons.models import adapter_file
from lessons.models.adapter_file import TENSORS
from lessons.models.adapter_settings import CONFIG
from lessons.models.bad_file import BadFile
from lessons.text import sections

WORDS = sections("jobs")

MOST_MEMORY = 2**30  # bytes beside what the process takes before it reads anything
MOST_SECONDS = 20  # of processor time, and of any
MOST_ANSWER = 2**28  # bytes
IDLE = 600  # seconds without a request until the process ends
READY, FOUND, REFUSED = b"r", b"f", b"n"
TOO_MUCH = WORDS["upload takes too much"]
LAYERS = [f"model.layers.{at}.{part}" for at in range(100) for part in (
    *(f"self_attn.{name}_proj" for name in "qkvo"), *(f"mlp.{name}_proj" for name in ("gate", "up", "down")),
)] + ["lm_head", "conv1", "conv2", "conv3", "fc"]  # fmt: skip
ROOT = Path(__file__).parents[2]
Files = Sequence[tuple[str, bytes]]


class UploadReader:
    """A process that reads uploads."""

    def __init__(self, program: str = "from lessons.jobs.limited import main; main()"):
        self.program = program
        self.process: subprocess.Popen | None = None

    def read(self, files: Files) -> list[bytes]:
        """The parts that were found in uploaded files. Raises BadFile, with what the process says, or where it takes
        too much."""
        for _ in range(2):
            process = self._started()
            late = threading.Timer(MOST_SECONDS, self.end)
            late.start()
            try:
                pickle.dump(list(files), process.stdin)
                process.stdin.flush()
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
        """A process that is ready; starting one takes as long as importing torch."""
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


def adapter(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """The two files of an uploaded adapter, found to be sound by the process. Raises BadFile."""
    return dict(zip((CONFIG, TENSORS), _reader.read(list(files)), strict=True))


def main() -> None:
    """Answer requests until standard input ends, or none has come for long."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not break into the answers
    out.write(READY)
    out.flush()
    _end_when_idle(IDLE)
    while True:
        try:
            files = pickle.load(sys.stdin.buffer)
        except EOFError:  # the worker is gone
            return
        _end_when_idle(0)
        _limit(MOST_MEMORY)
        found = _read(files)
        _limit(None)
        _say(out, *found)
        _end_when_idle(IDLE)


def _end_when_idle(seconds: float) -> None:
    """End the process after so long, unless this is called again. 0: never."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _read(files: Files) -> tuple[bytes, list[bytes]]:
    try:
        found = adapter_file.sorted_out(files)
        said = adapter_file.read(found).said
        for (
            layer
        ) in LAYERS:  # those the file holds nothing for, too: their pattern is tried again where nothing limits it
            said.names(layer)
        return FOUND, [found[CONFIG], found[TENSORS]]
    except BadFile as error:
        return REFUSED, [str(error).encode()]
    except (MemoryError, RuntimeError):  # torch's, where memory is refused
        return REFUSED, [TOO_MUCH.encode()]


def _limit(memory: int | None) -> None:
    """Allow so many bytes more than are taken now, and so much processor time, where the system can; None: as many as
    before."""
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
    with contextlib.suppress(OSError):  # macOS says nothing of itself there, and limits no addresses
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        at_most(resource.RLIMIT_AS, taken + (memory or 0))


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
