"""Which functions run."""

import sys
from collections.abc import Callable
from types import CodeType


def run_by(act: Callable[[], object]) -> set[CodeType]:
    """All functions that run meanwhile."""
    seen: set[CodeType] = set()
    sys.setprofile(lambda frame, event, _: seen.add(frame.f_code))
    try:
        act()
    finally:
        sys.setprofile(None)
    return seen
