"""What a worker's process owes its parent and its neighbours: signs of life, an end in time, and to give way."""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable

import psutil

PULSE = 5.0  # seconds between two signs of life
LEAST_SHARE, LEAST_BYTES = 0.005, 2**14  # of a processor, or read and written, that count as one
PR_SET_PDEATHSIG = 1  # prctl(2)


def tell(pulse: Callable[[], None]) -> None:
    """Give a sign of life now and then, as long as the process computes, reads or writes: one that waits for what never
    comes does not."""
    seconds, moved = _work()
    while True:
        time.sleep(PULSE)
        seconds_now, moved_now = _work()
        if seconds_now - seconds > LEAST_SHARE * PULSE or moved_now - moved > LEAST_BYTES:
            pulse()
        seconds, moved = seconds_now, moved_now


def end_with_parent() -> None:
    """Ask Linux to end this process with its parent, even if it is stopped then and cannot see that its input ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def give_way(by: int) -> None:
    """Compute only what processes with a smaller niceness leave."""
    if hasattr(os, "nice"):
        os.nice(by)


def _work() -> tuple[float, int]:
    """Seconds of processor time so far, and bytes read and written, as far as the system counts them."""
    moved = 0
    with contextlib.suppress(AttributeError, psutil.Error):  # macOS does not count
        counted = psutil.Process().io_counters()
        moved = getattr(counted, "read_chars", counted.read_bytes) + getattr(
            counted, "write_chars", counted.write_bytes
        )
    return time.process_time(), moved
