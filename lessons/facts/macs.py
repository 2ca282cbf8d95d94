"""Which Macs have which of Apple's chips: people look for the computer, not for what is in it."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lessons.facts.read import by, read
from lessons.text import sections

WORDS = sections("sources")


@dataclass(frozen=True)
class MacChip:
    """A chip, and the Macs it is in, whatever their year and size."""

    name: str
    macs: str  # as Apple calls them, with commas between
    source: str
    url: str
    confidence: str
    note: str


@lru_cache(maxsize=1)
def mac_chips() -> dict[str, MacChip]:
    """By the chip's name."""
    return by("name", read(MacChip, Path(__file__).with_name("macs.csv")))


def macs_of(machine: str) -> str:
    """The Macs with the chip of a machine, and its name again: `MacBook Pro, Mac mini with M4 Pro`; "" for other
    machines."""
    chip = max((name for name in mac_chips() if machine.startswith(name)), key=len, default="")
    _, _, called = chip.partition(" ")  # without its maker
    return WORDS("Macs with a chip", macs=mac_chips()[chip].macs, chip=called) if chip else ""
