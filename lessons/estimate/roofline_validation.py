"""Estimates held against what was measured: the roofline against a model that ran here; what engines are expected to
reach against published speeds that were not used in fitting."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from lessons.estimate import engine_efficiency
from lessons.estimate.at_home import Home
from lessons.estimate.engine_efficiency import Expected
from lessons.estimate.published_speeds import MeasuredSpeed
from lessons.estimate.roofline import Machine, StepTime, reading, writing
from lessons.facts.architectures import HELD, Architecture
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("estimate")
DECODE, PREFILL = WORDS["decode step"], WORDS["held: prefill"]


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


def of_others(decoded: Sequence[MeasuredSpeed], prompts: Sequence[MeasuredSpeed]) -> dict[str, Quantity]:
    """How far off what is expected is from speeds that no term was fitted to: the median error, and the share of them
    inside the band, of decode and of prefill."""
    found = {}
    for kind, rows, expected in ((DECODE, decoded, per_second), (PREFILL, prompts, until_first)):
        held = [row for row in rows if row.seen.use == HELD]
        found |= _held(kind, [(_measured(row, kind), expected(row)) for row in held])
    return found


def per_second(row: MeasuredSpeed) -> Expected:
    """Tokens of a decoding step."""
    return engine_efficiency.decode(row.pace, row.home, row.machine)


def until_first(row: MeasuredSpeed) -> Expected:
    """Seconds of a prompt."""
    return engine_efficiency.prefill(row.pace, row.home, row.machine)


def _measured(row: MeasuredSpeed, kind: str) -> float:
    return row.per_second if kind == DECODE else row.pace.tokens / row.per_second


def _held(kind: str, rows: Sequence[tuple[float, Expected]]) -> dict[str, Quantity]:
    """Of numbers as measured and as expected."""
    errors = sorted(100 * abs(expected.value / measured - 1) for measured, expected in rows)
    inside = [expected.low <= measured <= expected.high for measured, expected in rows]
    said = {"count": len(rows), "least": errors[0], "most": errors[-1], "inside": sum(inside)}
    error, share = WORDS("held: error: formula", **said), WORDS("held: inside: formula", **said)
    return {
        WORDS("held: error", kind=kind): Quantity("error", median(errors), "%", "estimated", source=error),
        WORDS("held: inside", kind=kind): Quantity(
            "inside", 100 * sum(inside) / len(rows), "%", "estimated", source=share
        ),
    }


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
