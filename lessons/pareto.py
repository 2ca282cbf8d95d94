"""What nothing else beats, where less is better in two ways (the Pareto front)."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def front(losses: Mapping[Name, tuple[float, float]]) -> list[Name]:
    """The names of those that none beats: no other has at most as much of both losses, and less of one. From the least
    of the first loss on; of equals all."""
    found: list[Name] = []
    for name in sorted(losses, key=lambda name: losses[name]):
        if not found or losses[name][1] < losses[found[-1]][1] or losses[name] == losses[found[-1]]:
            found.append(name)
    return found
