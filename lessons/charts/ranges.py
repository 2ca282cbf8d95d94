"""Quantities on one logarithmic axis, each a point with its band: how far apart answers are."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.quantity import Quantity, badges_of, show
from lessons.text import sections

WORDS = sections("charts")
ROW, AXIS, LEGEND = 34, 60, 40  # pixels
WIDE = 100  # times from the least to the most: ticks at powers of ten are enough
COLUMNS = {  # what they are called in the table behind the chart
    "what": WORDS["what"],
    "value": WORDS["value"],
    "low": WORDS["low"],
    "high": WORDS["high"],
    "badge": WORDS["badge"],
    "source": WORDS["source"],
}


def ranges(
    title: str,
    axis: str,
    rows: Mapping[str, Quantity],
    notes: Mapping[str, str] | None = None,
    units: bool = False,
) -> Chart:
    """One row a quantity (all of one unit, above 0), in this order; `axis` names them, with their unit unless `units`
    are written at the ticks, and `notes` says more of some rows."""
    notes = notes or {}
    table = [
        {
            "row": at,
            "what": f"{label}: {quantity}" + (f" ({notes[label]})" if label in notes else ""),
            "value": quantity.value,
            "low": quantity.low or quantity.value,
            "high": quantity.high or quantity.value,
            "badge": quantity.badge,
            "source": quantity.source,
        }
        for at, (label, quantity) in enumerate(rows.items())
    ]
    said = "; ".join(row["what"] for row in table)
    least, most = min(row["low"] for row in table), max(row["high"] for row in table)
    some = next(iter(rows.values()))
    written = (some.unit, most >= WIDE * least) if units else None
    return Chart(
        title,
        _spec(axis, len(rows), tuple(dict.fromkeys(row["badge"] for row in table)), written),
        {"rows": table},
        WORDS("ranges in words", title=title, least=show(least, some.unit), most=show(most, some.unit), rows=said),
        lambda: pd.DataFrame(table).drop(columns="row").rename(columns=COLUMNS),
        badges=badges_of(rows.values()),
    )


@lru_cache(maxsize=64)
def _spec(axis: str, rows: int, shown: tuple[str, ...], written: tuple[str, bool] | None) -> dict[str, Any]:
    tooltip = [alt.Tooltip(f"{name}:N", title=COLUMNS[name]) for name in ("what", "badge", "source")]
    kinds = ["estimated", "cited", "measured", "recorded"]
    y = alt.Y("row:O", axis=None)
    x = alt.X(
        "low:Q",
        title=axis,
        scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(tickCount=6, grid=False, **({"labelExpr": _with(*written)} if written else {"format": "~s"})),
    )
    legend = None
    if len(shown) > 1:
        legend = alt.Legend(orient="top", title=None, values=list(shown), symbolOpacity=1, symbolType="circle")
    colour = alt.Color("badge:N", scale=alt.Scale(domain=kinds), legend=legend)
    base = named("rows").encode(y=y, color=colour, tooltip=tooltip)
    row = named("rows").mark_rule(strokeWidth=1, opacity=0.25, color="#8A97A3", yOffset=7)  # from a name to its value
    row = row.encode(x=alt.value(0), x2=alt.X2Value("width"), y=y)
    band = base.mark_rule(strokeWidth=6, opacity=0.35, strokeCap="round", yOffset=7).encode(x=x, x2="high:Q")
    point = base.mark_point(filled=True, size=90, opacity=1, yOffset=7).encode(x=alt.X("value:Q"))
    words = (
        named("rows")
        .mark_text(align="left", baseline="bottom", dy=-1, limit=alt.expr("width"))
        .encode(x=alt.value(4), y=y, text="what:N", tooltip=tooltip)
    )
    return specification(
        alt.layer(row, band, point, words).properties(height=ROW * rows + AXIS + (LEGEND if legend else 0))
    )


def _with(unit: str, wide: bool) -> str:
    """What an axis says at a tick, with the unit: `10 mWh`, `200×`; at powers of ten on a `wide` axis, else at 1, 2 and
    5 times these."""
    shown = "replace(format(datum.value, '~s'), regexp('([a-zµ]?)$', 'i'), ' $1') + "
    shown = "format(datum.value, ',~g') + " if unit == "×" else shown
    first = "pow(10, floor(log(datum.value) / LN10 + 1e-9))"
    return f"indexof({[1] if wide else [1, 2, 5]}, round(datum.value / {first})) < 0 ? '' : {shown}'{unit}'"
