"""A layer's weights as a histogram, with the grid they are rounded to over it."""

from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, series, specification
from lessons.measure.layer_view import LayerView

HEIGHT = 300
MOST_LEVELS = 64  # more could not be told apart


def weights_on_grid(layer: str, view: LayerView) -> Chart:
    """Bars: weights before rounding; lines: the levels they can take afterwards."""
    bars = pd.DataFrame({"from": view.edges[:-1], "to": view.edges[1:], "weights": view.counts})
    which = layer if view.channel is None else f"{layer}, output channel {view.channel}"
    drawn = view.levels if len(view.levels) <= MOST_LEVELS else view.levels[:0]
    levels = f"{len(view.levels):,} levels" if len(view.levels) else "not rounded"
    return Chart(
        _spec(),
        {"bars": bars, "levels": pd.DataFrame({"level": drawn})},
        f"Histogram of the weights of {which}, from {view.edges[0]:.2f} to {view.edges[-1]:.2f}, {levels}.",
        bars,
        f"{which}: {levels}" + (", too close together to draw." if len(view.levels) > len(drawn) else "."),
    )


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    colour = series("bars", "levels")
    count = alt.Tooltip("weights:Q", title="weights")
    bars = (
        named("bars")
        .mark_rect()
        .encode(
            x=alt.X("from:Q", title="weight", scale=alt.Scale(zero=False, nice=False, padding=4)),
            x2="to:Q",
            y=alt.Y("weights:Q", title="number of weights"),
            y2=alt.datum(0),
            color=colour,
            tooltip=[alt.Tooltip("from:Q", format=".3f"), alt.Tooltip("to:Q", format=".3f"), count],
        )
    )
    levels = (
        named("levels")
        .mark_rule(strokeWidth=1.5)
        .encode(
            x="level:Q",
            color=colour,
            tooltip=alt.Tooltip("level:Q", format=".4f"),
        )
    )
    return specification(alt.layer(bars, levels).properties(height=HEIGHT))
