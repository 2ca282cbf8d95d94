"""How much of the roofs real engines reach: what others have measured, held against them."""

from collections.abc import Iterator
from typing import NamedTuple

from lessons.estimate.at_home import Home
from lessons.estimate.roofline import Machine, Pace, writing
from lessons.facts import Board, boards
from lessons.facts.architectures import Speed, architectures, speeds


class Reached(NamedTuple):
    """What somebody measured, the step it was reckoned to be, and the share of that roof it is."""

    seen: Speed
    pace: Pace
    share: float


def machine_of(board: Board) -> Machine:
    """A board as a machine. Its peak is 0 where the sheet has none for its matrix units: then arithmetic is not reckoned."""
    peak = board.fp16_dense_TFLOPS if board.fp16_matrix_units else None
    return Machine(
        board.name, board.memory_GB * 1e9, board.bandwidth_GB_per_s * 1e9, (peak or 0) * 1e12, watts=board.tdp_W
    )


def written() -> Iterator[Reached]:
    """Every published speed of writing, alone on a board."""
    for seen in speeds():
        home = Home(architectures()[seen.model], seen.format, context=(seen.written or 256) // 2)
        pace = writing(home, machine_of(boards()[seen.board]))
        yield Reached(seen, pace, seen.written_tokens_per_s / pace.per_second)


def band(form: str) -> tuple[float, float]:
    """The least and the most of the memory's roof that was reached, with weights in 16 bits or in fewer."""
    shares = [each.share for each in written() if (each.seen.format == "fp16") == (form == "fp16")]
    return min(shares), max(shares)
