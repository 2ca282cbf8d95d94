"""Numbers of a layer, weights or activations, as a histogram, with the grid they are rounded to over it."""

from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, series, specification
from lessons.measure.layer_view import View
from lessons.quantity import counted, show

HEIGHT = 260


def on_grid(what: str, view: View) -> Chart:
    """Bars: the numbers before rounding; lines: the levels they can take afterwards. `what`: "weights of conv1"."""
    edges, counts = view.edges.tolist(), view.counts.tolist()
    bars = [{"from": a, "to": b, "count": n} for a, b, n in zip(edges, edges[1:], counts, strict=False)]
    return Chart(
        f"{what.capitalize()}, and their levels",
        _spec(),
        {"bars": bars, "levels": [{"level": level} for level in view.marks.tolist()]},
        f"Histogram of the {what}, from {view.edges[0]:.2f} to {view.edges[-1]:.2f}: {_note(view)}",
        lambda: pd.DataFrame(bars),
        _note(view),
    )


def _note(view: View) -> str:
    parts = ["not rounded"]
    if view.levels:
        parts = [counted(view.levels, "level") + (", the outermost drawn" if view.levels > len(view.marks) else "")]
        parts.append(f"{show(100 * view.clipped, '%')} clipped")
        parts.append(f"rounding error {show(view.error, '')} (RMS, whole layer)")
    if view.zeros > 0.005:
        parts.append(f"{100 * view.zeros:.0f} % exactly 0, not drawn")
    return "; ".join(parts) + "."


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    colour = series("bars", "levels")
    bars = (
        named("bars")
        .mark_rect()
        .encode(
            x=alt.X("from:Q", title="value", scale=alt.Scale(zero=False, nice=False, padding=4)),
            x2="to:Q",
            y=alt.Y("count:Q", title="how many"),
            y2=alt.datum(0),
            color=colour,
            tooltip=[alt.Tooltip("from:Q", format=".3f"), alt.Tooltip("to:Q", format=".3f"), "count:Q"],
        )
    )
    levels = (
        named("levels")
        .mark_rule(strokeWidth=1.5)
        .encode(x="level:Q", color=colour, tooltip=alt.Tooltip("level:Q", format=".4f"))
    )
    return specification(alt.layer(bars, levels).properties(height=HEIGHT))
