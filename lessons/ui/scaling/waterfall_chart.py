"""A quantity that falls by factors, one after the other, on a logarithmic axis."""

from collections.abc import Mapping
from functools import lru_cache
from math import sqrt
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, Rows, named, specification
from lessons.quantity import SI, Quantity, show
from lessons.text import sections

WORDS = sections("scaling")
ROW, FOOT = 40, 60  # pixels: a row, the axis


def waterfall(title: str, axis: str, begins: str, start: Quantity, factors: Mapping[str, Quantity]) -> Chart:
    """A row for the start, which `begins` names, and one for each factor by which it is divided, in this order. `axis`
    says what is shown; its unit is added, with the prefix of the start."""
    size, prefix = next(((s, p) for s, p in SI if start.value >= s), SI[-1])
    value = start.value
    rows = [{"what": f"{begins}: {start}", "from": value / size, "to": value / size, "source": start.source}]
    for name, factor in factors.items():
        before, value = value, value / factor.value
        said = {"name": name, "factor": show(factor.value, ""), "after": show(value, start.unit)}
        ends = {"from": before / size, "to": value / size}
        rows.append({"what": WORDS("waterfall: row", **said), **ends, "source": factor.source})
    unit = f"{axis} ({prefix}{start.unit})"
    columns = {"from": WORDS("waterfall: from", unit=unit), "to": WORDS("waterfall: to", unit=unit)}
    return Chart(
        title,
        _spec(unit, len(rows)),
        {"rows": [{"row": at} | row | side for at, (row, side) in enumerate(zip(rows, _sides(rows), strict=True))]},
        f"{title}: " + "; ".join(row["what"] for row in rows),
        lambda: pd.DataFrame(rows).rename(columns=columns),
        badges=("estimated",),
    )


def _sides(rows: Rows) -> Rows:
    """Where the words of each row are written: over its bar, to the left of its right end where that is in the right
    half of the picture, else to the right of its left end."""
    ends = [sorted((row["from"], row["to"])) for row in rows]
    middle = sqrt(min(low for low, _ in ends) * max(high for _, high in ends))
    return [
        {"side": "left", "at": high} if low * high > middle**2 else {"side": "right", "at": low} for low, high in ends
    ]


@lru_cache(maxsize=64)
def _spec(axis: str, rows: int) -> dict[str, Any]:
    tooltip = ["what:N", "source:N"]
    y = alt.Y("row:O", axis=None)
    scale = alt.Scale(type="log", nice=False, padding=8)
    x = alt.X("from:Q", title=axis, scale=scale, axis=alt.Axis(format="~g", tickCount=6, grid=False))
    base = named("rows").encode(y=y, tooltip=tooltip)
    bar = base.mark_bar(size=10).encode(x=x, x2="to:Q")
    end = base.mark_point(filled=True, size=90, opacity=1).encode(x=alt.X("to:Q"))
    words = [
        base.transform_filter(f"datum.side == '{side}'")
        .mark_text(align=align, baseline="bottom", dy=-7, dx=dx)
        .encode(x="at:Q", text="what:N")
        for side, align, dx in (("left", "right", 4), ("right", "left", -4))
    ]
    return specification(alt.layer(bar, end, *words).properties(height=ROW * rows + FOOT))
