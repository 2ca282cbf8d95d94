"""Speeds that others have published, each beside the same step as it would be at best."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from lessons.estimate.at_home import Home
from lessons.estimate.roofline import Machine, StepTime, machine_of, reading, writing
from lessons.facts import Board, boards
from lessons.facts.architectures import Architecture, Speed, architectures, speeds
from lessons.facts.home_machines import home_machines

USUAL_PROMPT, USUAL_ANSWER = 512, 256  # tokens, where a source does not say how many


class MeasuredSpeed(NamedTuple):
    """What somebody measured of one step, and the step as estimated."""

    seen: Speed  # as published
    home: Home  # the same model, as it was run
    machine: Machine  # it ran on
    pace: StepTime  # the same step, at best
    per_second: float  # tokens, as measured

    @property
    def share(self) -> float:
        """Of the roofline: measured ÷ at best."""
        return self.per_second / self.pace.per_second


@lru_cache(maxsize=1)
def written() -> tuple[MeasuredSpeed, ...]:
    """Every published speed of decoding, but those of speculative decoding."""
    return tuple(map(decoded, _decoding()))


def on(machine: str, alike: Callable[[Architecture], bool]) -> list[MeasuredSpeed]:
    """Those of one conversation on a machine of this name, with models whose shape is `alike`."""
    named = (rows for board, rows in _alone().items() if f"{machine},".startswith(f"{board},"))
    return [decoded(seen) for rows in named for seen in rows if alike(architectures()[seen.model])]


@lru_cache(maxsize=1)
def _alone() -> dict[str, list[Speed]]:
    """The published speeds of decoding of one conversation, by the machine's name."""
    found: dict[str, list[Speed]] = {}
    for seen in _decoding():
        if seen.batch == 1:
            found.setdefault(seen.board, []).append(seen)
    return found


@lru_cache(maxsize=1)
def read() -> tuple[MeasuredSpeed, ...]:
    """Every published speed of prefill on a machine whose peak is sourced."""
    found = (_read(seen) for seen in speeds() if seen.prompt_tokens_per_s)
    return tuple(each for each in found if each.machine.peak)


def board_of(name: str) -> Board:
    """A machine at home by its name or title, or a board of hardware.csv. Raises KeyError."""
    at_home = (each.board for each in home_machines().values() if name in (each.name, each.title))
    return next(at_home, None) or boards()[name]


def decoded(seen: Speed) -> MeasuredSpeed:
    """A published speed of decoding."""
    home = Home(architectures()[seen.model], seen.format, batch=seen.batch)
    machine = _machine(seen)
    before = seen.depth + (seen.written or USUAL_ANSWER) // 2  # half of them, on average
    return MeasuredSpeed(seen, home, machine, writing(home, machine, before), seen.written_tokens_per_s)


def _decoding() -> Iterator[Speed]:
    return (seen for seen in speeds() if seen.written_tokens_per_s and not seen.draft)


def _read(seen: Speed) -> MeasuredSpeed:
    home, machine = Home(architectures()[seen.model], seen.format), _machine(seen)
    pace = reading(home, machine, seen.prompt or USUAL_PROMPT, seen.depth)
    return MeasuredSpeed(seen, home, machine, pace, seen.prompt_tokens_per_s)


def _machine(seen: Speed) -> Machine:
    """The machine it ran on, with the backend it ran with: a card can be used by several."""
    return machine_of(board_of(seen.board))._replace(backend=seen.backend)
