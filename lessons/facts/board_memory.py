"""Bytes of memory that a board offers. It is sold in GB, each of 2³⁰ bytes; drivers print up to 0.6 % less, and a
sixteenth less where error correction (ECC) takes a part of ordinary memory.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lessons.facts.read import by, read
from lessons.facts.tables import Board

MIB, GIB = 2**20, 2**30  # bytes


@dataclass(frozen=True)
class DriverMemory:
    """The memory of a board as its driver prints it."""

    name: str  # of one of `boards()`
    MiB: int
    source: str
    url: str
    confidence: str
    note: str


@lru_cache(maxsize=1)
def driver_memory() -> dict[str, DriverMemory]:
    """What drivers have printed, by board."""
    return by("name", read(DriverMemory, Path(__file__).with_name("driver_memory.csv")))


def memory_bytes(board: Board) -> float:
    """Bytes that a driver offers: as printed, or 2³⁰ for each GB; 0 where nobody says how many GB."""
    printed = driver_memory().get(board.name)
    return float(printed.MiB * MIB) if printed else (board.memory_GB or 0) * GIB
