"""Which class is predicted for which: a confusion matrix."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lessons.charts.chart import Chart, named, series, specification
from lessons.quantity import counted
from lessons.text import sections

WORDS = sections("charts")
HEIGHT = 320


def confusion(title: str, right: np.ndarray, answers: bytes, names: Sequence[str]) -> Chart:
    """How often an image of each class (rows) was predicted to be of each (columns); `answers`: the predictions, a byte
    each."""
    given = np.frombuffer(answers, np.uint8)
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (right, given), 1)
    cells = [
        {"true": true, "predicted": predicted, "images": count}
        for true, row in zip(names, counts.tolist(), strict=True)
        for predicted, count in zip(names, row, strict=True)
    ]
    row, column = divmod(int((counts * (1 - np.eye(len(names), dtype=int))).argmax()), len(names))
    return Chart(
        title,
        _spec(tuple(names)),
        {"cells": cells},
        WORDS(
            "confusion in words",
            all=len(given),
            right=counts.trace(),
            true=names[row],
            predicted=names[column],
            times=counted(counts[row, column], "time"),
        ),
        lambda: pd.DataFrame(counts, pd.Index(names, name=WORDS["true class"]), names).reset_index(),
    )


@lru_cache(maxsize=4)
def _spec(names: tuple[str, ...]) -> dict[str, Any]:
    x = alt.X(
        "predicted:N",
        sort=list(names),
        title=WORDS["predicted class"],
        axis=alt.Axis(labelAngle=-45, labelOverlap=False),
    )
    y = alt.Y("true:N", sort=list(names), title=WORDS["true class"], axis=alt.Axis(labelOverlap=False))
    cells = named("cells").encode(x=x, y=y, tooltip=["true:N", "predicted:N", "images:Q"])
    shade = alt.Opacity("images:Q", scale=alt.Scale(type="sqrt", domain=[0, 1000], range=[0, 0.5]), legend=None)
    return specification(
        alt.layer(
            cells.mark_rect().encode(opacity=shade, color=series("cells")),
            cells.mark_text(fontSize=10).encode(
                text="images:Q", opacity=alt.condition("datum.images > 0", alt.value(1), alt.value(0))
            ),
        ).properties(height=HEIGHT)
    )
