"""Ways of rounding compared; and the numbers of a layer, weights or activations, as a histogram, with the grid they are
rounded to over it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, series, specification
from lessons.charts.line_names import AXIS, LEFT_OF_START, End, Upright, at_ends
from lessons.charts.sweep import Curve
from lessons.measure.layer_view import View
from lessons.quantity import Measurement, badges_of, counted, show
from lessons.text import sections

WORDS = sections("quantization")
COLUMNS = {"from": WORDS["from"], "to": WORDS["to"], "count": WORDS["how many"]}
HEIGHT = 260
MARGIN = 92  # pixels, for names left of their lines
GREY = "#8A97A3"
CHANCE = 1.0  # percentage points that 10,000 images cannot tell apart


def compared(title: str, ways: Mapping[str, Curve], before: Measurement | None, sizes: bool = False) -> Chart:
    """Test accuracy (%) against bits per weight, a line for each way of rounding, named at its left end. `before`: of
    the unrounded network; `sizes`: whether the note says what their files take."""
    known = {way: {bits: found for bits, found in curve.items() if found} for way, curve in ways.items()}
    percent = {way: {bits: found["accuracy"].value for bits, found in curve.items()} for way, curve in known.items()}
    rows = [
        {"way": way, "bits": int(bits), "accuracy": value}
        for way, curve in percent.items()
        for bits, value in curve.items()
    ]
    starts = {row["way"]: row for row in reversed(rows)}
    ends = [End(way, row["bits"], row["accuracy"], LEFT_OF_START, way) for way, row in starts.items()]
    complete = all(len(curve) == len(ways[way]) for way, curve in known.items())
    note = WORDS["compared: not yet"]
    if complete:
        note = " ".join([*_difference(percent), *([_files(known)] if sizes else [])])
    value = before and before["accuracy"].value
    chart = Chart(
        title,
        _lines(tuple(ways)),
        {
            "lines": rows,
            "before": [{"accuracy": value, "said": WORDS("not rounded: accuracy", value=value)}] if before else [],
        },
        WORDS("compared: in words", title=title, note=note),
        lambda: pd.DataFrame(percent).rename_axis(WORDS["bits: axis"]).reset_index(),
        note,
        badges_of(found["accuracy"] for curve in known.values() for found in curve.values()),
    )
    return at_ends(chart, ends, Upright(0, 100, HEIGHT - AXIS), tuple(ways))


def _difference(percent: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Where the ways differ most, in percent, and from which width on not beyond chance."""
    widths = list(next(iter(percent.values())))
    at = {bits: {way: curve[bits] for way, curve in percent.items()} for bits in widths}
    spread = {bits: max(found.values()) - min(found.values()) for bits, found in at.items()}
    last = next((n for n in reversed(range(len(widths))) if spread[widths[n]] > CHANCE), -1)
    if last < 0:
        return [WORDS["compared: no difference"]]
    widest = max(widths, key=spread.__getitem__)
    ranked = sorted(at[widest].items(), key=lambda each: -each[1])
    said = WORDS("compared", bits=widest, ranked=", ".join(f"{way} {value:.1f} %" for way, value in ranked))
    return [said, *(WORDS("compared: alike", bits=bits) for bits in widths[last + 1 : last + 2])]


def _files(known: Mapping[str, Curve]) -> str:
    sizes = ", ".join(f"{way} {curve['4']['packed']}" for way, curve in known.items())
    return WORDS("compared: files", sizes=sizes)


def on_grid(what: str, view: View) -> Chart:
    """Bars: the numbers before rounding; lines: the levels they can take afterwards. `what`: "weights of conv1"."""
    edges, counts = view.edges.tolist(), view.counts.tolist()
    bars = [{"from": a, "to": b, "count": n} for a, b, n in zip(edges, edges[1:], counts, strict=False)]
    return Chart(
        WORDS("histogram", what=what.capitalize()),
        _histogram(),
        {"bars": bars, "levels": [{"level": level} for level in view.marks.tolist()]},
        WORDS("histogram: in words", what=what, low=view.edges[0], high=view.edges[-1], note=_note(view)),
        lambda: pd.DataFrame(bars).rename(columns=COLUMNS),
        _note(view),
    )


def _note(view: View) -> str:
    parts = [WORDS["not rounded"]]
    if view.levels:
        levels = counted(view.levels, WORDS["level"])
        parts = [levels if view.levels == len(view.marks) else WORDS("outermost drawn", levels=levels)]
        parts.append(WORDS("clipped", share=show(100 * view.clipped, "%")))
        parts.append(WORDS("rounding error", error=show(view.error, "")))
    if view.zeros > 0.005:
        parts.append(WORDS("zeros not drawn", share=f"{100 * view.zeros:.0f} %"))
    return "; ".join(parts) + "."


@lru_cache(maxsize=8)
def _lines(ways: tuple[str, ...]) -> dict[str, Any]:
    bits, accuracy = WORDS["bits: axis"], WORDS["accuracy"]
    x = alt.X(
        "bits:Q",
        title=bits,
        scale=alt.Scale(domain=[2, 8], range=[MARGIN, {"expr": "width - 8"}], nice=False),
        axis=alt.Axis(values=list(range(2, 9)), format="d", grid=False),
    )
    y = alt.Y("accuracy:Q", title=accuracy, scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5))
    colour = alt.Color("way:N", scale=alt.Scale(domain=list(ways)), legend=None)
    tips = ["way:N", alt.Tooltip("bits:Q", title=bits), alt.Tooltip("accuracy:Q", title=accuracy, format=".1f")]
    unrounded = named("before")
    layers = [
        unrounded.mark_rule(strokeDash=[4, 4], color=GREY).encode(y=y),
        unrounded.mark_text(align="left", baseline="bottom", dy=-4).encode(x=alt.value(4), y=y, text="said:N"),
        named("lines").mark_line(point={"size": 40, "filled": True}).encode(x=x, y=y, color=colour, tooltip=tips),
    ]
    return specification(alt.layer(*layers).properties(height=HEIGHT))


@lru_cache(maxsize=1)
def _histogram() -> dict[str, Any]:
    colour = series("bars", "levels")
    tips = [alt.Tooltip(f"{name}:Q", title=COLUMNS[name], format=".3f") for name in ("from", "to")]
    count = COLUMNS["count"]
    bars = (
        named("bars")
        .mark_rect()
        .encode(
            x=alt.X("from:Q", title=WORDS["value"], scale=alt.Scale(zero=False, nice=False, padding=4)),
            x2="to:Q",
            y=alt.Y("count:Q", title=count),
            y2=alt.datum(0),
            color=colour,
            tooltip=[*tips, alt.Tooltip("count:Q", title=count)],
        )
    )
    levels = (
        named("levels")
        .mark_rule(strokeWidth=1.5)
        .encode(x="level:Q", color=colour, tooltip=alt.Tooltip("level:Q", title=WORDS["level"], format=".4f"))
    )
    return specification(alt.layer(bars, levels).properties(height=HEIGHT))
