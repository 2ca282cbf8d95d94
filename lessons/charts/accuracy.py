"""Accuracy against bit width: the curve, where we are on it, the baseline and chance."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, series, specification

HEIGHT = 300


def accuracy_against_bits(curve: Mapping[str, float], now: str, baseline: float | None, chance: float) -> Chart:
    """`curve`: accuracy in % for each measured width ("1" … "16", "fp32"); `now`: the width in use."""
    points = pd.DataFrame({"bits": list(curve), "accuracy": list(curve.values())})
    lines = [(f"chance {chance:.0f} %", chance, "15")]
    if baseline is not None:
        lines.append((f"fp32 {baseline:.1f} %", baseline, "2"))
    here = curve.get(now)
    alt_text = f"Line chart of test accuracy against bits per weight. At {now}: " + (
        "not measured yet." if here is None else f"{here:.1f} %."
    )
    return Chart(
        _spec(),
        {
            "curve": points,
            "now": points[points.bits == now].assign(label=f"{here:.1f} %" if here is not None else ""),
            "lines": pd.DataFrame(lines, columns=["name", "accuracy", "bits"]),
        },
        alt_text,
        points.rename(columns={"bits": "bits per weight", "accuracy": "accuracy (%)"}),
    )


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    widths = [*map(str, range(1, 17)), "fp32"]
    x = alt.X("bits:O", scale=alt.Scale(domain=widths), title="bits per weight", axis=alt.Axis(labelAngle=0))
    y = alt.Y("accuracy:Q", scale=alt.Scale(domain=[0, 100]), title="test accuracy (%)")
    colour = series("curve", "now", "lines")
    tip = [alt.Tooltip("bits:O", title="bits"), alt.Tooltip("accuracy:Q", format=".2f", title="accuracy (%)")]
    curve = named("curve").encode(x=x, y=y, color=colour, tooltip=tip)
    now = named("now").encode(x=x, y=y, color=colour, tooltip=tip)
    lines = named("lines").encode(y=y, color=colour)
    return specification(
        alt.layer(
            lines.mark_rule(strokeDash=[5, 4]),
            lines.mark_text(dy=-8).encode(x=x, text="name:N"),
            curve.mark_line(point=alt.OverlayMarkDef(size=45)),
            now.mark_point(size=260, filled=True, opacity=1),
            now.mark_text(align="left", dx=9, dy=17, fontSize=15, fontWeight="bold").encode(text="label:N"),
        ).properties(height=HEIGHT)
    )
