"""A sweep as a figure that follows its knob: the curves, where we are on them, and the pictures lost there.

All of it is worked out beforehand, so that the browser can draw it while the knob is dragged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from lessons.charts.pictures import changed, in_words
from lessons.data import fashion_mnist
from lessons.data.strip import address
from lessons.quantity import Badge, Measurement, badges_of
from lessons.text import sections

WORDS = sections("charts")
BROKEN = 10  # percentage points of accuracy: a model that has lost more is broken
MISSING = WORDS["not measured"]
Curve = Mapping[str, Measurement | None]  # by the knob's positions, all of them; None: not measured yet


@dataclass(frozen=True)
class Sweep:
    """A title, what the browser draws (`data`: plain JSON), and the table behind it."""

    title: str
    data: Mapping[str, Any]
    table: pd.DataFrame
    badges: tuple[Badge, ...]


def accuracy_sweep(
    axis: str,
    curves: Mapping[str, Curve],
    before: Measurement | None,
    guess: str | None = None,
    positions: Sequence[str] | None = None,
    swept: Sequence[str] | None = None,
    missing: str = MISSING,
) -> Sweep:
    """Test accuracy against a knob, named `axis`: one curve a name, the first of the model in use, whose pictures are
    shown. `before`: what it was unshrunk; `guess`: the position at which the reader said it would break; `positions`:
    all of the knob's, and `swept` those where a curve has points, if not at all; `missing`: what is said where there is
    none yet.
    """
    lines = [{"name": WORDS["chance"], "value": 10.0}]
    if positions:
        curves = {name: {at: curve.get(at) for at in positions} for name, curve in curves.items()}
    in_use = next(iter(curves.values()))
    known = tuple(measurement and measurement.answers for measurement in in_use.values())
    if before:
        lines.append({"name": WORDS("before", accuracy=before["accuracy"]), "value": before["accuracy"].value})
    accuracy = {name: [m and m["accuracy"].value for m in curve.values()] for name, curve in curves.items()}
    return Sweep(
        WORDS("sweep", axis=axis),
        {
            "axis": axis,
            "unit": WORDS["test accuracy"],
            "positions": list(in_use),
            "curves": [{"name": name, "values": values} for name, values in accuracy.items()],
            "lines": lines,
            "guess": guess,
            "guessed": WORDS["your guess"],
            "swept": list(swept) if swept else None,
            "missing": [missing] * len(in_use),
            "said": [
                WORDS("sweep in words", axis=axis, at=at, shown=f"{value:.1f} %" if value is not None else missing)
                for at, value in zip(in_use, next(iter(accuracy.values())), strict=True)
            ],
            **_changes(before and before.answers, known),
        },
        pd.DataFrame(
            {axis: list(in_use)} | {f"{name}, {WORDS['accuracy']}": values for name, values in accuracy.items()}
        ).dropna(thresh=2),
        badges_of(found["accuracy"] for curve in curves.values() for found in curve.values() if found),
    )


def breaks_at(curve: Curve, before: Measurement, points: float = BROKEN) -> str | None:
    """Coming down from the last position, the first at which more than so many points of accuracy are lost, if any."""
    lost = {
        position: before["accuracy"].value - measured["accuracy"].value
        for position, measured in curve.items()
        if measured
    }
    return next((position for position, value in reversed(lost.items()) if value > points), None)


@lru_cache(maxsize=64)
def _changes(before: bytes | None, after: tuple[bytes | None, ...]) -> dict[str, Any]:
    """At each position: a sentence on how many answers changed, and the pictures, as places in one strip."""
    names, right = fashion_mnist.CLASSES, fashion_mnist.test_labels()
    known = [(before, now) if before and now else None for now in after]
    shown = [changed(right, *pair) if pair else [] for pair in known]
    place = {at: n for n, at in enumerate(dict.fromkeys(at for some in shown for at in some))}
    return {
        "words": [in_words(right, *pair) if pair else "" for pair in known],
        "strip": address(tuple(place)) if place else "",
        "pictures": [
            [
                {
                    "place": place[at],
                    "right": names[right[at]],
                    "change": f"{names[pair[0][at]]} → {names[pair[1][at]]} {'✓' if pair[1][at] == right[at] else '✗'}",
                }
                for at in some
            ]
            for pair, some in zip(known, shown, strict=True)
        ],
    }
