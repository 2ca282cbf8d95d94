"""Measures what this machine can do at best: how fast it reads its memory, and how fast it multiplies."""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import psutil
import torch

from lessons.measure.machine import Roofs, memory
from lessons.measure.power import package_joules, watts

SIDE = 1024  # of the matrices whose product is timed
READ = 2**26  # float32 numbers, 256 MB: more than any processor's cache holds
ROUNDS, SECONDS = 4, 0.25  # of all three, and for each of them in a round


class Roof(NamedTuple):
    """Something to do, and how many bytes are read or FLOP done with it."""

    act: Callable[[], object]  # does it once
    much: int  # bytes or FLOP each time


def took(act: Callable[[], object]) -> float:
    """Seconds. `act`: what is done once."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def reading() -> Roof:
    """The sum of more numbers than a cache holds."""
    return Roof(torch.ones(READ).sum, 4 * READ)


def multiplying(kind: torch.dtype = torch.float32) -> Roof:
    """A product of two matrices that lie in the cache. `kind`: of their numbers."""
    square = torch.ones(SIDE, SIDE, dtype=kind)
    return Roof(lambda: square @ square, 2 * SIDE**3)


@torch.inference_mode()  # of a generator: while it runs, not while it waits
def measuring() -> Iterator[float | Roofs]:
    """Three seconds on all cores, in rounds: shares of the work that are done, then what was found. The best of many
    times counts: whatever else the machine does can only make it slower."""
    cores, threads = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1, torch.get_num_threads()
    before, began = package_joules(), time.perf_counter()
    try:
        torch.set_num_threads(cores)
        roofs = reading(), multiplying(), multiplying(torch.bfloat16)
        rates = [0.0] * len(roofs)
        for done in range(ROUNDS):
            rates = [max(rate, roof.much / _least(roof.act, SECONDS)) for rate, roof in zip(rates, roofs, strict=True)]
            yield (done + 1) / (ROUNDS + 1)
    finally:
        torch.set_num_threads(threads)
    drawn = watts(before, package_joules(), time.perf_counter() - began)
    yield Roofs(*rates, cores, memory(), drawn)


def _least(act: Callable[[], object], seconds: float) -> float:
    """Seconds of the fastest of the times that fit into so many, after one to warm up."""
    act()
    least, until = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < until:
        least = min(least, took(act))
    return least
