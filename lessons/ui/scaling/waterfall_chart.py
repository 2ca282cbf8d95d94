"""A quantity that falls by factors, one after the other, on a logarithmic axis."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.quantity import SI, Quantity, show

ROW, FOOT = 40, 60  # pixels: a row, the axis


def waterfall(title: str, axis: str, begins: str, start: Quantity, factors: Mapping[str, Quantity]) -> Chart:
    """A row for the start, which `begins` names, and one for each factor by which it is divided, in this order. `axis`
    says what is shown; its unit is added, with the prefix of the start."""
    size, prefix = next(((s, p) for s, p in SI if start.value >= s), SI[-1])
    value = start.value
    rows = [{"what": f"{begins}: {start}", "from": value / size, "to": value / size, "source": start.source}]
    for name, factor in factors.items():
        before, value = value, value / factor.value
        after = show(value, start.unit)
        rows.append(
            {"what": f"{name}: ÷ {show(factor.value, '')}, to {after}", "from": before / size, "to": value / size}
            | {"source": factor.source}
        )
    drawn = [{"row": at} | row for at, row in enumerate(rows)]
    unit = f"{axis} ({prefix}{start.unit})"
    return Chart(
        title,
        _spec(unit, len(rows)),
        {"rows": drawn},
        f"{title}: " + "; ".join(row["what"] for row in rows),
        lambda: pd.DataFrame(rows).rename(columns={"from": f"from, {unit}", "to": f"to, {unit}"}),
        badges=("estimated",),
    )


@lru_cache(maxsize=64)
def _spec(axis: str, rows: int) -> dict[str, Any]:
    tooltip = ["what:N", "source:N"]
    y = alt.Y("row:O", axis=None)
    scale = alt.Scale(type="log", nice=False, padding=8)
    x = alt.X("from:Q", title=axis, scale=scale, axis=alt.Axis(format="~g", tickCount=6, grid=False))
    base = named("rows").encode(y=y, tooltip=tooltip)
    bar = base.mark_bar(size=10).encode(x=x, x2="to:Q")
    end = base.mark_point(filled=True, size=90, opacity=1).encode(x=alt.X("to:Q"))
    words = base.mark_text(align="left", baseline="bottom", dy=-7, limit=alt.expr("width")).encode(
        x=alt.value(4), text="what:N"
    )
    return specification(alt.layer(bar, end, words).properties(height=ROW * rows + FOOT))
