"""What shrinking does to how well a language model reads, against what it takes."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, Rows, named, specification
from lessons.charts.labels import LETTER, WIDTH
from lessons.charts.line_names import AXIS, LEFT_OF_START, RIGHT_OF_START, End, Upright, at_ends
from lessons.charts.lines import Axis, Point, lines
from lessons.experiment.language_step import GRAINS
from lessons.quantity import Measurement, badges_of
from lessons.text import sections

WORDS = sections("language-model")
HEIGHT = 380  # pixels
LOST = 10  # times the perplexity of the unshrunk model: from there on a model is lost, and off the chart
WIDE = 20  # bits per weight: what takes more is off the chart
NEAR = 0.2  # bits between lines that begin together
BESIDE = 10  # pixels that a name may stand out to the left
LARGE = 2  # times as high are letters on a stage
Curves = Mapping[str, Mapping[str, Measurement | None]]  # by name and position


class Line(NamedTuple):
    """A way to shrink: its name, what its colour goes by, and what is known of it by position."""

    name: str
    kind: str
    curve: Mapping[str, Measurement | None]
    dashed: bool = False


class Marks(NamedTuple):
    """What stands out on a chart: the unshrunk model, and the one that is shown; `reach`: all that can be shown."""

    before: Measurement
    shown: Measurement
    reach: Sequence[Measurement] = ()


def grains(group: int) -> dict[str, str]:
    """What shares a scale, in words, by grain. `group`: weights in a group."""
    return {
        "tensor": WORDS["per tensor"],
        "row": WORDS["per row"],
        "group": WORDS("per group", group=group),
    }


def bits_of(measured: Measurement) -> float:
    """Bits of the file for each weight of the model, scales and what is not rounded among them."""
    return 8 * measured["packed"].value / (measured["in 16 bits"].value / 2)


def damage(
    title: str, lines: Sequence[Line], marks: Marks, kinds: Sequence[str] = GRAINS, note: str = "", large: bool = False
) -> Chart:
    """Perplexity with its 95 % interval against bits per weight, a line a way to shrink, named at its end. `kinds`: all
    there are, in the order of their colours; `large`: in the letters of a stage."""
    points = [_point(line, at, found) for line in lines for at, found in line.curve.items() if found]
    limit = LOST * marks.before["perplexity"].value
    on_it = [each for each in points if each["y"] <= limit]
    low = min(each["low"] for each in [*points, _interval(marks.before)])
    high = max(each["high"] for each in [*on_it, _interval(marks.before)])
    wide = [bits_of(each) for each in (*marks.reach, marks.shown)] + [each["x"] for each in points]
    reach = [each for each in wide if each <= WIDE] or wide
    letters = LARGE if large else 1
    chart = Chart(
        title,
        _spec(tuple(kinds), *map(_short, (min(reach), max(reach), low, high))),
        {"points": points, **_marked(marks, points)},
        WORDS("damage in words", title=title, curves="; ".join(_in_words(lines)), note=note).strip(),
        lambda: _table(points),
        note,
        badges_of([marks.shown["perplexity"], *(m["perplexity"] for line in lines for m in line.curve.values() if m)]),
    )
    ends = _ends(on_it, min(reach), max(reach), letters)
    return at_ends(chart, ends, Upright(low, high, HEIGHT - AXIS, log=True), kinds, letters)


def by_grain(curves: Mapping[tuple[str, str], Mapping[str, Measurement | None]], group: int) -> list[Line]:
    """A line a grain, of sweeps by grain and method."""
    return [Line(grains(group).get(grain, grain), grain, curve) for (grain, _), curve in curves.items()]


def _marked(marks: Marks, points: Rows) -> dict[str, Rows]:
    """The unshrunk model and the one that is shown, which has a name where it is neither that nor on a line."""
    before, shown = (
        {"x": bits_of(each), "y": each["perplexity"].value, "name": name}
        for each, name in (
            (marks.before, WORDS("unshrunk at", perplexity=marks.before["perplexity"])),
            (marks.shown, WORDS["shown"]),
        )
    )
    known = any((each["x"], each["y"]) == (shown["x"], shown["y"]) for each in (*points, before))
    return {"unshrunk": [before], "shown": [shown | {"label": "" if known else WORDS["shown"]}]}


def _point(line: Line, at: str, found: Measurement) -> dict[str, Any]:
    where = {"name": line.name, "kind": line.kind, "dashed": line.dashed, "width": at, "x": bits_of(found)}
    return where | {"y": found["perplexity"].value, "kl": str(found["kl"])} | _interval(found)


def _interval(found: Measurement) -> dict[str, Any]:
    seen = found["perplexity"]
    return {"low": seen.low or seen.value, "high": seen.high or seen.value, "band": seen.band}


def _ends(points: Rows, least: float, most: float, letters: float) -> list[End]:
    """The name of each line at its first point on the chart: to the left of the first lines where there is room from
    the `least` bits on, else to the right."""
    first, left = {each["name"]: each for each in reversed(points)}, min((each["x"] for each in points), default=0.0)
    space = WIDTH * (left - least) / (most - least or 1) + BESIDE
    fits = lambda each: each["x"] < left + NEAR and LETTER * len(each["name"]) * letters < space
    side = lambda each: LEFT_OF_START if fits(each) else RIGHT_OF_START
    return [End(each["name"], each["x"], each["y"], side(each), each["kind"]) for each in first.values()]


def _in_words(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        known = [(at, found["perplexity"]) for at, found in line.curve.items() if found]
        if known:
            (first, most), (last, least) = known[0], known[-1]
            yield WORDS("damage: curve", name=line.name, most=most, first=first, least=least, last=last)


def _table(points: Rows) -> pd.DataFrame:
    columns = {
        "name": WORDS["damage: line"],
        "width": WORDS["bits"],
        "x": WORDS["damage: axis"],
        "y": WORDS["perplexity"],
        "band": WORDS["damage: interval"],
        "kl": WORDS["tile: KL"],
    }
    return pd.DataFrame(points, columns=list(columns)).rename(columns=columns)


def _short(value: float) -> float:
    return float(f"{value:.3g}")


@lru_cache(maxsize=64)
def _spec(kinds: tuple[str, ...], least: float, most: float, low: float, high: float) -> dict[str, Any]:
    across = alt.Scale(domain=[least, most], nice=False, padding=10)
    up = alt.Scale(type="log", domain=[low, high], nice=False, padding=4)
    x = alt.X("x:Q", title=WORDS["damage: axis"], scale=across, axis=alt.Axis(grid=False, tickCount=6))
    y = alt.Y("y:Q", title=WORDS["perplexity"], scale=up, axis=alt.Axis(format="~s", tickCount=6, gridOpacity=0.4))
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(kinds)), legend=None)
    numbers = [
        alt.Tooltip("x:Q", title=WORDS["damage: axis"], format=".2f"),
        alt.Tooltip("y:Q", title=WORDS["perplexity"], format=".3~s"),
    ]
    hovered = [
        alt.Tooltip("name:N", title=WORDS["damage: line"]),
        *numbers,
        alt.Tooltip("band:N", title=WORDS["damage: interval"]),
        alt.Tooltip("kl:N", title=WORDS["tile: KL"]),
    ]
    seen = named("points").encode(x=x, y=y, color=colour, tooltip=hovered)
    dash = alt.condition("datum.dashed", alt.value([4, 4]), alt.value([1, 0]))
    before = named("unshrunk").encode(y=y)
    marked = {name: named(name).encode(x=x, y=y, tooltip=["name:N", *numbers]) for name in ("unshrunk", "shown")}
    return specification(
        alt.layer(
            before.mark_rule(strokeDash=[2, 3], opacity=0.6, color="gray"),
            before.mark_text(align="left", dy=12).encode(x=alt.value(4), text="name:N"),
            seen.mark_rule(strokeWidth=5, opacity=0.25, clip=True).encode(y=alt.Y("low:Q", scale=up), y2="high:Q"),
            seen.mark_line(strokeWidth=2, clip=True).encode(detail="name:N", strokeDash=dash),
            seen.mark_point(filled=True, opacity=1, size=45, clip=True),
            marked["unshrunk"].mark_point(filled=True, opacity=1, size=60, shape="diamond", clip=True, color="gray"),
            marked["shown"].mark_point(filled=False, opacity=1, size=220, strokeWidth=2, clip=True, color="gray"),
            named("shown").mark_text(align="right", dx=-12, clip=True).encode(x=x, y=y, text="label:N"),
        ).properties(height=HEIGHT)
    )


def students(curves: Curves, name: str, axis: str) -> Chart:
    """Perplexity a character, whatever a token is, against what a model takes (a quantity by name): a curve a model,
    each rounded to fewer bits."""

    def at(measurement: Measurement) -> tuple[float, float]:
        return measurement[name].value, math.exp(measurement["loss a character"].value)

    known = {of: {place: found for place, found in curve.items() if found} for of, curve in curves.items()}
    return lines(
        WORDS("perplexity against", axis=axis.partition(" (")[0]),
        Axis(axis),
        Axis(WORDS["perplexity a character"], format=".3~s"),
        {of: [at(found) for found in curve.values()] for of, curve in known.items()},
        [
            Point(
                place,
                *at(found),
                of,
                WORDS("loss a character at", model=of, loss=found["loss a character"]),
                says=of == next(iter(known)),
            )
            for of, curve in known.items()
            for place, found in curve.items()
        ],
        badges=badges_of(m[what] for curve in known.values() for m in curve.values() for what in (name, "loss")),
    )


def doubles_at(curve: Mapping[str, Measurement | None], before: Measurement | None) -> str | None:
    """Coming down from the most bits, the first at which perplexity is twice what it was; None while that is not
    known."""
    if before is None or not all(curve.values()):
        return None
    twice = 2 * before["perplexity"].value
    found = (place for place, found in reversed(curve.items()) if found["perplexity"].value > twice)
    return next(found, "").partition(" ")[0] or None
