"""Studies too long to wait for: measured by this code at another time, their results beside this file."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import mean
from typing import Any

from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("jobs")
HERE = Path(__file__).parent


@dataclass(frozen=True, eq=False)
class StudyRows:
    """What a study measured: a row a setting and seed; and when, on what machine, by what script."""

    rows: list[dict[str, Any]]
    script: str
    date: str
    machine: str
    torch: str

    @property
    def seeds(self) -> int:
        return len({row["seed"] for row in self.rows if "seed" in row})

    @property
    def source(self) -> str:
        said = {"script": self.script, "date": self.date, "machine": self.machine}
        return WORDS("recorded over seeds", seeds=self.seeds, **said) if self.seeds else WORDS("recorded", **said)

    def values(self, name: str, **setting: Any) -> list[float]:
        """What was measured with this setting, by seed."""
        return [row[name] for row in self.rows if setting.items() <= row.items()]

    def quantity(self, name: str, unit: str, **setting: Any) -> Quantity:
        """The mean over seeds, with a band from the lowest to the highest."""
        values = self.values(name, **setting)
        return Quantity(name, mean(values), unit, "recorded", min(values), max(values), self.source)


@lru_cache(maxsize=8)
def read(name: str) -> StudyRows:
    """The results of a study."""
    return StudyRows(**json.loads(results(name).read_text()))


def results(name: str, kind: str = "json") -> Path:
    """The file of a study's results."""
    return HERE / f"{name}.{kind}"
