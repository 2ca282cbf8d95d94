"""The talks that an address can name, as the stage and the page on talks see them."""

from collections.abc import Sequence
from functools import lru_cache

from lessons import talk_store
from lessons.talk import BadTalkError, Talk, read, shipped, shipped_file
from lessons.ui.state.rooms import knobs_of


def find(name: str) -> Talk | None:
    """The talk with this name, shipped or brought; None where there is none that this version of the app can show."""
    file = shipped_file(name) if name in shipped() else talk_store.find(name)
    return _read(name, file) if file else None


def complaints(files: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """All that is wrong with the file of a talk, in the order of its lines: for the process that reads what visitors
    bring."""
    try:
        read("", files[0][1], knobs_of)
    except BadTalkError as error:
        return [each.encode(errors="replace") for each in error.complaints]
    return []


@lru_cache(maxsize=64)
def _read(name: str, file: bytes) -> Talk | None:
    try:
        return read(name, file, knobs_of)
    except BadTalkError:
        return None
