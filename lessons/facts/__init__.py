"""Sourced figures from outside, one CSV a subject and one row a figure; units stand in the column names."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class EnergyFact:
    """What one operation, or moving one bit, costs."""

    name: str
    picojoules: float
    per: str  # "operation" or "bit"
    source: str
    url: str


@lru_cache(maxsize=1)
def energy_per_operation() -> dict[str, EnergyFact]:
    """The rows of energy_per_operation.csv by name."""
    with (FOLDER / "energy_per_operation.csv").open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return {
            row["name"]: EnergyFact(row["name"], float(row["picojoules"]), row["per"], row["source"], row["url"])
            for row in rows
        }
