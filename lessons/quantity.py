"""A number that says what it is, how sure it is, and where it comes from. Every number a reader sees is one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from lessons.text import sections

WORDS = sections("values")

SI = (
    (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"), (1e-12, "p"),
)  # fmt: skip
RATES = ("tokens/s", "words/s")
COUNTED = ("parameters", "tokens", "uses")
COUNT = ((1e12, " T"), (1e9, " B"), (1e6, " M"), (1e3, " k"), (1, ""))
LARGE = ((1e12, f" {WORDS['trillion']}"), (1e9, f" {WORDS['billion']}"), (1e6, f" {WORDS['million']}"), (1, ""))
SCALES = {  # where readers expect other steps than SI's
    "Wh": ((1e12, " TWh"), (1e9, " GWh"), (1e6, " MWh"), (1e3, " kWh"), (1, " Wh"), (1e-3, " mWh"), (1e-6, " µWh")),
    "g CO2e": ((1e12, " Mt"), (1e9, " kt"), (1e6, " t"), (1e3, " kg"), (1, " g"), (1e-3, " mg"), (1e-6, " µg")),
    **{money: tuple((size, f"{word} {money}") for size, word in LARGE) for money in ("USD", "EUR")},
}
LEAST, MOST = 1e-4, 1e9  # numbers below and from here on are written with a power of ten
MOST_DAYS, DAYS_A_YEAR = 1_000, 365.25  # longer than that is shown in years
PLACES = {"%": 1, "ms": 2, "nats": 3}  # after the point
SHORT = {"bytes": "B", "MAC": "MACs"}
JOULES = {"J": 1.0, "Wh": 3600.0, "kWh": 3.6e6, "MWh": 3.6e9, "GWh": 3.6e12, "TWh": 3.6e15}
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
Badge = Literal["measured", "recorded", "estimated", "cited"]


@dataclass(frozen=True)
class Quantity:
    """One number.

    `badge`: *measured* by this code, here and now or where and when `source` says; *recorded* by this code and shipped
    with the app; *estimated* by a formula, which `source` shows, with a band from `low` to `high`; *cited* from the
    outside `source`.
    """

    name: str
    value: float
    unit: str
    badge: Badge
    low: float | None = None
    high: float | None = None
    source: str = ""

    def __str__(self) -> str:
        """The value as a reader sees it: `88.1 %`, `14.2 kB`, `5.51 µJ`."""
        return show(self.value, self.unit)

    @property
    def band(self) -> str:
        """`2.17 GWh to 8.69 GWh`, or nothing where there is none."""
        if self.low is None or self.high is None:
            return ""
        return WORDS("band", low=show(self.low, self.unit), high=show(self.high, self.unit))


@dataclass(frozen=True)
class Measurement:
    """What an experiment determines: equal experiments have equal measurements on processors with the same vector
    instructions, and nearly equal ones on others (`tests/unit/test_sameness.py` says how nearly).

    `answers` holds the predicted class of each test example, one byte each.
    """

    quantities: tuple[Quantity, ...]
    answers: bytes

    def __getitem__(self, name: str) -> Quantity:
        if (quantity := self.get(name)) is None:
            raise KeyError(name)
        return quantity

    def get(self, name: str, default: Quantity | None = None) -> Quantity | None:
        """The quantity of this name, if there is one."""
        return next((quantity for quantity in self.quantities if quantity.name == name), default)


def as_recorded(quantity: Quantity, source: str) -> Quantity:
    """A number that was measured at another time, as `source` says; what was estimated or cited is so still."""
    if quantity.badge != "measured":
        return quantity
    return replace(as_measured(quantity, source), badge="recorded")


def as_measured(quantity: Quantity, source: str) -> Quantity:
    """A number that was measured where and when `source` says; what was estimated or cited is as it was."""
    if quantity.badge != "measured":
        return quantity
    return replace(quantity, source=f"{quantity.source}; {source}" if quantity.source else source)


def badges_of(quantities: Iterable[Quantity]) -> tuple[Badge, ...]:
    """How some numbers are known, each way once, in the order of `Badge`."""
    found = {quantity.badge for quantity in quantities}
    return tuple(badge for badge in get_args(Badge) if badge in found)


def quotient(one: Quantity, other: Quantity) -> Quantity:
    """How many times the one is the other; for two of the same badge."""
    return Quantity("quotient", one.value / other.value, "×", other.badge, source=f"{one} ÷ {other}")


def show(value: float, unit: str) -> str:
    """Three digits and the prefix a reader expects; percentages and milliseconds keep their unit."""
    if unit in PLACES:
        return f"{_fixed(value, PLACES[unit])} {unit}"
    if unit == "FLOP":
        return f"{_power(value)} {unit}"
    if unit == "×":
        size, word = next((step for step in LARGE if _rounded(value) >= step[0]), LARGE[-1])
        return f"{_digits(value / size)}{word}×"
    if unit == "":
        return _scaled(value, LARGE)
    if unit in RATES:
        return f"{_digits(value)} {unit}"
    if unit == "days":
        if _rounded(value) > MOST_DAYS:
            return WORDS("years", number=_scaled(value / DAYS_A_YEAR, LARGE))
        return WORDS["one day"] if value == 1 else WORDS("days", number=_digits(value))
    if unit in COUNTED:
        return f"{_scaled(value, COUNT)} {unit.removesuffix('s') if value == 1 else unit}"
    if unit == "MAC" and value == 1:
        return "1 MAC"
    if unit in SCALES:
        return _scaled(value, SCALES[unit], hundredths=True)
    return _scaled(value, [(size, f" {prefix}{SHORT.get(unit, unit)}".rstrip()) for size, prefix in SI])


def about(value: float, unit: str) -> str:
    """Two digits, for what is not known better: `22 µJ`, `4.6 pJ`, `41 million×`."""
    return re.sub(r"(\.\d*?)0+(?!\d)", lambda zeros: zeros[1].rstrip("."), show(float(f"{value:.2g}"), unit))


def counted(number: int, noun: str, several: str = "") -> str:
    """How many there are of what has this name: `1 token`, `2,048 tokens`. `several`: the plural, where it takes no
    s."""
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"


def convert(value: float, unit: str, to: str) -> float:
    """Energy in another unit. Raises KeyError for what is no unit of energy."""
    return value * JOULES[unit] / JOULES[to]


def _scaled(value: float, steps: Sequence[tuple[float, str]], hundredths: bool = False) -> str:
    """The value in the first step it reaches. `hundredths`: the unit itself serves down to 0.01 (0.24 Wh, not 240
    mWh)."""
    reached = max(_rounded(value), 1) if value == 0 or (hundredths and abs(value) >= 0.01) else _rounded(value)
    size, suffix = next((step for step in steps if reached >= step[0]), steps[-1])
    whole = size == 1 and float(value).is_integer()
    return (f"{value:,.0f}" if whole else _digits(value / size)) + suffix


def _digits(value: float) -> str:
    """Three significant digits, thousands parted by commas; two and a power of ten where there would be many zeros."""
    size = _rounded(value)
    if size >= MOST or 0 < size < LEAST:
        return _power(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.{1 if size >= 10 else 2}f}" if size >= 1 or size == 0 else f"{value:.2g}"


def _fixed(value: float, places: int) -> str:
    """So many places; a value that would be shown as 0 has two digits, down to LEAST."""
    if _rounded(value) >= MOST:
        return _power(value)
    shown = f"{value:,.{places}f}"
    if float(shown.replace(",", "")):
        return shown
    return f"{value:.2g}" if abs(value) >= LEAST else f"{0:.{places}f}"  # never -0.0


def _power(value: float) -> str:
    """`3.8 × 10²⁵`."""
    digits, power = f"{value:.1e}".split("e")
    return f"{digits} × 10{str(int(power)).translate(SUPERSCRIPT)}"


def _rounded(value: float) -> float:
    """The size of a number as it is shown: 0.9996 is 1.00, and 999,950 a million."""
    return abs(float(f"{value:.3g}"))
