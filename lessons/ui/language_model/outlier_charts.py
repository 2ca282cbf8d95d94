"""How large the numbers are that flow through a language model, and what the largest do to rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lessons.charts.chart import Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.surface import Surface
from lessons.language.results import FACTORS, Flow
from lessons.quantity import show
from lessons.text import sections

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

WORDS = sections("language-model")
DRAWN = 400  # columns of a heat map, at most: a screen has no more, and would leave some out


def injected_errors(flow: Flow, factor: float) -> Chart:
    """The error of a layer's output against how much larger its largest channel is made, by the way of rounding."""
    at = FACTORS.index(factor)
    known = {
        way: [each for each in zip(FACTORS, errors, strict=True) if np.isfinite(each[1])]
        for way, errors in flow.errors.items()
    }
    note = WORDS["injected: note"]
    if any(len(each) < len(FACTORS) for each in known.values()):
        note += " " + WORDS["injected: too large"]
    here = [
        Point(show(errors[at], "%"), factor, errors[at], way, says=False)
        for way, errors in flow.errors.items()
        if np.isfinite(errors[at])
    ]
    shown = {point.kind: WORDS("error at", way=point.kind, error=point.name) for point in here}
    ends = [Point(shown.get(way, way), *curve[-1], way, place="left") for way, curve in known.items() if curve]
    return lines(
        WORDS["injected"],
        Axis(WORDS["factor on the channel"], format="~g"),
        Axis(WORDS["output error"], format="~g"),
        known,
        [*here, *ends],
        note=note,
        legend=False,
        badges=("measured",),
    )


def outliers(flow: Flow, place: str) -> Surface:
    """The largest number of every channel of every layer, as a heat map."""
    layers, channels = flow.largest.shape
    layer, channel = np.unravel_index(flow.largest.argmax(), flow.largest.shape)
    most, usual = flow.largest.max(), flow.usual[layer]
    figure = _heat_map(flow.largest)
    figure.add_annotation(x=int(channel), y=int(layer) + 1, text=f"{most:,.0f}", showarrow=True, bgcolor="white")
    largest = {"most": f"{most:,.0f}", "channel": channel, "layer": layer + 1, "times": f"{most / usual:,.0f}"}
    words = WORDS("outliers in words", **largest, layers=layers, channels=f"{channels:,}")
    table = pd.DataFrame(
        {
            WORDS["layer"]: range(1, layers + 1),
            WORDS["largest"]: flow.largest.max(1),
            WORDS["in channel"]: flow.largest.argmax(1),
            WORDS["mean"]: flow.usual,
        }
    )
    return Surface(WORDS("outliers in layers", place=place), figure, words, table)


def _heat_map(largest: np.ndarray) -> Figure:
    import plotly.graph_objects as go  # slow to load: only those who look at it wait for it

    layers, channels = largest.shape
    each = -(-channels // DRAWN)  # channels in a column of the picture, of which the largest is drawn
    drawn = np.maximum.reduceat(largest, np.arange(0, channels, each), axis=1)
    decades = np.log10(np.maximum(drawn, 1e-3))
    ticks = list(range(int(np.floor(decades.min())), int(np.ceil(decades.max())) + 1))
    at = {"layer": "%{y}", "channel": "%{x}"}
    where = WORDS("channels hovered", **at, more=each - 1) if each > 1 else WORDS("channel hovered", **at)
    figure = go.Figure(
        go.Heatmap(
            z=decades,
            x=list(range(0, channels, each)),
            y=list(range(1, layers + 1)),
            customdata=drawn,
            hovertemplate=f"{where}: %{{customdata:.3g}}<extra></extra>",
            colorscale="viridis",
            colorbar={"title": WORDS["largest"], "tickvals": ticks, "ticktext": [f"{10.0**t:g}" for t in ticks]},
        )
    )
    figure.update_layout(
        height=380,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        xaxis={"title": WORDS["channel"]},
        yaxis={"title": WORDS["layers axis"], "autorange": "reversed", "dtick": max(1, layers // 8)},
    )
    return figure
