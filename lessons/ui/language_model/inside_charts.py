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
    source = f"e^(logit ÷ {temperature:g}) ÷ the sum of that over all {len(found):,} tokens"
    bars = {
        f"{rank}. {visible(piece)}": Quantity("probability", 100 * found[at], "%", "measured", source=source)
        for rank, (at, piece) in enumerate(seen.likeliest.items(), start=1)
    }
    return layer_bars("Most likely next tokens", bars, what="token", axis="probability (%)", upto=80 * found.max())


def attention(seen: Inside, layer: int, head: int) -> Chart:
    """How much each token (row) looks at each before it (column), in one head."""
    weights = 100 * seen.attention[layer, head].astype(float)
    names = [f"{at} {visible(piece)}" for at, piece in enumerate(seen.pieces, start=1)]
    cells = [
        {"token": names[at], "looks at": names[to], "share": weights[at, to].item()}
        for at, to in zip(*np.tril_indices(len(names)), strict=True)
    ]
    first = weights[1:, 0].mean() if len(names) > 1 else 100.0
    return Chart(
        f"Where head {head + 1} of layer {layer + 1} looks",
        _squares(tuple(names)),
        {"cells": cells},
        f"Heat map of {len(names)} by {len(names)} tokens. On average {first:.0f} % of the attention goes to the "
        f"first token.",
        lambda: pd.DataFrame(cells).rename(columns={"share": "attention (%)"}),
        note="Each row sums to 100 %. Nothing looks at what comes after it.",
    )


def cache_growth(seen: Inside) -> Chart:
    """Bytes of keys and values against the tokens read, at some widths, with the weights beside them."""
    longest = max(seen.context, seen.count)
    counts = np.geomspace(1, longest, STEPS)
    curves = {
        f"KV cache, {bits} bits": [(float(n), float(n) * seen.cache * bits / 8) for n in counts] for bits in CACHE_BITS
    }
    curves["all weights, 4 bits"] = [(1.0, seen.parameters / 2), (float(longest), seen.parameters / 2)]
    here, read = seen.count, seen.count * seen.cache * CACHE_BITS[0] / 8
    return lines(
        "The KV cache grows with every token",
        Axis("tokens read"),
        Axis("bytes"),
        curves,
        [Point(f"your text: {counted(here, 'token')}", here, read, next(iter(curves)), place="below right")],
        note=f"{seen.cache:,} numbers a token: 2 × layers × heads of keys × numbers in each.",
    )


def visible(piece: str) -> str:
    """A token in a chart: blanks and new lines made visible."""
    return piece.replace(" ", "␣").replace("\n", "⏎").replace("\t", "⇥") or "(end)"


@lru_cache(maxsize=32)
def _squares(names: Sequence[str]) -> dict[str, Any]:
    x = alt.X(
        "looks at:N",
        sort=list(names),
        title="looks at",
        axis=alt.Axis(labelAngle=-90, labelOverlap=False, orient="top"),
    )
    y = alt.Y("token:N", sort=list(names), title="token", axis=alt.Axis(labelOverlap=False))
    shade = alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 100], range=[0.04, 1]), legend=None)
    cells = named("cells").encode(x=x, y=y, tooltip=["token:N", "looks at:N", alt.Tooltip("share:Q", format=".1f")])
    return specification(
        cells.mark_rect().encode(opacity=shade, color=series("cells")).properties(height=STEP * len(names) + LABELS)
    )
