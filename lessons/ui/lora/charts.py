"""Adaptation: the race, what is learnt and what is forgotten, and a change of weights under the microscope."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lessons.adaptation.results import DeltaAnalysis
from lessons.charts.chart import Chart, named, series, specification
from lessons.charts.lines import Axis, Point, lines
from lessons.quantity import Badge, Measurement, badges_of
from lessons.training.progress import TrainingStep

Told = Mapping[str, Sequence[TrainingStep]]  # by runner
Judged = tuple[Measurement, Measurement]  # of the new text, of the old one
PLACES = {
    "loss": ("left", "below left", "below left", "below left"),
    "accuracy": ("below left", "right", "below right", "below left"),
}  # of names, so that neighbours do not cover each other, nor the lines that lead there
FORMATS = {"loss": ".2f", "accuracy": ".0f"}
TALL = 280  # pixels of the heat map


def losses(told: Told, kept: Told) -> Chart:
    """Loss of each runner while it learns, on what it learns from, over how it was when that was recorded (`kept`)."""
    seen, recorded = (
        {name: [(step.step, step.loss) for step in steps] for name, steps in of.items() if steps} for of in (told, kept)
    )
    return lines(
        "The race",
        Axis("optimiser step", log=False, format="d"),
        Axis("loss since the last report (nats)", log=False, format=".2f"),
        seen,
        height=260,
        note="All runs see the same examples in the same order." + (" Dashed: recorded." if seen and recorded else ""),
        badges=(("measured",) if seen else ()) + (("recorded",) if recorded else ()),
        recorded=recorded,
    )


def learnt_and_forgotten(
    before: Judged, after: Mapping[str, Judged], new: str, old: str, metric: str = "loss", elsewhere: Sequence[str] = ()
) -> Chart:
    """How well what is old is known, against how well what is new is, both by a metric. `elsewhere`: those that began
    as another model than `before`."""

    def at(judged: Judged) -> tuple[float, float]:
        return judged[0][metric].value, judged[1][metric].value

    start, unit = at(before), before[0][metric].unit
    names = {name: f"{name}: {found[0]['trained']} ({found[0]['share']})" for name, found in after.items()}
    return lines(
        "Learnt and forgotten",
        Axis(f"{metric}, new: {new} ({unit})", log=False, format=FORMATS[metric]),
        Axis(f"{metric}, old: {old} ({unit})", log=False, format=FORMATS[metric]),
        {name: [at(found)] if name in elsewhere else [start, at(found)] for name, found in after.items()},
        [
            Point("before", *start, "before", place="right"),
            *(
                Point(name, *at(found), name, names[name], place=PLACES[metric][number % 4])
                for number, (name, found) in enumerate(after.items())
            ),
        ],
        height=320,
        note=(
            f"{'Left' if metric == 'loss' else 'Right'}: more learnt. "
            f"{'Up' if metric == 'loss' else 'Down'}: more forgotten."
        ),
        badges=badges_of(each[metric] for judged in (before, *after.values()) for each in judged),
        legend=False,
    )


def spectra(change: DeltaAnalysis, matrix: str, badge: Badge = "measured") -> Chart:
    """Singular values of one matrix, of what all its weights have learnt, and of what low rank has."""
    at = change.matrices.index(matrix)
    found = {
        "the matrix itself": change.weights[at],
        "change, all weights": change.full[at],
        "change, low rank": change.low[at],
    }
    return lines(
        f"Singular values of {short(matrix)}",
        Axis("number, from the largest on", log=False, format="d"),
        Axis("singular value", format=".0e"),
        {
            name: [(place, float(value)) for place, value in enumerate(values, start=1) if value > 1e-5 * values[0]]
            for name, values in found.items()
        },
        note="Values below 10⁻⁵ of the largest are left out.",
        badges=(badge,),
    )


def captured(change: DeltaAnalysis, badge: Badge = "measured") -> Chart:
    """How much of each kind of matrix its first directions hold: Σ σ² of those ÷ Σ σ² of all, mean over the
    matrices."""

    def share(values: np.ndarray) -> list[tuple[float, float]]:
        energy = np.square(values, dtype=float).cumsum(1)
        return list(enumerate((100 * energy / energy[:, -1:]).mean(0).tolist(), start=1))

    return lines(
        "Held by the first r directions",
        Axis("r", format="d"),
        Axis("share of Σ σ² (%)", log=False, format=".0f"),
        {"the matrices themselves": share(change.weights), "change, all weights": share(change.full)},
        note=f"Mean of {len(change.matrices)} matrices.",
        badges=(badge,),
    )


def by_rank(change: DeltaAnalysis, badge: Badge = "measured") -> Chart:
    """What cutting all matrices to a rank loses: of what was known where they are cut, of what is new where only their
    change is."""
    learnt, ends = change.before - change.new, (min(change.cut), max(change.cut))
    return lines(
        "Lost by cutting to rank r",
        Axis("r", format="d"),
        Axis("loss, above uncut (nats)", log=False, format=".1f"),
        {
            "weights cut: the old": [(rank, loss - change.old) for rank, loss in change.cut.items()],
            "change cut: the new": [(rank, loss - change.new) for rank, loss in change.kept.items()],
            "all that was learnt": [(rank, learnt) for rank in ends],
        },
        note=(
            "All matrices of the model are cut, or all their changes. On part of each test: a little off what "
            "*learn* says."
        ),
        badges=(badge,),
    )


def overlap(change: DeltaAnalysis, matrix: str, badge: Badge = "measured") -> Chart:
    """How much of what low rank reads lies within what all weights, trained, read most: 1 is all of it."""
    found = change.overlap[matrix]
    size = len(found)
    cells = [
        {"low": low, "full": full, "shared": shared}
        for low, row in enumerate(found.tolist(), start=1)
        for full, shared in enumerate(row, start=1)
    ]
    return Chart(
        f"Directions shared, {short(matrix)}",
        _squares(size),
        {"cells": cells},
        f"Heat map of {size} by {size}. The first direction of both: {found[0, 0]:.2f}. All {size}: "
        f"{found[-1, -1]:.2f}.",
        lambda: pd.DataFrame(cells).rename(
            columns={"low": "first i of low rank", "full": "first j of all weights", "shared": "φ(i, j)"}
        ),
        note=(
            f"φ(i, j), from 0 (light) to 1 (dark). The first of both: {found[0, 0]:.2f}; all {size}: "
            f"{found[-1, -1]:.2f}."
        ),
        badges=(badge,),
    )


def swept(
    title: str,
    axis: str,
    curves: Mapping[str, Mapping[float, Measurement | None]],
    here: float,
    metric: str = "loss",
    before: Mapping[str, Measurement] = MappingProxyType({}),
) -> Chart:
    """A metric on some tests against a setting, the one in use marked; `before`: where each was without any of it, as a
    line of its own."""
    known = {name: {at: found[metric] for at, found in curve.items() if found} for name, curve in curves.items()}
    unit = next((each.unit for curve in known.values() for each in curve.values()), "")
    return lines(
        title,
        Axis(axis, log=False, format="~s"),
        Axis(f"{metric} ({unit})", log=False, format=FORMATS[metric]),
        {name: sorted((at, each.value) for at, each in curve.items()) for name, curve in known.items()}
        | {
            f"{name}, before": [(at, before[name][metric].value) for at in sorted(known[name])]
            for name in before
            if known.get(name)
        },
        [Point("", here, curve[here].value, name, says=False) for name, curve in known.items() if here in curve],
        badges=badges_of(each for curve in known.values() for each in curve.values()),
    )


def short(matrix: str) -> str:
    """A matrix as a reader reads it: layer 2, q_proj; conv1."""
    parts = matrix.split(".")
    return f"layer {int(parts[1]) + 1}, {parts[-1]}" if len(parts) > 1 else matrix


@lru_cache(maxsize=8)
def _squares(size: int) -> dict[str, Any]:
    x = alt.X("full:O", title="first j of all weights", axis=alt.Axis(labelAngle=0, labelOverlap=True))
    y = alt.Y("low:O", title="first i of low rank", axis=alt.Axis(labelOverlap=True))
    shade = alt.Opacity("shared:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 1]), legend=None)
    cells = named("cells").encode(x=x, y=y, tooltip=["low:O", "full:O", alt.Tooltip("shared:Q", format=".2f")])
    return specification(cells.mark_rect().encode(opacity=shade, color=series("cells")).properties(height=TALL))
