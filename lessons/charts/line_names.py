"""Names at the ends of lines, where a legend would be away from them."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from math import exp, inf, log
from typing import Any, NamedTuple

from lessons.charts.chart import REACH, Chart, Rows
from lessons.charts.labels import LETTER, LINE, WIDTH
from lessons.charts.ticks import Ticks

AXIS = 70  # pixels that the horizontal axis takes of a chart's height
SPACE = 2  # pixels between names
BETWEEN = 0.5  # lines more between names that have several, so that they do not read as one
NAMES = "names"  # the data of a chart's names
HALO = "var(--st-background-color)"  # around letters, so that no line crosses them


class Side(NamedTuple):
    """Where a name is written: at which point of its line, 0 or -1, and how from there. `dx`, `dy`: pixels to the right
    and down; `halo`: pixels of it around letters."""

    at: int
    align: str
    baseline: str
    dx: int
    dy: int
    halo: int = 0


LEFT_OF_START = Side(0, "right", "middle", -9, 0, 4)
RIGHT_OF_START = Side(0, "left", "middle", 20, 0, 4)  # clear of the line that leaves it
RIGHT_OF_END = Side(-1, "left", "middle", 8, 0, 4)
ABOVE_START = Side(0, "left", "bottom", 0, -2)  # without a halo, which would cut the line
ABOVE_END = Side(-1, "right", "bottom", 0, -2)


class End(NamedTuple):
    """A line's name, which may have several lines of text, the end of that line (`x`, `y`, in the axes' units), and
    where the name is from there. `kind`: what its colour goes by."""

    name: str
    x: float
    y: float
    side: Side
    kind: str = ""


class Upright(NamedTuple):
    """A vertical axis: values at its ends, the pixels between them, and whether it is logarithmic."""

    low: float
    high: float
    pixels: float
    log: bool = False

    def pixel(self, value: float) -> float:
        """How many pixels above the low end a value is."""
        value, low, high = (log(each) if self.log else each for each in (value, self.low, self.high))
        return self.pixels * (value - low) / (high - low or 1)

    def value(self, pixel: float) -> float:
        """The value so many pixels above the low end."""
        low, high = (log(each) if self.log else each for each in (self.low, self.high))
        value = low + (high - low) * pixel / self.pixels
        return exp(value) if self.log else value


def upright(chart: Chart) -> Upright:
    """The vertical axis of a chart of `lines`."""
    scale = chart.spec["layer"][0]["encoding"]["y"]["scale"]
    drawn = [row["y"] for name in ("lines", "points", REACH) for row in chart.data.get(name, ()) if "y" in row]
    low, high = min(drawn, default=0), max(drawn, default=0)
    return Upright(low, high, chart.spec["height"] - AXIS, scale.get("type") == "log")


def room(names: Sequence[str]) -> float:
    """What names right of the ends of lines take, as a share of the axis that the lines have, on the narrowest
    chart."""
    across = RIGHT_OF_END.dx + LETTER * max((len(line) for name in names for line in name.split("\n")), default=0)
    return across / (WIDTH - across)


def apart(places: Sequence[float], gap: float, low: float = -inf, high: float = inf) -> list[float]:
    """Places along an axis, moved until each is at least a `gap` from the next and all lie from `low` to `high`: in the
    order they had, by the least sum of squares. Where there is no room for all, the last lie above `high`."""
    order = sorted(range(len(places)), key=places.__getitem__)
    groups: list[tuple[float, int]] = []  # of places a gap apart: where the first of all would be, and how many
    for number, at in enumerate(order):
        first, count = places[at] - number * gap, 1
        while groups and groups[-1][0] > first:
            other, more = groups.pop()
            first, count = (more * other + count * first) / (more + count), more + count
        groups.append((first, count))
    firsts = [max(low, min(first, high - (len(places) - 1) * gap)) for first, count in groups for _ in range(count)]
    moved = {at: first + number * gap for number, (at, first) in enumerate(zip(order, firsts, strict=True))}
    return [moved[at] for at in range(len(places))]


def at_ends(chart: Chart, ends: Sequence[End], axis: Upright, colours: Sequence[str] = (), letters: float = 1) -> Chart:
    """A chart with names at the ends of its lines, none on another and none off its vertical `axis`. `colours`: kinds
    in the order of the theme's colours, else all have the colour of text; `letters`: times as large as usual."""
    high = max((end.name.count("\n") + 1 for end in ends), default=1)
    gap = letters * (LINE * (high + BETWEEN * (high > 1)) + SPACE)
    sides = [[end for end in ends if end.side == side] for side in dict.fromkeys(end.side for end in ends)]
    rows = [row for beside in sides for row in _rows(beside, axis, gap)]
    spec = {**chart.spec, "layer": [*chart.spec["layer"], *_texts(colours)]}
    return replace(chart, spec=spec, data={**chart.data, NAMES: rows})


def _rows(ends: Sequence[End], axis: Upright, gap: float) -> Rows:
    """Names on one side of their lines' ends, and where each is written."""
    pixels = apart([axis.pixel(end.y) for end in ends], gap, 0, axis.pixels)
    return [
        {"name": end.name, "kind": end.kind, "x": end.x, "y": axis.value(pixel)} | end.side._asdict()
        for end, pixel in zip(ends, pixels, strict=True)
    ]


def _texts(colours: Sequence[str]) -> list[dict[str, Any]]:
    """Vega-Lite layers of names, and below their letters a halo."""
    placed = {name: {"expr": f"datum.{name}"} for name in ("align", "baseline", "dx", "dy")}
    mark = {"type": "text", "lineBreak": "\n", "aria": False} | placed
    mark |= {"fontWeight": "bold"} if colours else {}  # coloured letters are hard to read
    where = {axis: {"field": axis, "type": "quantitative"} for axis in ("x", "y")}
    where |= {"text": {"field": "name", "type": "nominal"}}
    colour = {"field": "kind", "type": "nominal", "scale": {"domain": [*colours]}, "legend": None}
    coloured = {"color": colour} if colours else {}
    halo = {"color": "transparent", "stroke": HALO, "strokeWidth": {"expr": "datum.halo"}}
    return [
        {"data": {"name": NAMES}, "mark": mark | halo, "encoding": where},
        {"data": {"name": NAMES}, "mark": mark | {"color": "currentColor"}, "encoding": where | coloured},
    ]


def at_lines(chart: Chart, sides: Mapping[str, Side], x: Ticks, y: Ticks, colours: Sequence[str] = ()) -> Chart:
    """A chart of `lines` without a legend, with the names of lines on these `sides`. `x`, `y`: what its axes say;
    `colours`: names of lines and kinds of points in the order of the theme's colours, if not as they come."""
    spec = deepcopy(dict(chart.spec))
    encodings = [layer["encoding"] for layer in spec["layer"]]
    coloured = [encoding["color"]["scale"] for encoding in encodings if "color" in encoding]
    for encoding in encodings:
        for axis, ticks in (("x", x), ("y", y)):
            encoding[axis].get("axis", {}).update(ticks.axis)
    for scale in coloured:
        scale["domain"] = list(colours or scale["domain"])
    ends = [_end(chart, line, side) for line, side in sides.items()]
    return at_ends(replace(chart, spec=spec), ends, upright(chart), coloured[0]["domain"])


def _end(chart: Chart, line: str, side: Side) -> End:
    """The name of a line that is drawn on a chart of `lines`."""
    drawn = [row for row in chart.data["lines"] if row["line"] == line]
    return End(line, drawn[side.at]["x"], drawn[side.at]["y"], side, line)
