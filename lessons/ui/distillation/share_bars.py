"""Shares as bars, each with its number behind it, in the colours that students have everywhere."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.quantity import Measurement, Quantity, badges_of
from lessons.text import sections
from lessons.ui.distillation.students import KINDS, WHO

WORDS = sections("distillation")
FULL = 112  # % where an axis of shares ends: a bar of 100 % has its number behind it


def recalls(measured: Mapping[str, Measurement], label: int, right: np.ndarray) -> Chart:
    """How often each names a class when it sees it, as bars."""
    shares = {
        WHO[name]: (name, Quantity("recall", 100 * float((answers == label)[right == label].mean()), "%", known.badge))
        for name, found in measured.items()
        for answers, known in [(np.frombuffer(found.answers, np.uint8), found["accuracy"])]
    }
    return bars(WORDS["recall: title"], shares)


def accuracies(measured: Mapping[str, Measurement]) -> Chart:
    """Accuracy of each, as bars."""
    return bars(WORDS["accuracies: title"], {WHO[name]: (name, each["accuracy"]) for name, each in measured.items()})


def bars(title: str, shares: Mapping[str, tuple[str, Quantity]]) -> Chart:
    """Shares (%) as bars, each with its number behind it, by their names; a student has its colour in every chart. Each
    comes with whose it is, one of KINDS."""
    rows = [
        {"who": name, "of": kind.removesuffix("+bias"), "share": float(share.value), "label": str(share)}
        for name, (kind, share) in shares.items()
    ]
    said = "; ".join(f"{bar['who']}: {bar['label']}" for bar in rows)
    return Chart(
        title,
        _bar_spec(tuple(shares)),
        {"bars": rows},
        WORDS("bars: in words", title=title, bars=said),
        lambda: pd.DataFrame({WORDS["who"]: list(shares), WORDS["share (%)"]: [bar["share"] for bar in rows]}),
        badges=badges_of(share for _, share in shares.values()),
    )


@lru_cache(maxsize=16)
def _bar_spec(rows: tuple[str, ...]) -> dict[str, Any]:
    y = alt.Y("who:N", sort=list(rows), title=None, axis=alt.Axis(labelOverlap=False, labelLimit=200))
    ticks = alt.Axis(values=[0, 25, 50, 75, 100], gridOpacity=0.4)
    x = alt.X("share:Q", title=WORDS["share (%)"], scale=alt.Scale(domain=[0, FULL], nice=False), axis=ticks)
    colour = alt.Color("of:N", scale=alt.Scale(domain=list(KINDS)), legend=None)
    tips = [alt.Tooltip("who:N", title=WORDS["who"]), alt.Tooltip("label:N", title=WORDS["share (%)"])]
    bars = named("bars")
    return specification(
        alt.layer(
            bars.mark_bar().encode(x=x, y=y, color=colour, tooltip=tips),
            bars.mark_text(align="left", dx=4).encode(x=x, y=y, text="label:N"),
        ).properties(height=46 * len(rows) + 10)
    )
