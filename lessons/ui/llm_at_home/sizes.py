"""Sizes of memory in words: in units of 10⁹ bytes, as files have them, and of 2³⁰, as it is sold."""

from lessons.facts.board_memory import GIB
from lessons.quantity import show
from lessons.text import sections

WORDS = sections("llm-at-home")
GB = 1e9
LEAST = 1e6  # bytes: what is less is no part of a GB worth a digit


def in_gb(size: float) -> str:
    """Bytes in GB, though they be less than one: what is on one picture has one unit. Below 1 it has two digits."""
    if size < LEAST:
        return show(size, "bytes")
    return f"{size / GB:#.2g} GB" if size < GB else f"{show(size / GB, '')} GB"


def in_gib(size: float) -> str:
    """Bytes in units of 2³⁰."""
    units = size / GIB
    return WORDS("in GiB", size=f"{units:,.0f}" if units >= 100 else f"{units:.3g}")


def in_both(size: float) -> str:
    """Bytes of a memory in both units."""
    return WORDS("memory size", size=in_gb(size), gib=in_gib(size))
