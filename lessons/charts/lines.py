"""Curves and points over two axes, logarithmic where that is wanted."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, Rows, named, specification
from lessons.charts.labels import PLACES, Label, places, shares
from lessons.quantity import Badge, show
from lessons.text import sections

WORDS = sections("charts")
MANY = 100  # points
SHOWN = {"~s": ".3~s", ".0e": ".2e"}  # what hovering shows, where it is more than what the axis shows
Curves = Mapping[str, Sequence[tuple[float, float]]]  # by name: x, y


class Axis(NamedTuple):
    """`title` with the unit; `log`: whether a step multiplies."""

    title: str
    log: bool = True
    format: str = "~s"


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
) -> Chart:
    """Lines by name, in the theme's colours, and points over them, coloured by kind; more than a hundred are drawn
    small. Without a `legend`, where the names of points are enough. `recorded`: lines as they were at another time,
    dashed, in the colours of these names."""
    drawn = [
        # which may be numpy's, and those are no plain JSON
        {"line": name, "dashed": dashed, "at": at, "x": float(a), "y": float(b)}
        for dashed, of in ((False, curves), (True, recorded))
        for name, curve in of.items()
        for at, (a, b) in enumerate(curve)
    ]
    seen = [
        point._asdict()
        | {"x": float(point.x), "y": float(point.y), "says": bool(point.says)}
        | {"place": place, "label": point.name if place else ""}
        for point, place in zip(points, _places(x, y, drawn, points, height), strict=True)
    ]
    colours = (*curves, *recorded, *dict.fromkeys(point.kind for point in points))
    every = [*curves.items(), *((WORDS("as recorded", what=name), curve) for name, curve in recorded.items())]
    ends = "; ".join(
        WORDS("from to", what=name, first=show(curve[0][1], ""), last=show(curve[-1][1], ""))
        for name, curve in every
        if curve
    )
    named_points = "; ".join(
        WORDS("point at", what=p.name, x=show(p.x, ""), y=show(p.y, "")) for p in [p for p in points if p.says][:12]
    )

    headers = {"line": WORDS["line"], "x": x.title, "y": y.title, "note": WORDS["note"]}

    def tabled() -> pd.DataFrame:
        joined = [
            row | {"line": WORDS("as recorded", what=row["line"]) if row["dashed"] else row["line"]} for row in drawn
        ]
        table = pd.DataFrame([*joined, *(row | {"line": row["name"]} for row in seen)])
        return table.reindex(columns=["line", "x", "y", "note"]).rename(columns=headers)

    return Chart(
        title,
        _spec(x, y, tuple(dict.fromkeys(colours)), height, len(points) > MANY, legend),
        {"lines": drawn, "points": seen},
        WORDS("lines in words", title=title, y=y.title, x=x.title, ends=ends, points=named_points),
        tabled,
        note,
        badges,
    )


def _places(x: Axis, y: Axis, drawn: Rows, points: Sequence[Point], height: int) -> list[str]:
    """Where the names of points are written; nothing for those that say none, or have no room."""
    across = shares([p.x for p in points], [*(row["x"] for row in drawn), *(p.x for p in points)], x.log)
    up = shares([p.y for p in points], [*(row["y"] for row in drawn), *(p.y for p in points)], y.log)
    says = [at for at, point in enumerate(points) if point.says]
    named = [Label(across[at], 1 - up[at], points[at].name, points[at].place) for at in says]
    found = dict(zip(says, places(named, height), strict=True))
    return [found.get(at, "") for at in range(len(points))]


@lru_cache(maxsize=64)
def _spec(x: Axis, y: Axis, colours: tuple[str, ...], height: int, many: bool, legend: bool) -> dict[str, Any]:
    def scale(axis: Axis) -> alt.Scale:
        return (
            alt.Scale(type="log", nice=False, padding=6) if axis.log else alt.Scale(zero=False, nice=False, padding=6)
        )

    at_x = alt.X("x:Q", title=x.title, scale=scale(x), axis=alt.Axis(format=x.format, tickCount=6, grid=False))
    at_y = alt.Y("y:Q", title=y.title, scale=scale(y), axis=alt.Axis(format=y.format, tickCount=6, gridOpacity=0.4))
    key = alt.Legend(orient="top", title=None, columns=2, labelLimit=300) if legend else None

    def colour(field: str) -> alt.Color:
        return alt.Color(f"{field}:N", scale=alt.Scale(domain=list(colours)), legend=key)

    hovered = [
        alt.Tooltip("x:Q", title=x.title, format=x.format),
        alt.Tooltip("y:Q", title=y.title, format=SHOWN.get(y.format, y.format)),
    ]
    curves = (
        named("lines")
        .mark_line(strokeWidth=2)
        .encode(
            x=at_x,
            y=at_y,
            color=colour("line"),
            detail=["line:N", "dashed:N"],
            order="at:Q",
            strokeDash=alt.condition("datum.dashed", alt.value([4, 4]), alt.value([1, 0])),
            tooltip=[alt.Tooltip("line:N", title=WORDS["line"]), *hovered],
        )
    )
    seen = named("points").encode(
        x=at_x,
        y=at_y,
        tooltip=[
            alt.Tooltip("name:N", title=WORDS["name"]),
            *hovered,
            alt.Tooltip("note:N", title=WORDS["note"]),
        ],
    )
    dots = seen.mark_point(filled=True).encode(color=colour("kind"))
    if many:
        dots = dots.encode(
            size=alt.condition("datum.says", alt.value(70), alt.value(16)),
            opacity=alt.condition("datum.says", alt.value(1), alt.value(0.45)),
        )
    else:
        dots = dots.encode(size=alt.value(70), opacity=alt.value(0.9))
    words = [
        seen.transform_filter(f"datum.place == '{place}'").mark_text(align=align, dx=dx, dy=dy).encode(text="label:N")
        for place, (align, dx, dy) in PLACES.items()
    ]
    layers = (dots, curves) if many else (curves, dots)  # a line must be seen over a cloud
    return specification(alt.layer(*layers, *words).properties(height=height))
