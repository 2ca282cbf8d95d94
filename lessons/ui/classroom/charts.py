"""The charts of what a class does together: specifications alone, whose data the browser fills in as posts come."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt

from lessons.charts.chart import named, series, specification
from lessons.charts.lines import Axis
from lessons.text import sections
from lessons.ui.state.overlay import Overlay

WORDS = sections("activities")
HEIGHT, WALL = 320, 560  # pixels, on a phone and on a teacher's screen
LARGE = {"labelFontSize": 22, "titleFontSize": 22, "labelLimit": 400}
FITS = {"autosize": {"resize": True}}  # room for axis titles is found anew when data come
ON_A_WALL = {"height": WALL, "config": FITS | {"axis": LARGE, "text": {"fontSize": 22}}}
ACCURACY = Axis(WORDS["accuracy"], log=False, format=".2~f")
SERIES = ("others", "own", "spread")  # in the order of the theme's colours


@lru_cache(maxsize=16)
def overlay(overlay: Overlay) -> dict[str, Any]:
    """The runs of `others` in a class, faint, one's `own`, and the `spread` of all: their mean, and one standard
    deviation on each side."""
    x, y = _x(overlay), _y(overlay.y)
    hovered = [alt.Tooltip("name:N", title=WORDS["who"]), *_hovered(overlay)]
    runs = {"x": x, "y": y, "detail": "run:N", "order": "at:Q", "tooltip": hovered, "color": series(*SERIES)}
    others, own = (named(name).encode(**runs) for name in SERIES[:2])
    layers = [
        _band(x, overlay),
        others.mark_line(opacity=0.35, strokeWidth=1.5),
        others.mark_point(filled=True, size=45, opacity=0.45),
        _mean(x, overlay),
        own.mark_line(strokeWidth=4),
        own.mark_point(filled=True, size=130, opacity=1),
        own.mark_text(dy=-16, fontWeight="bold").encode(x=x, y=y, text="label:N", color=series(*SERIES)),
    ]
    return _specified(layers)


@lru_cache(maxsize=1)
def board() -> dict[str, Any]:
    """The files of `others` in a class by bytes and accuracy, and one's `own`, those on the podium numbered; the Pareto
    front (`spread`), and the `threshold`."""
    kilobytes = alt.Axis(labelExpr="format(datum.value / 1000, '.3~f')", tickCount=6, grid=False, labelFlush=False)
    x = alt.X("x:Q", title=WORDS["kilobytes"], scale=alt.Scale(zero=False, nice=False, padding=24), axis=kilobytes)
    y = _y(ACCURACY)
    hovered = [
        alt.Tooltip("name:N", title=WORDS["who"]),
        alt.Tooltip("y:Q", title=ACCURACY.title, format=".2f"),
        alt.Tooltip("x:Q", title=WORDS["bytes"], format=","),
    ]
    files = {"x": x, "y": y, "tooltip": hovered, "color": series(*SERIES)}
    others, own = (named(name).encode(**files) for name in SERIES[:2])
    place = {"dy": -16, "fontWeight": "bold"}
    layers = [
        named("threshold").mark_rule(strokeDash=[6, 4], strokeWidth=2).encode(y=y, color=alt.value("currentColor")),
        named("spread").mark_line(interpolate="step-after", strokeWidth=2.5).encode(x=x, y=y, color=series(*SERIES)),
        others.mark_point(filled=True, size=110, opacity=0.6),
        own.mark_point(filled=True, size=190, opacity=1),
        *(named(name).mark_text(**place).encode(x=x, y=y, text="place:N") for name in SERIES[:2]),
    ]
    return _specified(layers)


def _specified(layers: Sequence[alt.Chart]) -> dict[str, Any]:
    return specification(alt.layer(*layers).properties(height=HEIGHT)) | {"config": FITS}


def _band(x: alt.X, of: Overlay) -> alt.Chart:
    """One standard deviation on each side of the mean: a band, or where x has names, a bar at each."""
    spread = named("spread").encode(x=x, y=_y(of.y, "low"), y2="high:Q", color=series(*SERIES))
    return spread.mark_rule(strokeWidth=14, opacity=0.3) if of.names else spread.mark_area(opacity=0.25)


def _mean(x: alt.X, of: Overlay) -> alt.Chart:
    """The mean at each x, and how many runs it is of."""
    hovered = [
        alt.Tooltip("mean:Q", title=WORDS["mean"], format=".2f"),
        alt.Tooltip("deviation:Q", title=WORDS["deviation"], format=".2f"),
        alt.Tooltip("runs:Q", title=WORDS["runs"]),
    ]
    line = named("spread").mark_line(strokeWidth=3, point={"size": 70, "filled": True})
    return line.encode(x=x, y=_y(of.y, "mean"), tooltip=hovered, color=series(*SERIES))


def _x(of: Overlay) -> alt.X:
    if of.names:
        scale = alt.Scale(type="point", padding=0.5, domain=list(of.names))
        return alt.X("x:N", title=None, scale=scale, axis=alt.Axis(labelAngle=0, labelLimit=220))
    kind = {"type": "log", "base": of.x.base} if of.x.log else {"zero": False}
    if dealt := [float(value) for value in of.values]:
        kind["domain"] = [min(dealt), max(dealt)]
    return alt.X("x:Q", title=of.x.title, scale=alt.Scale(nice=False, padding=12, **kind), axis=_ticks(of.x))


def _y(axis: Axis, field: str = "y") -> alt.Y:
    return alt.Y(f"{field}:Q", title=axis.title, scale=alt.Scale(zero=False, nice=True), axis=_ticks(axis))


def _ticks(axis: Axis) -> alt.Axis:
    return alt.Axis(format=axis.format, tickCount=6, grid=False)


def _hovered(of: Overlay) -> list[alt.Tooltip]:
    x = alt.Tooltip("x:N") if of.names else alt.Tooltip("x:Q", title=of.x.title)
    return [x, alt.Tooltip("y:Q", title=of.y.title, format=".2f")]
