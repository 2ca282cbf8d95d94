"""The talks that an address can name, as the stage and the page on talks see them."""

from functools import lru_cache

from lessons import talk_store
from lessons.talk import BadTalkError, Talk, read, shipped, shipped_file
from lessons.ui.state.rooms import knobs_of


def find(name: str) -> Talk | None:
    """The talk with this name, shipped or brought; None where there is none that this version of the app can show."""
    file = shipped_file(name) if name in shipped() else talk_store.find(name)
    return _read(name, file) if file else None


@lru_cache(maxsize=64)
def _read(name: str, file: bytes) -> Talk | None:
    try:
        return read(name, file, knobs_of)
    except BadTalkError:
        return None
