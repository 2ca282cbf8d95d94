"""Names at the lines of a chart, where a legend would be away from them, and ticks that carry their unit."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from math import ceil, floor, log10
from typing import Any, NamedTuple

from lessons.charts.chart import REACH, Chart
from lessons.quantity import show

MOST = 6  # ticks of an axis, about
PLACES = {  # of a name above its line: at which end, align, pixels downwards
    "start": (0, "left", -6),
    "end": (-1, "right", -6),
}


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


def at_lines(
    chart: Chart,
    places: Mapping[str, str],
    x: Ticks,
    y: Ticks,
    reach: Sequence[tuple[float, float]] = (),
    colours: Sequence[str] = (),
) -> Chart:
    """A chart of `lines` without a legend, with each line's name at one of `PLACES`. `x`, `y`: what its axes say;
    `reach`: points that the axes reach at least; `colours`: names of lines and kinds of points in the order of the
    theme's colours, if not as they come."""
    spec = deepcopy(dict(chart.spec))
    encoding = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "line")["encoding"]
    for layer in spec["layer"]:
        for axis, ticks in (("x", x), ("y", y)):
            layer["encoding"][axis].get("axis", {}).update(ticks.axis)
        if colours and "color" in layer["encoding"]:
            layer["encoding"]["color"]["scale"]["domain"] = list(colours)
    where = {axis: encoding[axis] for axis in ("x", "y")}
    spec["layer"] += [_text(place, where | {"color": encoding["color"]}) for place in dict.fromkeys(places.values())]
    spec["layer"].append({"data": {"name": REACH}, "mark": {"type": "point", "opacity": 0}, "encoding": where})
    names = {_name(place): _ends(chart, places, place) for place in dict.fromkeys(places.values())}
    return replace(chart, spec=spec, data={**chart.data, **names, REACH: [{"x": a, "y": b} for a, b in reach]})


def _ends(chart: Chart, places: Mapping[str, str], place: str) -> list[Mapping[str, Any]]:
    """For each line whose name is at this place: the point of it where that is."""
    rows = {line: [row for row in chart.data["lines"] if row["line"] == line] for line in places}
    return [rows[line][PLACES[place][0]] for line, at in places.items() if at == place and rows[line]]


def _text(place: str, encoding: Mapping[str, Any]) -> dict[str, Any]:
    _, align, dy = PLACES[place]
    mark = {"type": "text", "align": align, "dy": dy, "aria": False}
    text = {"text": {"field": "line", "type": "nominal"}}
    return {"data": {"name": _name(place)}, "mark": mark, "encoding": {**encoding, **text}}


def _name(place: str) -> str:
    """Of the data of a place."""
    return f"names-{place}"


def _short(shown: str) -> str:
    """Without zeros behind the point."""
    return re.sub(r"\.0+(?=\D|$)", "", shown)
