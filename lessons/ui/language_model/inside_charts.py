"""A language model opened up: where it looks, what may come next, and what its memory of a text takes."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lessons.charts.bars import layer_bars
from lessons.charts.chart import Chart, named, series, specification
from lessons.charts.lines import Axis, Point, lines
from lessons.language.results import Inside
from lessons.quantity import Quantity, counted
from lessons.text import sections

WORDS = sections("language-model")
STEP, LABELS = 15, 90  # pixels of a row of the picture of attention, and of the words around it
STEPS = 41  # points of a curve
CACHE_BITS = (32, 16, 8, 4)


def probabilities(logits: np.ndarray, temperature: float) -> np.ndarray:
    """e^(logit ÷ T), divided by the sum of all; at temperature 0 the top-1 alone."""
    if temperature == 0:
        return (np.arange(len(logits)) == logits.argmax()).astype(float)
    raised = np.exp((logits.astype(float) - logits.max()) / temperature)
    return raised / raised.sum()


def next_tokens(seen: Inside, temperature: float) -> Chart:
    """The most likely next tokens at a temperature, as bars."""
    found = probabilities(seen.logits, temperature)
    source = WORDS("softmax", temperature=f"{temperature:g}", tokens=f"{len(found):,}")
    bars = {
        f"{rank}. {visible(piece)}": Quantity("probability", 100 * found[at], "%", "measured", source=source)
        for rank, (at, piece) in enumerate(seen.likeliest.items(), start=1)
    }
    return layer_bars(WORDS["next tokens"], bars, what=WORDS["token"], axis=WORDS["probability"], upto=80 * found.max())


def attention(seen: Inside, layer: int, head: int) -> Chart:
    """How much each token (row) looks at each before it (column), in one head."""
    weights = 100 * seen.attention[layer, head].astype(float)
    names = [f"{at} {visible(piece)}" for at, piece in enumerate(seen.pieces, start=1)]
    cells = [
        {"token": names[at], "to": names[to], "share": weights[at, to].item()}
        for at, to in zip(*np.tril_indices(len(names)), strict=True)
    ]
    first = weights[1:, 0].mean() if len(names) > 1 else 100.0
    return Chart(
        WORDS("attention", head=head + 1, layer=layer + 1),
        _squares(tuple(names)),
        {"cells": cells},
        WORDS("attention in words", tokens=len(names), first=f"{first:.0f}"),
        lambda: pd.DataFrame(cells).rename(
            columns={"token": WORDS["token"], "to": WORDS["attends to"], "share": WORDS["attention share"]}
        ),
        note=WORDS["attention: note"],
    )


def cache_growth(seen: Inside) -> Chart:
    """Bytes of keys and values against the tokens read, at some widths, with the weights beside them."""
    longest = max(seen.context, seen.count)
    counts = np.geomspace(1, longest, STEPS)
    curves = {
        WORDS("at bits", bits=bits): [(float(n), float(n) * seen.cache * bits / 8) for n in counts]
        for bits in CACHE_BITS
    }
    curves[WORDS["all weights"]] = [(1.0, seen.parameters / 2), (float(longest), seen.parameters / 2)]
    here, read = seen.count, seen.count * seen.cache * CACHE_BITS[0] / 8
    yours = WORDS("your text here", tokens=counted(here, "token"))
    *caches, (weights, flat) = curves.items()
    ends = [Point(name, *curve[-1], name, place="left") for name, curve in caches]
    ends.append(Point(weights, *flat[0], weights, place="below right"))
    return lines(
        WORDS["cache"],
        Axis(WORDS["tokens read"]),
        Axis(WORDS["bytes"]),
        curves,
        [Point(yours, here, read, next(iter(curves)), place="below right"), *ends],
        note=WORDS("cache: note", numbers=f"{seen.cache:,}"),
        legend=False,
    )


def visible(piece: str) -> str:
    """A token in a chart: blanks and new lines made visible."""
    return piece.replace(" ", "␣").replace("\n", "⏎").replace("\t", "⇥") or WORDS["end"]


@lru_cache(maxsize=32)
def _squares(names: Sequence[str]) -> dict[str, Any]:
    x = alt.X(
        "to:N",
        sort=list(names),
        title=WORDS["attends to"],
        axis=alt.Axis(labelAngle=-90, labelOverlap=False, orient="top"),
    )
    y = alt.Y("token:N", sort=list(names), title=WORDS["token"], axis=alt.Axis(labelOverlap=False))
    shade = alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 100], range=[0.04, 1]), legend=None)
    hovered = [
        alt.Tooltip("token:N", title=WORDS["token"]),
        alt.Tooltip("to:N", title=WORDS["attends to"]),
        alt.Tooltip("share:Q", title=WORDS["attention share"], format=".1f"),
    ]
    cells = named("cells").encode(x=x, y=y, tooltip=hovered)
    return specification(
        cells.mark_rect().encode(opacity=shade, color=series("cells")).properties(height=STEP * len(names) + LABELS)
    )
