"""How much of the roofs real engines reach: what others have measured, held against them.

A band is wider than the least and the most of them: it is for a board that nobody has measured.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import exp, log, sqrt
from statistics import NormalDist, mean, median, stdev
from typing import NamedTuple

from lessons.estimate.at_home import Home
from lessons.estimate.roofline import StepTime, machine_of, reading, writing
from lessons.facts import boards
from lessons.facts.architectures import Speed, architectures, speeds


class MeasuredSpeed(NamedTuple):
    """What somebody measured, the step as estimated, and the share of that roof it is."""

    seen: Speed  # as published
    pace: StepTime  # the same step, estimated
    share: float  # measured ÷ estimated, 0 … 1


def written() -> Iterator[MeasuredSpeed]:
    """Every published speed of writing, alone on a board."""
    for seen in speeds():
        home = Home(architectures()[seen.model], seen.format)
        pace = writing(home, machine_of(boards()[seen.board]), (seen.written or 256) // 2)  # half of them, on average
        yield MeasuredSpeed(seen, pace, seen.written_tokens_per_s / pace.per_second)


def read() -> Iterator[MeasuredSpeed]:
    """Every published speed of reading a prompt, where a peak of the board's matrix units is sourced."""
    for seen in speeds():
        machine = machine_of(boards()[seen.board])
        if seen.prompt and seen.prompt_tokens_per_s and machine.peak:
            pace = reading(Home(architectures()[seen.model], seen.format), machine, seen.prompt)
            yield MeasuredSpeed(seen, pace, seen.prompt_tokens_per_s / pace.per_second)


@lru_cache(maxsize=1)
def reading_band() -> tuple[float, float]:
    """The share of the roof that another board may reach when it reads a prompt: low and high."""
    return expected(list(read()))


@lru_cache(maxsize=32)
def band(form: str) -> tuple[float, float]:
    """The share of the memory's roof that another board may reach, with weights in 16 bits or in fewer: low and
    high."""
    return expected(_alike(form))


@lru_cache(maxsize=1)
def usual_reading() -> float:
    """The share of the roof that is usual when a prompt is read: the median."""
    return median(each.share for each in read())


@lru_cache(maxsize=32)
def usual(form: str) -> float:
    """The share of the memory's roof that is usual: the median."""
    return median(each.share for each in _alike(form))


def expected(measured: Sequence[MeasuredSpeed]) -> tuple[float, float]:
    """From the least that 39 of 40 further boards would reach, with the model that is slowest there, to the most, with
    the fastest, were they drawn like these: mean ± t · s · √(1 + 1/n) of the logarithms of each board's least and most.
    At most the roof, or what has been measured, if that is more."""
    shares: dict[str, list[float]] = {}
    for each in measured:
        shares.setdefault(each.seen.board, []).append(each.share)
    low, high = [log(min(of)) for of in shares.values()], [log(max(of)) for of in shares.values()]
    further = student(0.975, len(shares) - 1) * sqrt(1 + 1 / len(shares))
    most = max(1.0, *(each.share for each in measured))
    return exp(mean(low) - further * stdev(low)), min(exp(mean(high) + further * stdev(high)), most)


def student(share: float, freedom: int) -> float:
    """The quantile of Student's t distribution, to a hundredth from 4 degrees of freedom on (Abramowitz & Stegun,
    26.7.5). `share`: of the distribution below it."""
    z = NormalDist().inv_cdf(share)
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def _alike(form: str) -> list[MeasuredSpeed]:
    return [each for each in written() if (each.seen.format == "fp16") == (form == "fp16")]
