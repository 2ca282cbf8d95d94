"""How fast models ask for more, how fast chips give more, and the gap between the two.

    log2(value) = slope · date + constant        by least squares; doubling time = 12 / slope months
    gap = 2^((slope of demand − slope of supply) · years)

A band is ± 2 standard errors of the slope, about 95 % if the rows scatter evenly around one line. It says how well the
line is known, not how far a model may lie from it, and nothing about years to come.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import log2, sqrt
from statistics import linear_regression, mean
from typing import NamedTuple

from lessons.estimate.flop import best
from lessons.facts import Board, TrendModel, boards, trend_models
from lessons.quantity import Quantity, show
from lessons.text import sections

WORDS = sections("estimate")

ERRORS = 2  # standard errors in a band
FEWEST = 5  # rows a line may be drawn through
CHIPS = ("GPU", "TPU")


class TooFew(ValueError):
    """No doubling time can be read from these rows; the message says why."""


class TrendPoint(NamedTuple):
    """One row of the facts: `year` with its fraction, `value` in the unit of its series."""

    name: str  # of the row
    year: float
    value: float
    note: str  # what else the row says


@dataclass(frozen=True)
class Trend:
    """A line of log2(value) against the year, and its rows; `error` of the slope, 0 where a reader set it. `doubling`
    in months."""

    samples: tuple[TrendPoint, ...]  # the rows, by year
    slope: float  # doublings a year
    constant: float  # log2(value) in year 0
    error: float
    doubling: Quantity

    @property
    def begins(self) -> int:
        """The year of the earliest row."""
        return int(min(sample.year for sample in self.samples))

    def at(self, year: float) -> float:
        """What the line says, in the unit of its series."""
        return 2 ** (self.slope * year + self.constant)


DEMANDS: dict[str, tuple[str, Callable[[TrendModel], float | None]]] = {
    "training FLOP": ("FLOP", lambda model: model.training_flop),
    "parameters": ("parameters", lambda model: model.parameters),
}
SUPPLIES: dict[str, tuple[str, Callable[[Board], float | None]]] = {
    "transistor density": ("MTr/mm²", lambda board: board.density_MTr_per_mm2),
    "FLOP/J, fp32": ("FLOP/J", lambda board: _per_joule(board, board.fp32_TFLOPS)),
    "FLOP/J, fp16": ("FLOP/J", lambda board: _per_joule(board, board.fp16_matrix_units and board.fp16_dense_TFLOPS)),
    "FLOP/J, best": ("FLOP/J", lambda board: _per_joule(board, best(board)[1])),
    "memory bandwidth": ("B/s", lambda board: board.bandwidth_GB_per_s and 1e9 * board.bandwidth_GB_per_s),
}  # fp16: matrix units only; a peak of ordinary units on a board that has matrix units says nothing of the board


@lru_cache(maxsize=64)
def demand(name: str, since: float = 0) -> tuple[TrendPoint, ...]:
    """What notable models took, from the beginning of a year on."""
    unit, value = DEMANDS[name]
    return tuple(
        TrendPoint(model.name, when, amount, f"{show(amount, unit)}, {_who(model)}; {model.source}")
        for model in trend_models()
        if (amount := value(model)) and (when := _year(model.date)) >= since
    )


@lru_cache(maxsize=64)
def supply(name: str, since: float = 0) -> tuple[TrendPoint, ...]:
    """What accelerators give, from a year on; of their date only the year is known, so they stand at its middle."""
    unit, value = SUPPLIES[name]
    return tuple(
        TrendPoint(board.name, board.year + 0.5, amount, f"{show(amount, unit)}, {board.vendor}; {board.source}")
        for board in boards().values()
        if board.kind in CHIPS and board.year and board.year >= since and (amount := value(board))
    )


def fitted(samples: Sequence[TrendPoint]) -> Trend:
    """The least-squares line through log2 of the values, with the standard error of its slope.

    Raises TooFew for fewer than five rows, and where they do not grow for certain.
    """
    years, logs = _logs(samples)
    if len(years) < FEWEST:
        raise TooFew(WORDS("growth: too few", rows=len(years), fewest=FEWEST))
    slope, constant = linear_regression(years, logs)
    middle = mean(years)
    spread = sum((year - middle) ** 2 for year in years)
    squares = sum((log - slope * year - constant) ** 2 for year, log in zip(years, logs, strict=True))
    error = sqrt(squares / (len(years) - 2) / spread)
    if slope - ERRORS * error <= 0:
        raise TooFew(WORDS("growth: unclear", rows=len(years)))
    source = WORDS("doubling time: formula", slope=slope, error=ERRORS * error, rows=len(years), errors=ERRORS)
    ends = (12 / (slope + ERRORS * error), 12 / (slope - ERRORS * error))
    return Trend(
        tuple(samples), slope, constant, error, Quantity("doubling", 12 / slope, "months", "estimated", *ends, source)
    )


def given(months: float, samples: Sequence[TrendPoint]) -> Trend:
    """The line with this doubling time, in `months`, through the middle of the rows."""
    years, logs = _logs(samples)
    slope = 12 / months
    doubling = Quantity("doubling", months, "months", "estimated", source=WORDS["doubling time: as set"])
    return Trend(tuple(samples), slope, mean(logs) - slope * mean(years), 0.0, doubling)


def line(samples: Sequence[TrendPoint], months: str) -> Trend:
    """`fitted`, or `given` with so many months. Raises TooFew."""
    return fitted(samples) if months == "fitted" else given(float(months), samples)


def gap(wanted: Trend, offered: Trend, since: float, by: float) -> Quantity:
    """How many times more demand has grown than supply from one year to another, `by`; the errors of both slopes
    together."""
    years = by - since
    doublings = (wanted.slope - offered.slope) * years
    error = ERRORS * years * sqrt(wanted.error**2 + offered.error**2)
    formula = WORDS(
        "gap: formula",
        demand=wanted.slope,
        supply=offered.slope,
        years=years,
        since=since,
        by=by,
        errors=ERRORS,
    )
    low, high = (2 ** (doublings - error), 2 ** (doublings + error)) if error else (None, None)
    return Quantity("gap", 2**doublings, "×", "estimated", low, high, formula)


def _logs(samples: Sequence[TrendPoint]) -> tuple[list[float], list[float]]:
    return [sample.year for sample in samples], [log2(sample.value) for sample in samples]


def _per_joule(board: Board, peak: float | None) -> float | None:
    """FLOP a joule at full load: dense peak ÷ TDP. `peak` in TFLOPS."""
    return peak * 1e12 / board.tdp_W if peak and board.tdp_W else None


def _who(model: TrendModel) -> str:
    """Who made it, and how sure the source is of its own number."""
    return f"{model.organization or WORDS['no organisation']} ({model.certainty.lower()})"


def _year(day: str) -> float:
    """2012-09-30 as 2012.75."""
    when = date.fromisoformat(day)
    return when.year + (when.timetuple().tm_yday - 1) / 365.25
