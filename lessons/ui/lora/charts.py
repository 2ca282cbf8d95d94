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
from lessons.charts.lines import Axis, Curves, Point, lines
from lessons.quantity import Badge, Measurement, badges_of, show
from lessons.text import sections
from lessons.training.progress import TrainingStep
from lessons.ui.lora.recipe import FULL, HEAD, VECTORS

WORDS = sections("lora")
CHARTS = sections("charts")
Told = Mapping[str, Sequence[TrainingStep]]  # by runner
Judged = tuple[Measurement, Measurement]  # of the new text, of the old one
METRICS = {"loss": WORDS["loss"], "accuracy": WORDS["accuracy"]}  # as readers call them
APART = {"loss": WORDS["apart: loss"], "accuracy": WORDS["apart: accuracy"]}  # how far two of a metric are
REACHED = {"loss": WORDS["threshold: loss"], "accuracy": WORDS["threshold: accuracy"]}  # a value, and how far that is
BETTER = {"loss": WORDS["loss: where to"], "accuracy": WORDS["accuracy: where to"]}
PLACES = {
    "loss": ("left", "below left", "below left", "below left"),
    "accuracy": ("below left", "right", "below right", "below left"),
}  # of names, so that neighbours do not cover each other
BEFORE = {"loss": "below left", "accuracy": "right"}  # of what is where all lines begin: beyond them
FORMATS = {"loss": ".2f", "accuracy": ".0f"}
ADAPTER, UNROUNDED = WORDS["LoRA"], WORDS["on the unrounded base"]
MARKED = 8  # the rank at which curves have their names
STEEP = 4  # times: losses that fall by more are drawn on a logarithmic axis
BESIDE, MOST = 0.6, 110  # room for names at the right of accuracies, as a share of what they span; the last %
FAINT = 0.002  # nats: on a logarithmic axis what is lost must be more
TALL = 280  # pixels of the heat map


def losses(told: Told, kept: Told, methods: bool = True) -> Chart:
    """Loss of each runner while it learns, on what it learns from, over how it was when that was recorded (`kept`).
    `methods`: whether they are methods for one task, each of which has its colour."""
    seen, recorded = (
        {name: [(step.step, step.loss) for step in steps] for name, steps in of.items() if steps} for of in (told, kept)
    )
    others, every = _others(told), [loss for of in (seen, recorded) for curve in of.values() for _, loss in curve]
    steep = bool(every) and max(every) > STEEP * min(every)
    return lines(
        WORDS["race"],
        Axis(CHARTS["optimiser step"], log=False, format="d"),
        Axis(WORDS["race: loss"], log=steep, format="~g" if steep else ".2f"),
        seen,
        height=260,
        note=" ".join([WORDS["race: alike"], *([WORDS["race: recorded"]] if seen and recorded else [])]),
        badges=(("measured",) if seen else ()) + (("recorded",) if recorded else ()),
        recorded=recorded,
        order=(next((name for name in told if name not in others), ""), *others) if methods else (),
    )


def learnt_and_forgotten(
    before: Judged, after: Mapping[str, Judged], new: str, old: str, metric: str = "loss", elsewhere: Sequence[str] = ()
) -> Chart:
    """How well what is old is known, against how well what is new is, both by a metric. `elsewhere`: those that began
    as another model than `before`."""

    def at(judged: Judged) -> tuple[float, float]:
        return judged[0][metric].value, judged[1][metric].value

    start, unit, others = at(before), before[0][metric].unit, _others(after)
    kinds = {name: name if name in others else UNROUNDED if name in elsewhere else ADAPTER for name in after}
    names = {name: f"{name}: {found[0]['trained']} ({found[0]['share']})" for name, found in after.items()}
    said = {"metric": METRICS[metric], "unit": unit}
    return lines(
        WORDS["learnt and forgotten"],
        Axis(WORDS("axis: new", what=new, **said), log=False, format=FORMATS[metric]),
        Axis(WORDS("axis: old", what=old, **said), log=False, format=FORMATS[metric]),
        {kinds[name]: [at(found)] if name in elsewhere else [start, at(found)] for name, found in after.items()},
        [
            Point(WORDS["before"], *start, WORDS["before"], place=BEFORE[metric]),
            *(
                Point(name, *at(found), kinds[name], names[name], place=PLACES[metric][number % 4])
                for number, (name, found) in enumerate(after.items())
            ),
        ],
        height=320,
        note=BETTER[metric],
        badges=badges_of(each[metric] for judged in (before, *after.values()) for each in judged),
        legend=False,
        order=(ADAPTER, *others, UNROUNDED, WORDS["before"]),
        clear=True,
        reach=_room([start, *map(at, after.values())]) if metric == "accuracy" else (),
    )


