"""The roofline held against what was measured: of a model that ran here; and what others reached of it."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from lessons.estimate.at_home import Home
from lessons.estimate.engine_efficiency import MeasuredSpeed, expected
from lessons.estimate.roofline import Machine, StepTime, reading, writing
from lessons.facts.architectures import Architecture
from lessons.quantity import Quantity


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
        Check(f"a prompt of {tokens}", reading(home, machine, tokens).per_second, tokens / seconds)
        for tokens, seconds in prompts.items()
        if tokens > 1
    ]
    return [*found, Check("writing", writing(home, machine, context).per_second, 1 / token)]


def of_others(measured: Sequence[MeasuredSpeed]) -> dict[str, Quantity]:
    """How much of its roof a published speed reached, with 16 bits and with fewer: the median, and what another board
    may reach."""
    kinds = {"Others reached, 16 bits": True, "With fewer bits": False}
    return {
        name: _median([each for each in measured if (each.seen.format == "fp16") == full])
        for name, full in kinds.items()
    }


def _median(reached: Sequence[MeasuredSpeed]) -> Quantity:
    shares = sorted(100 * each.share for each in reached)
    low, high = expected(reached)
    source = (
        f"median of {len(shares)} published speeds of writing, {shares[0]:.0f} to {shares[-1]:.0f} %, each ÷ "
        f"what is predicted; band: for a board that nobody has measured"
    )
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
    return {
        "Predicted, at best": Quantity(
            "predicted",
            check.predicted,
            "tokens/s",
            "estimated",
            source="weights, keys and values in 32 bits ÷ bytes this core reads in a second",
        ),
        "Measured": Quantity(
            "measured",
            check.measured,
            "tokens/s",
            "measured",
            source="median of 16 tokens, one after another, on one core",
        ),
        "Of the roof": Quantity("share", 100 * check.share, "%", "measured", source="measured ÷ predicted"),
        "Between products": Quantity(
            "each",
            each,
            "s",
            "measured",
            source=f"what the products do not take, ÷ the {operations:,} operations asked of torch for a token",
        ),
    }
