"""Loss and accuracy while a model trains."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.training.progress import PROBE, TrainingStep


def training_curves(
    steps: Sequence[TrainingStep], total: int, probe: str = f"{PROBE:,} test pictures"
) -> tuple[Chart, Chart]:
    """Training loss, and accuracy on the probe, against optimiser steps."""
    table = pd.DataFrame({"step": [s.step for s in steps], "loss": [s.loss for s in steps]})
    seen = [s for s in steps if s.accuracy is not None]
    probes = pd.DataFrame({"step": [s.step for s in seen], "accuracy": [s.accuracy for s in seen]})
    last_loss = f"{steps[-1].loss:.2f}" if steps else "none yet"
    last_accuracy = f"{seen[-1].accuracy:.1f} %" if seen else "none yet"
    return (
        Chart(
            "Loss while training",
            _spec("loss", "loss (nats)", None, total),
            {"steps": table},
            f"Loss, last: {last_loss}.",
            lambda: table,
        ),
        Chart(
            f"Accuracy on {probe}",
            _spec("accuracy", "accuracy (%)", 100, total),
            {"steps": probes},
            f"Accuracy, last: {last_accuracy}.",
            lambda: probes,
        ),
    )


@lru_cache(maxsize=64)
def _spec(field: str, title: str, top: int | None, total: int) -> dict[str, Any]:
    scale = alt.Scale(domain=[0, top]) if top else alt.Scale(domainMin=0)
    return specification(
        named("steps")
        .mark_line()
        .encode(
            x=alt.X("step:Q", title="optimiser step", scale=alt.Scale(domain=[0, total])),
            y=alt.Y(f"{field}:Q", title=title, scale=scale),
            tooltip=["step:Q", alt.Tooltip(f"{field}:Q", format=".3f")],
        )
        .properties(height=180)
    )
