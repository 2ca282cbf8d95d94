"""A number that says what it is, how sure it is, and where it comes from. Every number a reader sees is one."""

from dataclasses import dataclass
from typing import Literal

PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"), (1e-12, "p"))
SHORT = {"bytes": "B", "MAC": "MACs"}
Badge = Literal["measured", "recorded", "estimated", "cited"]


@dataclass(frozen=True)
class Quantity:
    """One number.

    `badge`: *measured* here and now by this code; *recorded* by this code at another time; *estimated* by a formula,
    which `source` shows, with a band from `low` to `high`; *cited* from the outside `source`.
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


@dataclass(frozen=True)
class Measurement:
    """What an experiment determines: equal experiments have equal measurements, on any run.

    `answers` holds the predicted class of each test example, one byte each.
    """

    quantities: tuple[Quantity, ...]
    answers: bytes

    def __getitem__(self, name: str) -> Quantity:
        for quantity in self.quantities:
            if quantity.name == name:
                return quantity
        raise KeyError(name)


def show(value: float, unit: str) -> str:
    """Three digits and an SI prefix; percentages and milliseconds keep their unit."""
    if unit in ("%", "ms"):
        return f"{value:.{1 if unit == '%' else 2}f} {unit}"
    size, prefix = next(((s, p) for s, p in PREFIXES if abs(value) >= s), (1, ""))
    scaled = value / size
    digits = 0 if scaled >= 100 or float(value).is_integer() and size == 1 else 1 if scaled >= 10 else 2
    return f"{scaled:.{digits}f} {prefix}{SHORT.get(unit, unit)}"
