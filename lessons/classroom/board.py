"""The runs of a class beside each other: who wins, and how far apart they are."""

import statistics
from collections.abc import Sequence
from typing import NamedTuple

PLACES = 3  # on the podium


class Contender(NamedTuple):
    """A run on the board: its number, whose it is, what its file takes (bytes), and its accuracy (%)."""

    post: int
    member: int
    bytes: float
    accuracy: float


class Spread(NamedTuple):
    """What several runs came to at one place: their mean, their standard deviation (0 for one run), how many they
    are."""

    x: float | str
    mean: float
    deviation: float
    runs: int


def podium(files: Sequence[Contender], threshold: float) -> list[int]:
    """The posts of the members with the smallest files that are at least as accurate as the threshold (%), one each; of
    equal files the more accurate, then the earlier."""
    enough = [file for file in files if file.accuracy >= threshold]
    ordered = sorted(enough, key=lambda file: (file.bytes, -file.accuracy, file.post))
    best = {file.member: file.post for file in reversed(ordered)}
    return sorted(best.values(), key=[file.post for file in ordered].index)[:PLACES]


def gain(pairs: Sequence[Sequence[tuple[str, float]]]) -> Spread | None:
    """Mean and standard deviation of what runs gain from their first place to their second; None where there is no run.
    `pairs`: of each run, name and y of both places."""
    gains = [[("", second - first)] for (_, first), (_, second) in pairs]
    return spread(gains)[0] if gains else None


def spread(curves: Sequence[Sequence[tuple[float | str, float]]]) -> list[Spread]:
    """Mean and standard deviation of what runs came to at each place, in the order of the places; `curves`: x and y of
    each run."""
    at: dict[float | str, list[float]] = {}
    for x, y in (point for curve in curves for point in curve):
        at.setdefault(x, []).append(y)
    places = at if any(isinstance(x, str) for x in at) else sorted(at)
    return [
        Spread(x, statistics.fmean(at[x]), statistics.stdev(at[x]) if len(at[x]) > 1 else 0.0, len(at[x]))
        for x in places
    ]
