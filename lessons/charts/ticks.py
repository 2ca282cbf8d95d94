"""Ticks of an axis that carry their unit."""

import re
from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from typing import Any, NamedTuple

from lessons.quantity import show

MOST = 6  # ticks of an axis, about


class Ticks(NamedTuple):
    """What is written at places of an axis: by value, the words."""

    words: Mapping[float, str]

    @property
    def axis(self) -> dict[str, Any]:
        """The part of a Vega-Lite axis that says so."""
        says = "".join(f"datum.value == {tick!r} ? '{word}' : " for tick, word in self.words.items())
        return {"values": [*self.words], "labelExpr": f"{says}''", "grid": False}  # a line through names else


def powers(values: Sequence[float], unit: str) -> Ticks:
    """Ticks at the powers of ten within these values, a few of them, each with the unit's prefix."""
    low, high = ceil(log10(min(values)) - 1e-9), floor(log10(max(values)) + 1e-9)
    every = max(1, ceil((high - low) / MOST))
    ticks = [float(f"1e{power}") for power in range(low, high + 1, every)]
    return Ticks({tick: _short(show(tick, unit)) for tick in ticks})


def _short(shown: str) -> str:
    """Without zeros behind the point."""
    return re.sub(r"\.0+(?=\D|$)", "", shown)
