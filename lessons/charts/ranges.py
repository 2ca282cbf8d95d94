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


def ranges(
    title: str,
    axis: str,
    rows: Mapping[str, Quantity],
    notes: Mapping[str, str] | None = None,
) -> Chart:
    """One row a quantity (all of one unit, above 0), in this order; `axis` names them with their unit, and `notes` says
    more of some rows."""
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
    return Chart(
        title,
        _spec(axis, len(rows), tuple(dict.fromkeys(row["badge"] for row in table))),
        {"rows": table},
        WORDS("ranges in words", title=title, least=show(least, some.unit), most=show(most, some.unit), rows=said),
        lambda: pd.DataFrame(table).drop(columns="row").rename(columns=_headers()),
        badges=badges_of(rows.values()),
    )


def _headers() -> dict[str, str]:
    """What the columns of the table are called."""
    return {name: WORDS[name] for name in ("what", "value", "low", "high", "badge", "source")}


@lru_cache(maxsize=64)
def _spec(axis: str, rows: int, shown: tuple[str, ...]) -> dict[str, Any]:
    tooltip = [alt.Tooltip(f"{name}:N", title=WORDS[name]) for name in ("what", "badge", "source")]
    kinds = ["estimated", "cited", "measured", "recorded"]
    y = alt.Y("row:O", axis=None)
    x = alt.X(
        "low:Q",
        title=axis,
        scale=alt.Scale(type="log", nice=False, padding=8),
        axis=alt.Axis(format="~s", tickCount=6, grid=False),
    )
    legend = alt.Legend(orient="top", title=None, values=list(shown)) if len(shown) > 1 else None
    colour = alt.Color("badge:N", scale=alt.Scale(domain=kinds), legend=legend)
    base = named("rows").encode(y=y, color=colour, tooltip=tooltip)
    band = base.mark_rule(strokeWidth=6, opacity=0.35, strokeCap="round", yOffset=7).encode(x=x, x2="high:Q")
    point = base.mark_point(filled=True, size=90, opacity=1, yOffset=7).encode(x=alt.X("value:Q"))
    words = (
        named("rows")
        .mark_text(align="left", baseline="bottom", dy=-1, limit=alt.expr("width"))
        .encode(x=alt.value(4), y=y, text="what:N", tooltip=tooltip)
    )
    return specification(alt.layer(band, point, words).properties(height=ROW * rows + AXIS + (LEGEND if legend else 0)))
