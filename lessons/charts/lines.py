"""Curves and points over two axes, logarithmic where that is wanted."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from lessons.charts.chart import REACH, Chart, Rows, named, specification
from lessons.charts.labels import PLACES, Label, Segment, places, shares
from lessons.quantity import Badge, show
from lessons.text import sections

WORDS = sections("charts")
MANY = 100  # points
TOLD = 12  # points that the words for a chart name
SHOWN = {"~s": ".3~s", ".0e": ".2e"}  # what hovering shows, where it is more than what the axis shows
Curves = Mapping[str, Sequence[tuple[float, float]]]  # by name: x, y


class Axis(NamedTuple):
    """`title` with the unit; `log`: whether a step multiplies, and by what (`base`) from one tick to the next; `words`:
    an expression for what is written at a tick, in place of the `format`."""

    title: str
    log: bool = True
    format: str = "~s"
    base: int = 10
    words: str = ""


class Point(NamedTuple):
    """A point to be seen: its name, which is written beside it where `says` is true, at one of `PLACES` of it if no
    other name is there, and what hovering shows."""

    name: str
    x: float
    y: float
    kind: str
    note: str = ""
    says: bool = True
    place: str = "right"


def lines(
    title: str,
    x: Axis,
    y: Axis,
    curves: Curves,
    points: Sequence[Point] = (),
    height: int = 320,
    note: str = "",
    badges: tuple[Badge, ...] = ("estimated",),
    legend: bool = True,
    recorded: Curves = MappingProxyType({}),
    dashed: str = WORDS["recorded"],
    order: Sequence[str] = (),
    clear: bool = False,
    reach: Sequence[tuple[float, float]] = (),
) -> Chart:
    """Lines by name, in the theme's colours, and points over them, coloured by kind; more than a hundred are drawn
    small. Without a `legend`, where the names of points are enough. `recorded`: lines as they were at another time,
    dashed, in the colours of these names; `dashed`: what that time is called. `order`: names in the order of the
    colours, drawn or not, so that each keeps its own; `clear`: names of points keep off the lines, too; `reach`: x and
    y that the axes hold though nothing is drawn there, which is room for names."""
    drawn = [
        # which may be numpy's, and those are no plain JSON
        {"line": name, "dashed": other, "at": at, "x": float(a), "y": float(b)}
        for other, of in ((False, curves), (True, recorded))
        for name, curve in of.items()
        for at, (a, b) in enumerate(curve)
    ]
    seen = [
        point._asdict()
        | {"x": float(point.x), "y": float(point.y), "says": bool(point.says)}
        | {"place": place, "label": point.name if place else ""}
        for point, place in zip(points, _places(x, y, drawn, points, height, clear, reach), strict=True)
    ]
    seen_names = tuple(dict.fromkeys((*curves, *recorded, *(point.kind for point in points))))
    again = lambda name: WORDS("at another time", what=name, time=dashed)
    joined = [row | {"line": again(row["line"]) if row["dashed"] else row["line"]} for row in drawn]
    every = {**curves, **{again(name): curve for name, curve in recorded.items()}}
    return Chart(
        title,
        _spec(x, y, seen_names, tuple(order), height, len(points) > MANY, legend, bool(reach)),
        {"lines": drawn, "points": seen} | ({REACH: [{"x": a, "y": b} for a, b in reach]} if reach else {}),
        WORDS("lines in words", title=title, y=y.title, x=x.title, **_in_words(every, points)),
        lambda: _table(x, y, [*joined, *(row | {"line": row["name"]} for row in seen)]),
        note,
        badges,
    )


def _in_words(curves: Curves, points: Sequence[Point]) -> dict[str, str]:
    """Where lines begin and end, and where the points are that say something."""
    ends = [
        WORDS("from to", what=name, first=show(curve[0][1], ""), last=show(curve[-1][1], ""))
        for name, curve in curves.items()
        if curve
    ]
    said = [WORDS("point at", what=p.name, x=show(p.x, ""), y=show(p.y, "")) for p in points if p.says]
    return {"ends": "; ".join(ends), "points": "; ".join(said[:TOLD])}


def _table(x: Axis, y: Axis, rows: Rows) -> pd.DataFrame:
    """What is drawn, under the words a reader knows it by."""
    headers = {"line": WORDS["line"], "x": x.title, "y": y.title, "note": WORDS["note"]}
    return pd.DataFrame(rows).reindex(columns=list(headers)).rename(columns=headers)


def _places(
    x: Axis,
    y: Axis,
    drawn: Rows,
    points: Sequence[Point],
    height: int,
    clear: bool,
    reach: Sequence[tuple[float, float]],
) -> list[str]:
    """Where the names of points are written; nothing for those that say none, or have no room."""
    every = [*((point.x, point.y) for point in points), *((row["x"], row["y"]) for row in drawn), *reach]
    across = shares([at[0] for at in every], [at[0] for at in every], x.log)
    down = [1 - share for share in shares([at[1] for at in every], [at[1] for at in every], y.log)]
    says = [at for at, point in enumerate(points) if point.says]
    named = [Label(across[at], down[at], points[at].name, points[at].place) for at in says]
    ends = list(zip(across, down, strict=True))[len(points) : len(points) + len(drawn)]
    segments = [
        Segment(*begin, *end)
        for begin, end, row in zip(ends, ends[1:], drawn[1:], strict=False)
        if clear and row["at"]  # 0 begins another line
    ]
    found = dict(zip(says, places(named, height, segments), strict=True))
    return [found.get(at, "") for at in range(len(points))]


def _scale(axis: Axis) -> alt.Scale:
    kind = {"type": "log", "base": axis.base} if axis.log else {"zero": False}
    return alt.Scale(nice=False, padding=6, **kind)


def _ticks(axis: Axis, **grid: Any) -> alt.Axis:
    words = {"labelExpr": axis.words} if axis.words else {}
    return alt.Axis(format=axis.format, tickCount=6, **words, **grid)


@lru_cache(maxsize=64)
def _spec(
    x: Axis,
    y: Axis,
    names: tuple[str, ...],
    order: tuple[str, ...],
    height: int,
    many: bool,
    legend: bool,
    reaches: bool,
) -> dict[str, Any]:
    at = {
        "x": alt.X("x:Q", title=x.title, scale=_scale(x), axis=_ticks(x, grid=False)),
        "y": alt.Y("y:Q", title=y.title, scale=_scale(y), axis=_ticks(y, gridOpacity=0.4)),
    }
    hovered = [
        alt.Tooltip("x:Q", title=x.title, format=x.format),
        alt.Tooltip("y:Q", title=y.title, format=SHOWN.get(y.format, y.format)),
    ]
    note = alt.Tooltip("note:N", title=WORDS["note"])
    curves = _curves([alt.Tooltip("line:N", title=WORDS["line"]), *hovered])
    curves = curves.encode(**at, color=_colour("line", names, order, legend))
    seen = named("points").encode(**at, tooltip=[alt.Tooltip("name:N", title=WORDS["name"]), *hovered, note])
    dots = _dots(seen, many).encode(color=_colour("kind", names, order, legend))
    layers = (dots, curves) if many else (curves, dots)  # a line must be seen over a cloud
    ends = [named(REACH).mark_point(opacity=0).encode(**at)] if reaches else []
    return specification(alt.layer(*layers, *_labels(seen), *ends).properties(height=height))


def _colour(field: str, names: tuple[str, ...], order: tuple[str, ...], legend: bool) -> alt.Color:
    """The colours of names, in this order first; with an order, the legend has only what is drawn."""
    listed = {"values": list(names)} if order else {}
    key = alt.Legend(orient="top", title=None, columns=2, labelLimit=300, **listed) if legend else None
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=list(dict.fromkeys((*order, *names)))), legend=key)


def _curves(hovered: list[alt.Tooltip]) -> alt.Chart:
    return (
        named("lines")
        .mark_line(strokeWidth=2)
        .encode(
            detail=["line:N", "dashed:N"],
            order="at:Q",
            strokeDash=alt.condition("datum.dashed", alt.value([4, 4]), alt.value([1, 0])),
            tooltip=hovered,
        )
    )


def _dots(seen: alt.Chart, many: bool) -> alt.Chart:
    """The points; where there are `many`, those that say nothing are small and pale."""
    size, opacity = alt.value(70), alt.value(0.9)
    if many:
        size = alt.condition("datum.says", size, alt.value(16))
        opacity = alt.condition("datum.says", alt.value(1), alt.value(0.45))
    return seen.mark_point(filled=True).encode(size=size, opacity=opacity)


def _labels(seen: alt.Chart) -> list[alt.Chart]:
    """The names of points, a layer for each of their places."""
    return [
        seen.transform_filter(f"datum.place == '{place}'").mark_text(align=align, dx=dx, dy=dy).encode(text="label:N")
        for place, (align, dx, dy) in PLACES.items()
    ]
