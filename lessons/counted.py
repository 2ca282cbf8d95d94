"""What a process counts while it runs: jobs, hits of what is kept, refusals. A worker hands its counts to the server
with the end of each job; `serving/metrics.py` shows the server's."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from threading import Lock

BOUNDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, float("inf"))  # of the seconds that a job takes
JOBS, SECONDS, FAILED = "jobs", "job seconds", "failed jobs"
KEPT, ANSWERS, HIT, MISS = "kept weights", "kept answers", "hit", "miss"
RESTARTS, REFUSED = "worker restarts", "refused files"
Counted = tuple[str | float, ...]  # what is counted, and of which kind
_counts: Counter[Counted] = Counter()
_lock = Lock()


def count(*what: str | float, times: float = 1) -> None:
    """Count something; what it is, and of which kind."""
    with _lock:
        _counts[what] += times


def job(name: str, seconds: float, failed: bool) -> None:
    """Count a job that has ended, by the processor time it took."""
    count(JOBS, name, BOUNDS[bisect_left(BOUNDS, seconds)])
    count(SECONDS, name, times=seconds)
    if failed:
        count(FAILED, name)


def add(counts: Mapping[Counted, float]) -> None:
    """Add what another process has counted."""
    with _lock:
        _counts.update(counts)


def handed_on() -> dict[Counted, float]:
    """All that was counted since this was called before: for another process to add."""
    with _lock:
        counts = dict(_counts)
        _counts.clear()
    return counts


def so_far() -> dict[Counted, float]:
    """All that was counted, and not handed on."""
    with _lock:
        return dict(_counts)
