"""Parts of a whole as stacked bars, one bar a setting, the one in use marked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import REACH, Chart, Rows, named, specification
from lessons.quantity import SHORT, SI, Badge, show
from lessons.text import sections

WORDS = sections("charts")
MANY = 6  # bars
LETTERS = 0.13  # of the axis, at least: as high as a number above a bar
MARK, IN_USE = "▼ ", f" {WORDS['in use']} "


def stack(
    title: str,
    axis: str,
    bars: Mapping[str, Mapping[str, float] | None],
    unit: str,
    here: str,
    badges: tuple[Badge, ...] = ("estimated",),
    room: tuple[str, float] | None = None,
    upto: float = 0.0,
    order: tuple[str, ...] = (),
    apart: str = "",
) -> Chart:
    """`bars`: by setting, the parts in this unit, or None where there is no figure; `here`: the setting in use; `room`:
    what a dashed line across is, and how high; `upto`: how far the axis reaches at least, so that charts compare;
    `order`: parts there can be, so that each has its colour where others are missing; `apart`: what is between the
    lines of a setting's name, where it has several."""
    there = {bar: parts for bar, parts in bars.items() if parts}
    totals = {bar: sum(parts.values()) for bar, parts in there.items()}
    found = tuple(dict.fromkeys(part for parts in there.values() for part in parts))
    names = tuple(dict.fromkeys((*order, *found)))
    size, prefix = next(((s, p) for s, p in SI if max(upto, *totals.values(), 0) >= s), (1, ""))
    scaled = f"{prefix}{SHORT.get(unit, unit)}"
    rows = _rows(tuple((bar, tuple(parts.items())) for bar, parts in there.items()), names, unit, size)
    texts = {bar: show(totals[bar], unit) if parts else WORDS["no figure"] for bar, parts in bars.items()}
    said = "; ".join(f"{bar} {text}" for bar, text in texts.items())
    drawn = Chart(
        title,
        _spec(axis, scaled, tuple(bars), names, tuple(name for name in names if name in found), apart),
        {
            "parts": rows,
            "totals": _numbers(texts, totals, room, max(upto, *totals.values(), room[1] if room else 0, 0), size),
            "room": [{"said": room[0], "value": room[1] / size}] if room else [],
            REACH: [{"value": upto / size}],
        },
        f"{title}: {said}.{f' {room[0]}: {show(room[1], unit)}.' if room else ''}",
        lambda: _table(rows, axis, scaled),
        WORDS("dashed", what=room[0], value=show(room[1], unit)) if room else "",
        badges,
    )
    return marked(drawn, here)


@lru_cache(maxsize=64)
def _rows(
    bars: tuple[tuple[str, tuple[tuple[str, float], ...]], ...], names: Sequence[str], unit: str, size: float
) -> Rows:
    """The parts of all bars: the same rows for all charts that differ in what is drawn across."""
    return [row for bar, parts in bars for row in _parts(bar, dict(parts), names, unit, size)]


def _parts(bar: str, parts: Mapping[str, float], names: Sequence[str], unit: str, size: float) -> Rows:
    """The parts of a bar, at their places among all `names`. `size`: what the axis counts in, in this unit."""
    total = sum(parts.values())
    return [
        {
            "bar": bar,
            "at": names.index(part),
            "part": part,
            "value": value / size,
            "shown": show(value, unit),
            "share": value / total,
        }
        for part, value in parts.items()
    ]


def _numbers(
    texts: Mapping[str, str],
    totals: Mapping[str, float],
    room: tuple[str, float] | None,
    highest: float,
    size: float,
) -> Rows:
    """What stands above each bar, and where; above many without its unit, for a phone. `highest`: where the axis
    ends."""
    rows = []
    for bar, text in texts.items():
        total = totals.get(bar, 0)
        above = text.partition(" ")[0] if len(texts) > MANY else text
        at = _above(total, room, highest)
        rows.append({"bar": bar, "total": total / size, "at": at / size, "text": text, "above": above})
    return rows


def _above(total: float, room: tuple[str, float] | None, highest: float) -> float:
    """Where the number above a bar stands: above the dashed line, if that would cross it."""
    return room[1] if room and total < room[1] < total + LETTERS * highest else total


def _table(rows: Rows, axis: str, scaled: str) -> pd.DataFrame:
    """What is drawn, under the words a reader knows it by."""
    table = pd.DataFrame(rows, columns=["bar", "part", "value", "share"])
    return table.rename(columns={"bar": axis, "value": scaled})


def marked(chart: Chart, here: str) -> Chart:
    """The same bars with this one in use."""
    mark = lambda row: row["above"].removeprefix(MARK)
    totals = [row | {"above": (MARK if row["bar"] == here else "") + mark(row)} for row in chart.data["totals"]]
    said = chart.alt.partition(IN_USE)[0]
    return replace(chart, data=dict(chart.data) | {"totals": totals}, alt=f"{said}{IN_USE}{here}.")


@lru_cache(maxsize=64)
def _spec(
    axis: str, unit: str, bars: tuple[str, ...], parts: tuple[str, ...], shown: tuple[str, ...], apart: str
) -> dict[str, Any]:
    under = alt.Axis(labelAngle=0, **({"labelExpr": f"split(datum.label, '{apart}')"} if apart else {}))
    x = alt.X("bar:N", sort=list(bars), title=axis, scale=alt.Scale(domain=list(bars)), axis=under)
    base = alt.condition("datum.value == 0", alt.value(1), alt.value(0))  # another line would go through words
    legend = alt.Legend(orient="top", title=None, columns=2, values=list(shown))  # a phone has room for two
    piled = (
        named("parts")
        .mark_bar()
        .encode(
            x=x,
            y=alt.Y("value:Q", title=unit, stack="zero", axis=alt.Axis(gridOpacity=base)),
            color=alt.Color("part:N", scale=alt.Scale(domain=list(parts)), sort=list(parts), legend=legend),
            order=alt.Order("at:Q"),
            tooltip=["bar:N", "part:N", "shown:N", alt.Tooltip("share:Q", format=".0%")],
        )
    )
    above = named("totals").mark_text(baseline="bottom", dy=-3)  # whatever the size of the letters
    words = above.encode(x=x, y="at:Q", text="above:N", tooltip=["bar:N", "text:N"])
    across = named("room").encode(y="value:Q", tooltip=["said:N"])
    line = across.mark_rule(strokeDash=[6, 4], strokeWidth=2, color="#888")
    end = named(REACH).mark_point(opacity=0).encode(y="value:Q")
    return specification(alt.layer(piled, words, line, end).properties(height=300))
