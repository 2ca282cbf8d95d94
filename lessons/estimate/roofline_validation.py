"""The roofline held against what was measured: of a model that ran here; and what others reached of it."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from lessons.estimate.at_home import Home
from lessons.estimate.engine_efficiency import MeasuredSpeed, expected
from lessons.estimate.roofline import Machine, StepTime, reading, writing
from lessons.facts.architectures import Architecture
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("estimate")


class Check(NamedTuple):
    """`predicted`, `measured`: tokens a second of one kind of step, by its name."""

    name: str  # of the kind of step
    predicted: float
    measured: float

    @property
    def share(self) -> float:
        """Of the roof."""
        return self.measured / self.predicted


def run_here(
    shape: Architecture, machine: Machine, prompts: Mapping[int, float], token: float, context: int
) -> list[Check]:
    """Steps of a model that this app has run, with weights and cache in 32 bits: prompts of so many tokens, in seconds
    each, and a token written where so many were there."""
    home = Home(shape, "fp32", "32 bits", context)
    found = [
        Check(WORDS("prefill step", tokens=tokens), reading(home, machine, tokens).per_second, tokens / seconds)
        for tokens, seconds in prompts.items()
        if tokens > 1
    ]
    return [*found, Check(WORDS["decode step"], writing(home, machine, context).per_second, 1 / token)]


def of_others(measured: Sequence[MeasuredSpeed]) -> dict[str, Quantity]:
    """How much of its roof a published speed reached, with 16 bits and with fewer: the median, and what another board
    may reach."""
    kinds = {WORDS["others reached"]: True, WORDS["others reached: fewer bits"]: False}
    return {
        name: _median([each for each in measured if (each.seen.format == "fp16") == full])
        for name, full in kinds.items()
    }


def _median(reached: Sequence[MeasuredSpeed]) -> Quantity:
    shares = sorted(100 * each.share for each in reached)
    low, high = expected(reached)
    source = WORDS("others reached: formula", count=len(shares), least=shares[0], most=shares[-1])
    return Quantity("reached", median(shares), "%", "estimated", 100 * low, 100 * high, source)


class TokenTime(NamedTuple):
    """Where the seconds of one written token go: what reading the weights takes at best, what the products take beyond
    that, and the rest, which is between them."""

    at_best: float  # seconds: reading the weights
    products: float  # seconds: what matrix products take beyond that
    between: float  # seconds: the rest


def gap(pace: StepTime, products: float, token: float) -> TokenTime:
    """Between a step at best, the products of its matrices alone, and all of it, in seconds. `token`: seconds of one
    written token; `products`: of its matrix products alone."""
    return TokenTime(pace.seconds, max(products - pace.seconds, 0.0), max(token - max(products, pace.seconds), 0.0))


def quantities(check: Check, time: TokenTime, operations: int) -> dict[str, Quantity]:
    """Of writing, by the words for it. `operations`: asked of torch for a token."""
    each = time.between / operations
    rate, share, between = "tokens/s", 100 * check.share, WORDS("between products: formula", operations=operations)
    return {
        WORDS["predicted"]: Quantity(
            "predicted", check.predicted, rate, "estimated", source=WORDS["predicted: formula"]
        ),
        WORDS["measured"]: Quantity("measured", check.measured, rate, "measured", source=WORDS["measured: how"]),
        WORDS["share of the roof"]: Quantity(
            "share", share, "%", "measured", source=WORDS["share of the roof: formula"]
        ),
        WORDS["between products"]: Quantity("each", each, "s", "measured", source=between),
    }