def _room(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Where an axis of accuracies ends, so that names have room at the right of them."""
    across = [place[0] for place in places]
    return [(min(max(across) + BESIDE * (max(across) - min(across)), MOST), places[0][1])]


def _others(runners: Mapping[str, object]) -> tuple[str, ...]:
    """What races beside an adapter, in the order of its colours, whether it does here or not."""
    vectors = next((name for name in VECTORS.values() if name in runners), VECTORS[True])
    return FULL, HEAD, vectors


def spectra(change: DeltaAnalysis, matrix: str, badge: Badge = "measured") -> Chart:
    """Singular values of one matrix, of what all its weights have learnt, and of what low rank has."""
    at = change.matrices.index(matrix)
    found = {
        WORDS["of the matrix"]: change.weights[at],
        WORDS["full change"]: change.full[at],
        WORDS["low rank change"]: change.low[at],
    }
    curves = {
        name: [(place, float(value)) for place, value in enumerate(values, start=1) if value > 1e-5 * values[0]]
        for name, values in found.items()
    }
    return lines(
        WORDS("spectra", matrix=short(matrix)),
        Axis(WORDS["spectra: number"], log=False, format="d"),
        Axis(WORDS["spectra: value"], format="~g"),
        curves,
        [
            Point(
                name,
                *curve[min(3 * MARKED, len(curve) - 1)],
                name,
                place="right" if curve[2 * MARKED :] else "below right",
            )
            for name, curve in curves.items()
        ],
        note=WORDS["spectra: left out"],
        badges=(badge,),
        legend=False,
        order=_as_kinds(WORDS["of the matrix"]),
        clear=True,
    )


def captured(change: DeltaAnalysis, badge: Badge = "measured") -> Chart:
    """How much of each kind of matrix its first directions hold: Σ σ² of those ÷ Σ σ² of all, mean over the
    matrices."""

    def share(values: np.ndarray) -> list[tuple[float, float]]:
        energy = np.square(values, dtype=float).cumsum(1)
        return list(enumerate((100 * energy / energy[:, -1:]).mean(0).tolist(), start=1))

    curves = {WORDS["full change"]: share(change.full), WORDS["of weights"]: share(change.weights)}
    return lines(
        WORDS["held"],
        Axis(WORDS["kept directions"], format="d", base=2),
        Axis(WORDS["held: share"], log=False, format=".0f"),
        curves,
        _marked(curves, {WORDS["full change"]: "left", WORDS["of weights"]: "below right"}, "%"),
        note=WORDS("held: mean", matrices=len(change.matrices)),
        badges=(badge,),
        legend=False,
        order=_as_kinds(),
        clear=True,
    )


def by_rank(change: DeltaAnalysis, badge: Badge = "measured") -> Chart:
    """What cutting all matrices to a rank loses: of what was known where they are cut, of what is new where only their
    change is."""
    learnt, ends = change.before - change.new, (min(change.cut), max(change.cut))
    weights, of_change, all_of_it = WORDS["weights cut"], WORDS["change cut"], WORDS["all learnt"]
    lost = {
        weights: [(rank, loss - change.old) for rank, loss in change.cut.items()],
        of_change: [(rank, loss - change.new) for rank, loss in change.kept.items()],
        all_of_it: [(rank, learnt) for rank in ends],
    }
    curves = {name: [(rank, loss) for rank, loss in curve if loss > FAINT] for name, curve in lost.items()}
    first = [Point(all_of_it, *at, all_of_it) for at in curves[all_of_it][:1]]
    return lines(
        WORDS["cut"],
        Axis(WORDS["kept directions"], format="d", base=2),
        Axis(WORDS["cut: loss"], format="~g"),
        curves,
        [*_marked(curves, {weights: "below right", of_change: "below left"}, ""), *first],
        note=WORDS["cut: of what"],
        badges=(badge,),
        legend=False,
        order=("", of_change, weights, all_of_it),
        clear=True,
    )


def _marked(curves: Curves, places: Mapping[str, str], unit: str) -> list[Point]:
    """On each of these curves the point of rank 8, or of the last one before, with its name and value."""
    found = {name: [at for at in curves[name] if at[0] <= MARKED] for name in places}
    ends = {name: curve[-1] for name, curve in found.items() if curve}
    return [Point(f"{name}: {show(at[1], unit)}", *at, name, place=places[name]) for name, at in ends.items()]


def _as_kinds(weights: str = WORDS["of weights"]) -> tuple[str, ...]:
    """The kinds of matrices by colour: what an adapter changed and what full fine-tuning did, as these are in the
    race, and the `weights`."""
    return WORDS["low rank change"], WORDS["full change"], weights


def overlap(change: DeltaAnalysis, matrix: str, badge: Badge = "measured") -> Chart:
    """How much of what low rank reads lies within what all weights, trained, read most: 1 is all of it."""
    found = change.overlap[matrix]
    size = len(found)
    cells = [
        {"low": low, "full": full, "shared": shared}
        for low, row in enumerate(found.tolist(), start=1)
        for full, shared in enumerate(row, start=1)
    ]
    ends = {"size": size, "first": f"{found[0, 0]:.2f}", "all": f"{found[-1, -1]:.2f}"}
    columns = {"low": WORDS["shared: low"], "full": WORDS["shared: full"], "shared": WORDS["shared: share"]}
    return Chart(
        WORDS("shared", matrix=short(matrix)),
        _squares(size),
        {"cells": cells},
        WORDS("shared: in words", **ends),
        lambda: pd.DataFrame(cells).rename(columns=columns),
        note=WORDS("shared: note", **ends),
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
    dashed line in its colour."""
    known = {name: {at: found[metric] for at, found in curve.items() if found} for name, curve in curves.items()}
    unit = next((each.unit for curve in known.values() for each in curve.values()), "")
    was = {name: before[name][metric].value for name in before if known.get(name)}
    return lines(
        title,
        Axis(axis, log=False, format="~s"),
        Axis(f"{METRICS[metric]} ({unit})", log=False, format=FORMATS[metric]),
        {name: sorted((at, each.value) for at, each in curve.items()) for name, curve in known.items()},
        [Point(name, here, curve[here].value, name, says=False) for name, curve in known.items() if here in curve],
        note=WORDS["swept: before"] if was else "",
        badges=badges_of(each for curve in known.values() for each in curve.values()),
        recorded={name: [(at, value) for at in sorted(known[name])] for name, value in was.items()},
        dashed=WORDS["before"],
    )


def short(matrix: str) -> str:
    """A matrix as a reader reads it: layer 2, q_proj; conv1."""
    parts = matrix.split(".")
    return WORDS("layer and matrix", layer=int(parts[1]) + 1, matrix=parts[-1]) if len(parts) > 1 else matrix


@lru_cache(maxsize=8)
def _squares(size: int) -> dict[str, Any]:
    x = alt.X("full:O", title=WORDS["shared: full"], axis=alt.Axis(labelAngle=0, labelOverlap=True))
    y = alt.Y("low:O", title=WORDS["shared: low"], axis=alt.Axis(labelOverlap=True))
    shade = alt.Opacity("shared:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 1]), legend=None)
    cells = named("cells").encode(x=x, y=y, tooltip=["low:O", "full:O", alt.Tooltip("shared:Q", format=".2f")])
    return specification(cells.mark_rect().encode(opacity=shade, color=series("cells")).properties(height=TALL))
