"""Every figure of every table as one list, for a page of sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from lessons.facts.macs import MacChip
from lessons.facts.tables import ElectricityGrid, EnergyFact, Figure, Rule
from lessons.text import sections

WORDS = sections("sources")

KEYS = ("label", "title", "name", "model", "country", "article")  # the first a row has says what it is about


@dataclass(frozen=True)
class Listed:
    """One row of a table: what it is about, and its numbers as text."""

    table: str
    what: str
    value: str
    unit: str  # "" where `value` names several numbers, units in their names
    source: str
    url: str
    confidence: str


def listed(tables: Mapping[str, Iterable[Any]]) -> list[Listed]:
    """Each row of each table, in the order given."""
    return [_listed(table, row) for table, rows in tables.items() for row in rows]


def _listed(table: str, row: Any) -> Listed:
    what = next(getattr(row, key) for key in KEYS if hasattr(row, key))
    value, unit = _value(row)
    return Listed(table, what, value, unit, row.source, row.url, row.confidence)


def _value(row: Any) -> tuple[str, str]:
    match row:
        case Figure():
            return _with_band(row.value, row.low, row.high), row.unit
        case EnergyFact():
            return _with_band(row.picojoules, row.picojoules_low, row.picojoules_high), WORDS(
                "unit: energy", per=row.per
            )
        case ElectricityGrid():
            return _short(row.grams_co2_per_kWh), WORDS["unit: grid"]
        case Rule():
            return f"{row.law}: {row.plain_summary}", ""
        case MacChip():
            return row.macs, ""
    numbers = {field.name: getattr(row, field.name) for field in fields(row)}
    return ", ".join(f"{name} {_short(n)}" for name, n in numbers.items() if type(n) in (int, float)), ""


def _with_band(value: float, low: float | None, high: float | None) -> str:
    ends = [_short(end) for end in (low, high) if end is not None]
    return _short(value) + (f" ({'–'.join(ends)})" if ends else "")


def _short(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:.6g}"
