"""How often somebody may do something, so that nobody guesses codes or wears the server out."""

import time
from collections.abc import Callable
from threading import Lock

KEPT = 10_000  # keys that are remembered


class Allowance:
    """So many times at once, and so many a second in the long run, for each key."""

    def __init__(self, at_once: float, per_second: float, clock: Callable[[], float] = time.monotonic):
        self.at_once, self.per_second, self.clock = at_once, per_second, clock
        self._left: dict[str, tuple[float, float]] = {}  # by key: what was left, and when
        self._lock = Lock()

    def left(self, key: str) -> bool:
        """Whether this key may once more."""
        return self._now(key) >= 1

    def take(self, key: str) -> bool:
        """Take one; whether there was one to take."""
        with self._lock:
            left = self._now(key)
            self._left.pop(key, None)
            while len(self._left) >= KEPT:
                self._left.pop(next(iter(self._left)))  # asked for the longest time ago
            self._left[key] = (max(0.0, left - 1), self.clock())
        return left >= 1

    def _now(self, key: str) -> float:
        left, since = self._left.get(key, (self.at_once, self.clock()))
        return min(self.at_once, left + self.per_second * (self.clock() - since))


GUESSES = Allowance(60, 1)  # codes that lead nowhere, of one network address: a school has one for all
OPENINGS = Allowance(30, 1 / 300)  # classes opened from one network address
JOINS = Allowance(300, 5)
LINKS = Allowance(100, 1 / 10)  # short links made from one network address: with too many, the oldest go
TALKS = Allowance(30, 1 / 300)  # talks brought from one network address: with too many, the oldest go
