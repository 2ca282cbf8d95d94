"""How much of the roofs real engines reach: what others have measured, held against them."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lessons.estimate.at_home import Home
from lessons.estimate.roofline import Pace, machine_of, reading, writing
from lessons.facts import boards
from lessons.facts.architectures import Speed, architectures, speeds


class Reached(NamedTuple):
    """What somebody measured, the step it was reckoned to be, and the share of that roof it is."""

    seen: Speed
    pace: Pace
    share: float


def written() -> Iterator[Reached]:
    """Every published speed of writing, alone on a board."""
    for seen in speeds():
        home = Home(architectures()[seen.model], seen.format)
        pace = writing(home, machine_of(boards()[seen.board]), (seen.written or 256) // 2)  # half of them, on average
        yield Reached(seen, pace, seen.written_tokens_per_s / pace.per_second)


def read() -> Iterator[Reached]:
    """Every published speed of reading a prompt, where a peak of the board's matrix units is sourced."""
    for seen in speeds():
        machine = machine_of(boards()[seen.board])
        if seen.prompt and seen.prompt_tokens_per_s and machine.peak:
            pace = reading(Home(architectures()[seen.model], seen.format), machine, seen.prompt)
            yield Reached(seen, pace, seen.prompt_tokens_per_s / pace.per_second)


@lru_cache(maxsize=1)
def reading_band() -> tuple[float, float]:
    """The least and the most of the roof that was reached when prompts were read."""
    shares = [each.share for each in read()]
    return min(shares), max(shares)


@lru_cache(maxsize=32)
def band(form: str) -> tuple[float, float]:
    """The least and the most of the memory's roof that was reached, with weights in 16 bits or in fewer."""
    shares = [each.share for each in written() if (each.seen.format == "fp16") == (form == "fp16")]
    return min(shares), max(shares)
