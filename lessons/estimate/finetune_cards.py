"""Cards that people own, or rent, which hold a fine-tuning run."""

from collections.abc import Iterator

from lessons.facts import Board
from lessons.facts.board_memory import memory_bytes
from lessons.facts.home_machines import CARDS, DESKTOP, LAPTOP, choosable, group_of


def cards(pairs: bool = False) -> list[Board]:
    """GPUs with matrix units for 16 bits and memory of their own, those with the least first, of these desktop cards,
    the newest first. `pairs`: those of which a machine can have two."""
    found = (board for board in choosable().values() if board.fp16_matrix_units and board.kind == "GPU")
    return sorted(_own_memory(found, pairs), key=_place)


def holding(bytes_needed: float, pairs: bool = False) -> list[Board]:
    """Those that have so much memory. `bytes_needed`: on each; `pairs`: as in `cards`."""
    return [board for board in cards(pairs) if memory_bytes(board) >= bytes_needed]


def too_small(bytes_needed: float, pairs: bool = False) -> Board | None:
    """The largest card that does not hold it, of these the first in `cards`. `bytes_needed`, `pairs`: as in
    `holding`."""
    found = [board for board in cards(pairs) if memory_bytes(board) < bytes_needed]
    return max(found, key=memory_bytes, default=None)


def _own_memory(found: Iterator[Board], pairs: bool) -> Iterator[Board]:
    for board in found:
        group = group_of(board.name)
        if group in (None, *CARDS) and not (pairs and group == LAPTOP):
            yield board


def _place(board: Board) -> tuple[float, int, int]:
    group = group_of(board.name)
    return memory_bytes(board), (DESKTOP, None, LAPTOP).index(group), -(board.year or 0)
