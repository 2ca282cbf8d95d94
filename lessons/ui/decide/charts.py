"""How well models of each kind do a task, as others have found: a row a data set, a point a model."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.facts.deciding import ELO, Evidence
from lessons.text import sections

WORDS = sections("decide")
ROW, AXIS, LEGEND = 42, 60, 40  # pixels
GREY = "#8A97A3"


def scores(task: str, known: Mapping[str, Sequence[Evidence]], kinds: Mapping[str, str]) -> Chart:
    """`known`: by data set; `kinds`: what each kind of model is called."""
    rows = [
        {
            "row": at,
            "dataset": f"{dataset} ({each[0].metric})",
            "score": row.score,
            "kind": kinds[row.option],
            "model": row.model,
            "source": row.source,
        }
        for at, (dataset, each) in enumerate(known.items())
        for row in each
    ]
    names = list({row["row"]: row for row in reversed(rows)}.values())[::-1]  # the first of each data set
    elo = any(row.metric == ELO for each in known.values() for row in each)
    said = "; ".join(
        f"{dataset}: " + ", ".join(f"{row.model} {row.score:g}" for row in each) for dataset, each in known.items()
    )
    headers = {name: WORDS[name] for name in ("score", "kind", "model", "source")} | {"dataset": WORDS["data set"]}
    return Chart(
        WORDS("scores: title", task=task),
        _spec(elo, len(known), tuple(kinds.values()), tuple(dict.fromkeys(row["kind"] for row in rows))),
        {"rows": rows, "names": names},
        WORDS("scores: in words", task=task, said=said),
        lambda: pd.DataFrame(rows).drop(columns="row").rename(columns=headers),
        badges=("cited",),
    )


@lru_cache(maxsize=32)
def _spec(elo: bool, rows: int, kinds: tuple[str, ...], shown: tuple[str, ...]) -> dict[str, Any]:
    """A line for each data set, its name above the line, and the axis below them all: no name is crossed."""
    y = alt.Y("row:O", axis=None)
    x = alt.X(
        "score:Q",
        title=ELO if elo else WORDS["scores: percent"],
        scale=alt.Scale(zero=False, nice=True, **({"padding": 12} if elo else {"domainMax": 100})),
        axis=alt.Axis(grid=False, ticks=True, tickCount=8),
    )
    legend = alt.Legend(orient="top", title=None, values=list(shown), columns=2)
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(kinds)), legend=legend)
    shape = alt.Shape(
        "kind:N", scale=alt.Scale(domain=list(kinds), range=["cross", "circle", "square", "triangle-up"]), legend=legend
    )
    tooltip = [
        alt.Tooltip("model:N", title=WORDS["model"]),
        alt.Tooltip("score:Q", title=WORDS["score"]),
        alt.Tooltip("kind:N", title=WORDS["kind"]),
        alt.Tooltip("dataset:N", title=WORDS["data set"]),
        alt.Tooltip("source:N", title=WORDS["source"]),
    ]
    lines = named("names").mark_rule(color=GREY, opacity=0.4, yOffset=8).encode(y=y)
    points = named("rows").mark_point(filled=False, size=90, opacity=1, strokeWidth=3, yOffset=8)
    words = named("names").mark_text(align="left", baseline="bottom", dy=-3, limit=alt.expr("width"))
    return specification(
        alt.layer(
            lines,
            points.encode(x=x, y=y, color=colour, shape=shape, tooltip=tooltip),
            words.encode(x=alt.value(4), y=y, text="dataset:N"),
        ).properties(height=ROW * rows + AXIS + LEGEND)
    )
