"""Loss and accuracy while a model trains."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.quantity import Badge
from lessons.text import sections
from lessons.training.progress import PROBE, TrainingStep

WORDS = sections("charts")


def training_curves(
    steps: Sequence[TrainingStep],
    total: int,
    probe: str = WORDS("probe", images=PROBE),
    recorded: Sequence[TrainingStep] = (),
) -> tuple[Chart, Chart]:
    """Training loss, and accuracy on the probe, against optimiser steps; dashed below as they were `recorded`."""
    return (
        _chart(WORDS["training loss"], "loss", WORDS["loss"], ".2f", steps, recorded, None, total),
        _chart(WORDS("accuracy on", probe=probe), "accuracy", WORDS["accuracy"], ".1f", steps, recorded, 100, total),
    )


def _chart(
    title: str,
    field: str,
    axis: str,
    digits: str,
    steps: Sequence[TrainingStep],
    recorded: Sequence[TrainingStep],
    top: int | None,
    total: int,
) -> Chart:
    told = {
        name: [{"step": s.step, field: getattr(s, field)} for s in of if getattr(s, field) is not None]
        for name, of in (("steps", steps), ("recorded", recorded))
    }
    seen = told["steps"] if steps else told["recorded"]
    last = f"{seen[-1][field]:{digits}}" if seen else WORDS["none yet"]
    badges: tuple[Badge, ...] = ("measured",) * bool(steps) + ("recorded",) * bool(recorded)
    return Chart(
        title,
        _spec(field, axis, top, total),
        told,
        WORDS("training in words", what=axis, last=last),
        lambda: pd.DataFrame(
            [row | {"how": name} for name, rows in told.items() for row in rows], columns=["step", field, "how"]
        ),
        badges=badges or ("measured",),
    )


@lru_cache(maxsize=64)
def _spec(field: str, title: str, top: int | None, total: int) -> dict[str, Any]:
    scale = alt.Scale(domain=[0, top]) if top else alt.Scale(domainMin=0)

    def line(name: str, **look: Any) -> alt.Chart:
        return (
            named(name)
            .mark_line(**look)
            .encode(
                x=alt.X("step:Q", title=WORDS["optimiser step"], scale=alt.Scale(domain=[0, total])),
                y=alt.Y(f"{field}:Q", title=title, scale=scale),
                tooltip=["step:Q", alt.Tooltip(f"{field}:Q", format=".3f")],
            )
        )

    return specification(
        alt.layer(line("recorded", strokeDash=[4, 4], opacity=0.7), line("steps")).properties(height=180)
    )
