"""What a task asks of a model: tokens of a use, quality, privacy, money, and the machine that is there."""

from dataclasses import dataclass
from typing import NamedTuple

from lessons.estimate.roofline import Machine
from lessons.facts import Board
from lessons.facts.deciding import Price
from lessons.quantity import Quantity


class TaskTokens(NamedTuple):
    """Tokens of a use: ours, to be changed by hand. `reads`: a small model, made for it, answers by reading alone."""

    prompt: int  # tokens
    answer: int  # tokens
    reads: bool = False


TASKS = {
    "sort texts": TaskTokens(300, 5, reads=True),
    "find in a text": TaskTokens(1_000, 30, reads=True),
    "summarise": TaskTokens(1_000, 100),
    "know facts": TaskTokens(100, 100),
    "calculate": TaskTokens(300, 1_000),
    "write code": TaskTokens(300, 1_000),
    "chat": TaskTokens(300, 300),
}


@dataclass(frozen=True)
class Requirements:
    """One task, and the limits a candidate must keep."""

    task: str  # one of TASKS
    prompt: int  # tokens
    answer: int  # tokens
    worse: float  # percentage points it may be behind the best published score
    uses: int  # a day
    budget: float  # USD a year
    stays: bool  # whether texts may not leave the house
    machine: Machine  # that the reader has or would buy
    board: Board | None  # the row of the machine's card, if it has one
    bought: bool  # whether the card must be bought for this
    waits: bool  # whether the computer with the card is on all day for this alone
    kwh: float  # USD
    price: Price  # of the model in the cloud
    words: tuple[Quantity, float] | None = None  # Wh and seconds of a use without a model; None until it is measured
