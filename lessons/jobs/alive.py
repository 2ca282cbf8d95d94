"""What a worker's process owes its parent and its neighbours: signs of life, an end in time, and to give way."""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

PULSE = 5.0  # seconds between two signs of life
LEAST_SHARE, LEAST_BYTES = 0.005, 2**14  # of a processor, or read and written, that count as one
PR_SET_PDEATHSIG = 1  # prctl(2)
GOES_FIRST = 500  # of 1,000: how much sooner than others


def tell(pulse: Callable[[float], None]) -> None:
    """Give a sign of life now and then, with the seconds of processor time so far, as long as the process computes,
    reads or writes: one that waits for what never comes does not."""
    seconds, moved = _work()
    while True:
        time.sleep(PULSE)
        seconds_now, moved_now = _work()
        if seconds_now - seconds > LEAST_SHARE * PULSE or moved_now - moved > LEAST_BYTES:
            pulse(seconds_now)
        seconds, moved = seconds_now, moved_now


def program(code: str) -> list[str]:
    """The command of a process that runs Python code as a child of this one: it ends with it, and before it where
    memory runs out."""
    begins = f"from lessons.jobs.alive import end_with_parent, go_first; end_with_parent({os.getpid()}); go_first()"
    return [sys.executable, "-c", f"{begins}; {code}"]


def end_with_parent(parent: int) -> None:
    """Ask Linux to end this process with its parent, even if it is stopped then and cannot see that its input ends.
    Where the parent has ended already, so does this. Linux means the thread that started it: one that lives on."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


def go_first() -> None:
    """Ask Linux to end this process rather than the server where memory runs out."""
    with contextlib.suppress(OSError):  # no Linux, or a sandbox
        Path("/proc/self/oom_score_adj").write_text(str(GOES_FIRST))


def give_way(by: int) -> None:
    """Compute only what processes with a smaller niceness leave."""
    if hasattr(os, "nice"):
        os.nice(by)


def _work() -> tuple[float, int]:
    """Seconds of processor time so far, and bytes read and written, as far as the system counts them."""
    import psutil  # not at the top: nothing is to delay `end_with_parent`

    moved = 0
    with contextlib.suppress(AttributeError, psutil.Error):  # macOS does not count
        counted = psutil.Process().io_counters()
        moved = getattr(counted, "read_chars", counted.read_bytes) + getattr(
            counted, "write_chars", counted.write_bytes
        )
    return time.process_time(), moved
