"""How well models of each kind do a task, as others have found: a row a data set, a point a model."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.facts.deciding import ELO, Evidence

ROW, AXIS, LEGEND = 38, 60, 40  # pixels


def scores(task: str, known: Mapping[str, Sequence[Evidence]], kinds: Mapping[str, str]) -> Chart:
    """`known`: by data set; `kinds`: what each kind of model is called."""
    rows = [
        {
            "row": at,
            "data set": f"{dataset} ({each[0].metric})",
            "score": row.score,
            "kind": kinds[row.option],
            "model": row.model,
            "source": row.source,
        }
        for at, (dataset, each) in enumerate(known.items())
        for row in each
    ]
    names = list({row["row"]: row for row in reversed(rows)}.values())[::-1]  # the first of each data set
    axis = ELO if any(row.metric == ELO for each in known.values() for row in each) else "score (%)"
    said = "; ".join(
        f"{dataset}: " + ", ".join(f"{row.model} {row.score:g}" for row in each) for dataset, each in known.items()
    )
    return Chart(
        f"Published scores: {task}",
        _spec(axis, len(known), tuple(kinds.values()), tuple(dict.fromkeys(row["kind"] for row in rows))),
        {"rows": rows, "names": names},
        f"Published scores of models that {task}. {said}.",
        lambda: pd.DataFrame(rows).drop(columns="row"),
        badges=("cited",),
    )  # fmt: skip


@lru_cache(maxsize=32)
def _spec(axis: str, rows: int, kinds: tuple[str, ...], shown: tuple[str, ...]) -> dict[str, Any]:
    y = alt.Y("row:O", axis=None)
    x = alt.X(
        "score:Q",
        title=axis,
        scale=alt.Scale(zero=False, nice=True, **({"padding": 12} if axis == ELO else {"domainMax": 100})),
        axis=alt.Axis(grid=True, tickCount=8),
    )
    legend = alt.Legend(orient="top", title=None, values=list(shown), columns=2)
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(kinds)), legend=legend)
    shape = alt.Shape(
        "kind:N", scale=alt.Scale(domain=list(kinds), range=["cross", "circle", "square", "triangle-up"]), legend=legend
    )
    tooltip = ["model:N", "score:Q", "kind:N", "data set:N", "source:N"]
    points = named("rows").mark_point(filled=False, size=90, opacity=1, strokeWidth=3, yOffset=8)
    words = named("names").mark_text(align="left", baseline="bottom", dy=-3, limit=alt.expr("width"))
    return specification(
        alt.layer(
            points.encode(x=x, y=y, color=colour, shape=shape, tooltip=tooltip),
            words.encode(x=alt.value(4), y=y, text="data set:N"),
        ).properties(height=ROW * rows + AXIS + LEGEND)
    )
