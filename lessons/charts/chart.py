"""A chart whose specification never changes: only its data do, so the browser updates it in place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import altair as alt
import pandas as pd

from lessons.quantity import Badge

Rows = Sequence[Mapping[str, Any]]  # plain JSON: quicker to make than a DataFrame, and many are made
REACH = "reach"  # data of this name draw nothing: how far an axis goes


@dataclass(frozen=True)
class Chart:
    """A title, a Vega-Lite specification with named data, what it shows in words, what makes the table behind it (once
    somebody looks at it), a line below."""

    title: str
    spec: Mapping[str, Any]
    data: Mapping[str, Rows]
    alt: str
    tabled: Callable[[], pd.DataFrame]
    note: str = ""
    badges: tuple[Badge, ...] = ("measured",)

    @cached_property
    def table(self) -> pd.DataFrame:
        """What it shows as a table, for those who do not see it."""
        return self.tabled()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn on it yet."""
        return not any(rows for name, rows in self.data.items() if name != REACH)


def specification(chart: alt.LayerChart | alt.HConcatChart) -> dict[str, Any]:
    """An Altair chart as a plain specification. Costs ~15 ms: call it once a chart, not once a picture.

    Its marks are silent for a screen reader: the chart's text alternative and its table say more than 60 bars would.
    """
    spec = chart.to_dict()
    for layer in spec.get("layer", [spec]):
        layer["mark"]["aria"] = False
        if layer["mark"]["type"] == "text":
            layer["mark"].setdefault("color", "currentColor")  # the theme has no colour for it: black, in the dark too
    return spec


def named(name: str) -> alt.Chart:
    """A layer over the data of this name; the name is its `series`, which the theme's colours go by."""
    return alt.Chart(alt.NamedData(name)).transform_calculate(series=f"'{name}'")


def series(*names: str) -> alt.Color:
    """The theme's first colours for these series, in this order, without a legend."""
    return alt.Color("series:N", scale=alt.Scale(domain=list(names)), legend=None)
