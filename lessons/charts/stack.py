"""Parts of a whole as stacked bars, one bar a setting, the one in use marked."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.quantity import SI, Badge, show

MANY = 6  # bars


def stack(
    title: str,
    axis: str,
    bars: Mapping[str, Mapping[str, float] | None],
    unit: str,
    here: str,
    badge: Badge = "estimated",
    room: tuple[str, float] | None = None,
) -> Chart:
    """`bars`: by setting, the parts in this unit, or None where there is no figure; `here`: the setting in use; `room`:
    what a dashed line across is, and how high."""
    there = {bar: parts for bar, parts in bars.items() if parts}
    names = tuple(dict.fromkeys(part for parts in there.values() for part in parts))
    totals = {bar: sum(parts.values()) for bar, parts in there.items()}
    size, prefix = next(((s, p) for s, p in SI if max(totals.values(), default=0) >= s), (1, ""))
    line = pd.DataFrame([{"said": room[0], "value": room[1] / size}] if room else [], columns=["said", "value"])
    rows = [
        (bar, names.index(part), part, value / size, show(value, unit), value / totals[bar])
        for bar, parts in there.items()
        for part, value in parts.items()
    ]
    table = pd.DataFrame(rows, columns=["bar", "at", "part", "value", "shown", "share"])
    marks = pd.DataFrame(
        [
            {"bar": bar, "total": totals.get(bar, 0) / size, "text": show(totals[bar], unit) if parts else "no figure"}
            for bar, parts in bars.items()
        ]
    )
    short = marks["text"].str.partition(" ")[0] if len(bars) > MANY else marks["text"]  # a phone has no room for units
    marks["above"] = short.where(marks["bar"] != here, "▼ " + short)
    said = "; ".join(f"{bar} {text}" for bar, text in zip(marks["bar"], marks["text"], strict=True))
    return Chart(
        title,
        _spec(axis, f"{prefix}{unit}", tuple(bars), names),
        {"parts": table, "totals": marks, "room": line},
        f"{title}: {said}. In use: {here}.{f' {room[0]}: {show(room[1], unit)}.' if room else ''}",
        table.rename(columns={"bar": axis, "value": f"{prefix}{unit}"}).drop(columns=["at", "shown"]),
        f"Dashed: {room[0]}, {show(room[1], unit)}." if room else "",
        badge,
    )


@lru_cache(maxsize=64)
def _spec(axis: str, unit: str, bars: tuple[str, ...], parts: tuple[str, ...]) -> dict[str, Any]:
    x = alt.X("bar:N", sort=list(bars), title=axis, scale=alt.Scale(domain=list(bars)), axis=alt.Axis(labelAngle=0))
    legend = alt.Legend(orient="top", title=None, columns=2)  # a phone has room for two
    piled = (
        named("parts")
        .mark_bar()
        .encode(
            x=x,
            y=alt.Y("value:Q", title=unit, stack="zero"),
            color=alt.Color("part:N", scale=alt.Scale(domain=list(parts)), sort=list(parts), legend=legend),
            order=alt.Order("at:Q"),
            tooltip=["bar:N", "part:N", "shown:N", alt.Tooltip("share:Q", format=".0%")],
        )
    )
    above = named("totals").mark_text(baseline="bottom", dy=-3)  # whatever the size of the letters
    words = above.encode(x=x, y="total:Q", text="above:N", tooltip=["bar:N", "text:N"])
    across = named("room").encode(y="value:Q", tooltip=["said:N"])
    line = across.mark_rule(strokeDash=[6, 4], strokeWidth=2, color="#888")
    return specification(alt.layer(piled, words, line).properties(height=300))
