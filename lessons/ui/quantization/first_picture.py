"""The first picture of the lesson: some weights of the real network, and the levels they move to."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lessons.charts.chart import REACH, Chart, named, series, specification
from lessons.experiment import Experiment
from lessons.jobs import ask, recordings, vision
from lessons.measure.layer_view import MOST_MARKS, RoundedWeights, Rounding
from lessons.quantity import SUPERSCRIPT, Badge, counted, show
from lessons.text import sections
from lessons.ui.layout.headline import Frame
from lessons.ui.work.results import answer

WORDS = sections("quantization")
HEIGHT = 290
GREY = "#8A97A3"
MARGIN = 1.45  # left of the lowest level, for the channels' names
MOST_TICKS = 8  # to either side of 0
LIFT = 0.42  # of a row: a weight as it was is drawn so far above its levels


def frames(points: Mapping[str, Experiment], layer: str) -> Mapping[str, Frame | None]:
    """The picture of a layer at every width, the last of which is the unrounded network; None until it is known, here
    or from a recording."""
    found, badge = seen(points, layer)
    if not found:
        return dict.fromkeys(points)
    last = max(np.abs(each).max() for each in (found.weights, *(way.first for way in found.ways)))
    charts = (_picture(found, way, _ticks(float(last)), badge) for way in (*found.ways, None))
    return {width: Frame(charts=[chart]) for width, chart in zip(points, charts, strict=True)}


def seen(points: Mapping[str, Experiment], layer: str) -> tuple[RoundedWeights | None, Badge]:
    """What the picture shows, and how it is known."""
    *ways, baseline = points.values()
    asked = baseline, tuple(ways), layer
    recorded = recordings.find(vision.rounding, *asked)
    if here := answer(ask.round_weights, *asked):
        return here, "measured"
    return recorded and recorded.result, "recorded"


def _ticks(last: float) -> tuple[float, ...]:
    """Round values from as far below 0 as above it, with room for a weight of this size at either end."""
    unit = 10.0 ** np.floor(np.log10(last))
    step = next(each for each in unit * np.array([0.2, 0.5, 1, 2]) if last <= MOST_TICKS * each)
    count = int(np.ceil(last / step))
    return tuple(float(f"{step * at:.6g}") for at in range(-count, count + 1))


def _picture(seen: RoundedWeights, way: Rounding | None, ticks: tuple[float, ...], badge: Badge) -> Chart:
    after = seen.weights if way is None else way.weights
    moved = [
        {"row": row, "above": row - LIFT, "from": float(before), "to": float(now)}
        for row, pair in enumerate(zip(seen.weights, after, strict=True))
        for before, now in zip(*pair, strict=True)
    ]
    each = len(moved) // len(seen.channels)
    tops = [float(np.abs(weights).max()) for weights in seen.weights]
    return Chart(
        WORDS("first picture: title", weights=len(moved), layer=seen.layer, each=each, channels=len(seen.channels)),
        _spec(ticks),
        {
            "channels": [{"row": row, "name": WORDS("channel", number=at)} for row, at in enumerate(seen.channels)],
            "rulers": [{"row": row, "from": -top, "to": top} for row, top in enumerate(tops)] if way is None else [],
            "levels": _levels(way) if way and way.levels < MOST_MARKS else [],
            "dense": _dense(way) if way and way.levels >= MOST_MARKS else [],
            "moved": moved,
            "trained": [{"row": each["above"], "weight": each["from"]} for each in moved],
            "rounded": [{"row": each["row"], "weight": each["to"]} for each in moved],
            REACH: [{"to": MARGIN * ticks[0]}, {"to": ticks[-1]}],
        },
        WORDS("first picture: in words", all=len(moved), layer=seen.layer, note=_note(way)),
        lambda: _table(moved),
        _note(way),
        (badge,),
    )


def _table(moved: Sequence[Mapping[str, float]]) -> pd.DataFrame:
    """Each weight as trained and as rounded, by the row it is drawn in, from 1."""
    names = {"row": WORDS["row"], "from": WORDS["trained"], "to": WORDS["rounded"]}
    return pd.DataFrame(moved, columns=list(names)).assign(row=lambda table: table["row"] + 1).rename(columns=names)


def _levels(way: Rounding) -> list[dict[str, float]]:
    steps = np.arange(way.levels)
    return [
        {"row": row, "level": float(level)}
        for row, (first, step) in enumerate(zip(way.first, way.step, strict=True))
        for level in first + step * steps
    ]


def _dense(way: Rounding) -> list[dict[str, float]]:
    """Levels that are closer than lines can be drawn: from where to where they go."""
    ends = zip(way.first, way.first + way.step * (way.levels - 1), strict=True)
    return [{"row": row, "from": float(low), "to": float(high)} for row, (low, high) in enumerate(ends)]


def _note(way: Rounding | None) -> str:
    if way is None:
        return WORDS["first picture: not rounded"]
    zeros = int((way.weights == 0).sum())
    apart = sorted({show(float(step), "") for step in (way.step.min(), way.step.max())})
    levels = counted(way.levels, WORDS["level"])
    if way.levels % 2:
        bits = str(way.levels.bit_length()).translate(SUPERSCRIPT)
        levels = WORDS("first picture: with zero", levels=levels, bits=bits)
    said = WORDS["first picture"] if way.levels < MOST_MARKS else WORDS["first picture: dense"]
    return said.format(levels=levels, apart=" to ".join(apart), zeros=zeros, all=way.weights.size)


@lru_cache(maxsize=8)
def _spec(ticks: tuple[float, ...]) -> dict[str, Any]:
    axis = alt.Axis(grid=False, values=list(ticks))  # none under the channels' names
    x = alt.X("weight:Q", title=WORDS["weight"], scale=alt.Scale(nice=False, zero=False), axis=axis)
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[5.4, -0.8]))
    ruler = {"x": "from:Q", "x2": "to:Q", "y": y}
    dots = {"x": x, "y": y, "color": series("rounded", "trained"), "tooltip": alt.Tooltip("weight:Q", format=".4f")}
    layers = [
        named(REACH).mark_point(opacity=0).encode(x=alt.X("to:Q", scale=alt.Scale(nice=False, zero=False))),
        named("rulers").mark_rule(color=GREY).encode(**ruler),
        named("dense").mark_rule(strokeWidth=14, opacity=0.4, color=GREY).encode(**ruler),
        named("levels").mark_tick(thickness=2, size=20, color=GREY, orient="vertical").encode(x="level:Q", y=y),
        named("moved").mark_rule(color=GREY).encode(x="from:Q", x2="to:Q", y=alt.Y("above:Q", axis=None), y2="row:Q"),
        named("trained").mark_point(size=26, strokeWidth=1.5).encode(**dots),
        named("rounded").mark_circle(size=60, opacity=1).encode(**dots),
        named("channels").mark_text(align="left", dy=-4, fontSize=12).encode(x=alt.value(0), y=y, text="name:N"),
    ]
    return specification(alt.layer(*layers).properties(height=HEIGHT))
