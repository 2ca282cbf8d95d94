"""Which class is taken for which: a confusion matrix."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lessons.charts.chart import Chart, named, series, specification
from lessons.quantity import counted

HEIGHT = 320


def confusion(title: str, right: np.ndarray, answers: bytes, names: Sequence[str]) -> Chart:
    """How often a picture of each class (rows) was given each answer (columns); `answers`: a class a byte."""
    given = np.frombuffer(answers, np.uint8)
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (right, given), 1)
    cells = [
        {"picture": picture, "answer": answer, "pictures": count}
        for picture, row in zip(names, counts.tolist(), strict=True)
        for answer, count in zip(names, row, strict=True)
    ]
    row, column = divmod(int((counts * (1 - np.eye(len(names), dtype=int))).argmax()), len(names))
    return Chart(
        title,
        _spec(tuple(names)),
        {"cells": cells},
        f"Confusion matrix, {len(given):,} pictures, {counts.trace():,} on the diagonal. The most frequent mistake: "
        f"{names[row]} taken for {names[column]}, {counted(counts[row, column], 'time')}.",
        lambda: pd.DataFrame(counts, pd.Index(names, name="picture"), names).reset_index(),
    )


@lru_cache(maxsize=4)
def _spec(names: tuple[str, ...]) -> dict[str, Any]:
    x = alt.X("answer:N", sort=list(names), title="answer", axis=alt.Axis(labelAngle=-45, labelOverlap=False))
    y = alt.Y("picture:N", sort=list(names), title="picture", axis=alt.Axis(labelOverlap=False))
    cells = named("cells").encode(x=x, y=y, tooltip=["picture:N", "answer:N", "pictures:Q"])
    shade = alt.Opacity("pictures:Q", scale=alt.Scale(type="sqrt", domain=[0, 1000], range=[0, 0.5]), legend=None)
    return specification(
        alt.layer(
            cells.mark_rect().encode(opacity=shade, color=series("cells")),
            cells.mark_text(fontSize=10).encode(
                text="pictures:Q", opacity=alt.condition("datum.pictures > 0", alt.value(1), alt.value(0))
            ),
        ).properties(height=HEIGHT)
    )
