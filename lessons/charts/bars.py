"""One number of each layer, or of each answer, as a bar."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import REACH, Chart, named, series, specification
from lessons.quantity import Quantity, badges_of
from lessons.text import sections

WORDS = sections("charts")
BARS = 230  # height
ROW = 26  # of a bar, where there are many
AXES = {
    "parameters": WORDS["parameters"],
    "MAC": WORDS["MACs"],
    "bytes": WORDS["bytes"],
    "J": WORDS["joules"],
    "%": WORDS["share"],
}


def layer_bars(
    title: str,
    layers: Mapping[str, Quantity],
    upto: float | None = None,
    what: str = "layer",
    axis: str | None = None,
) -> Chart:
    """One number of each layer as a bar, in the order the layers run; hovering gives the arithmetic. `upto`: the
    largest number of a chart beside it, so that their bars compare; `what`: what has a bar, where that is no layer;
    `axis`: its title, where the unit does not say it."""
    unit = next(iter(layers.values())).unit
    bars = [
        {
            what: name,
            "value": float(quantity.value),  # which may be numpy's
            "label": str(quantity).removesuffix(" parameters").removesuffix("MACs").strip(),
            "how": quantity.source,
        }
        for name, quantity in layers.items()
    ]
    most = upto or max(bar["value"] for bar in bars)
    spoken = "; ".join(f"{name}: {quantity}" for name, quantity in layers.items())
    return Chart(
        title,
        bar_specification(what, axis or AXES[unit], tuple(layers), max(BARS, ROW * len(layers))),
        {"bars": bars, REACH: [{"value": 1.5 * float(most)}]},
        WORDS("bars in words", title=title, rows=spoken),
        lambda: (
            pd.DataFrame(bars)
            .rename(columns={"value": axis or AXES[unit], "how": WORDS["arithmetic"]})
            .drop(columns="label")
        ),
        badges=badges_of(layers.values()),
    )


@lru_cache(maxsize=64)
def bar_specification(
    what: str, axis: str, rows: tuple[str, ...], height: int, top: float | None = None
) -> dict[str, Any]:
    """Lying bars with their values behind them, for which the axis goes on beyond the longest."""
    y = alt.Y(f"{what}:N", sort=list(rows), title=None, axis=alt.Axis(labelOverlap=False, labelLimit=120))
    short = alt.Axis(labelExpr="format(datum.value, '~s')", tickCount=3, grid=False)  # Vega's own format writes 0k
    ticks = alt.Axis(values=[0, 25, 50, 75, 100]) if top else short
    x = alt.X("value:Q", title=axis, axis=ticks)
    bars = named("bars")
    tips = [f"{what}:N", "label:N"] + ([] if top else [alt.Tooltip("how:N", title=WORDS["arithmetic"])])
    return specification(
        alt.layer(
            bars.mark_bar().encode(x=x, y=y, color=series("bars"), tooltip=tips),
            bars.mark_text(align="left", dx=4).encode(x="value:Q", y=y, text="label:N"),
            named(REACH).mark_point(opacity=0).encode(x="value:Q"),
        ).properties(height=height)
    )
