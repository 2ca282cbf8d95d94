"""The talks that an address can name, as the stage and the page on talks see them."""

from functools import lru_cache

from lessons.talk import Talk, read, shipped, shipped_file
from lessons.ui.state.rooms import knobs_of


@lru_cache(maxsize=32)
def find(name: str) -> Talk | None:
    """The talk with this name; None where there is none."""
    return read(name, shipped_file(name), knobs_of) if name in shipped() else None
