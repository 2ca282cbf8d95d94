"""What writing takes at home: joules of a token, Wh of an answer, watts meanwhile, and the electricity of a year."""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from lessons.estimate import answer_cost, engine_efficiency
from lessons.estimate.at_home import Home
from lessons.estimate.device import at_the_wall
from lessons.estimate.footprint import scaled
from lessons.estimate.roofline import Machine, StepTime, reading, writing
from lessons.facts import Board
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("estimate")

DAYS = 365  # of a year


class AnswerEnergy(NamedTuple):
    """J of a token that is written right after the prompt, and Wh of a whole answer: of the board alone. None where
    nobody says what they take."""

    token: Quantity | None  # J
    answer: Quantity | None  # Wh


@lru_cache(maxsize=1024)
def of_answer(home: Home, machine: Machine, board: Board | None, prompt: int, written: int) -> AnswerEnergy:
    """What an answer takes; its tokens are counted as its middle one. `prompt`, `written`: tokens. Raises
    CannotCompute."""
    if home.offload:  # nothing is sourced of a board that waits for main memory
        return AnswerEnergy(None, None)
    paces = reading(home, machine, prompt), writing(home, machine, prompt), writing(home, machine, prompt + written / 2)
    first, token, middle = (_joules(pace, home, board, machine, pace is paces[0]) for pace in paces)
    return AnswerEnergy(token, answer_cost.energy(first, middle, prompt, written))


def why_unknown(home: Home, machine: Machine, board: Board | None) -> str:
    """Why `of_answer` says nothing: "offloaded", "no watts" or "no peak"; "" where it does. Raises CannotCompute."""
    if home.offload:
        return "offloaded"
    if of_answer(home, machine, board, 1, 1).answer:
        return ""
    return "no peak" if of_answer(home, machine, board, 1, 1).token else "no watts"


def power(token: Quantity, speed: Quantity, machine: Machine) -> Quantity:
    """Watts while it writes: what a token takes, as often as there is one; at most those of the machine."""
    most = machine.watts or float("inf")
    value = min(token.value * speed.value, most)
    source = WORDS("power while it writes: formula", token=token, speed=speed)
    return Quantity("power", value, "W", "estimated", source=source)


def of_year(answer: Quantity, uses: int, price: float, currency: str) -> Quantity:
    """The electricity of a year, at the wall plug. `answer`: Wh of the board; `uses`: answers a day; `price`: of a kWh,
    in this currency."""
    wall = at_the_wall(answer, None)
    said = {"wall": wall, "how": wall.source, "uses": uses, "days": DAYS, "price": price, "unit": currency}
    found = scaled(wall, uses * DAYS * price / 1_000)
    return replace(found, name="year", unit=currency, badge="estimated", source=WORDS("year at home: formula", **said))


def _joules(pace: StepTime, home: Home, board: Board | None, machine: Machine, prompt: bool) -> Quantity | None:
    share = engine_efficiency.share(pace, home, machine)
    return answer_cost.joules(pace, home, board, machine, share, prompt)
