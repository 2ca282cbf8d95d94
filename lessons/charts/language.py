"""A language model in pictures: where it looks, what may come next, what its memory of a text takes, what shrinking costs, and
what limits its speed."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lessons.charts.chart import Chart, named, series, specification
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.network import layer_bars
from lessons.charts.surface import Surface
from lessons.language.seen import FACTORS, Flow, Inside, Pace
from lessons.quantity import Measurement, Quantity

STEP, LABELS = 15, 90  # pixels of a row of the picture of attention, and of the words around it
STEPS = 41  # points of a curve
CACHE_BITS = (32, 16, 8, 4)
DRAWN = 400  # columns of a heat map, at most: a screen has no more, and would leave some out
ROOF = "at best (estimated)"


def probabilities(logits: np.ndarray, temperature: float) -> np.ndarray:
    """e^(logit ÷ T), divided by the sum of all; at temperature 0 the likeliest alone."""
    if temperature == 0:
        return (np.arange(len(logits)) == logits.argmax()).astype(float)
    raised = np.exp((logits.astype(float) - logits.max()) / temperature)
    return raised / raised.sum()


def next_tokens(seen: Inside, temperature: float) -> Chart:
    """The likeliest next tokens at a temperature, as bars."""
    found = probabilities(seen.logits, temperature)
    source = f"e^(logit ÷ {temperature:g}) ÷ the sum of that over all {len(found):,} tokens"
    bars = {
        f"{rank}. {visible(piece)}": Quantity("probability", 100 * found[at], "%", "measured", source=source)
        for rank, (at, piece) in enumerate(seen.likeliest.items(), start=1)
    }
    return layer_bars("What may come next", bars, what="token", axis="probability (%)", upto=80 * found.max())


def attention(seen: Inside, layer: int, head: int) -> Chart:
    """How much each token (row) looks at each before it (column), in one head."""
    weights = 100 * seen.attention[layer, head].astype(float)
    names = [f"{at} {visible(piece)}" for at, piece in enumerate(seen.pieces, start=1)]
    at, to = np.tril_indices(len(names))
    cells = pd.DataFrame(
        {"token": [names[i] for i in at], "looks at": [names[j] for j in to], "share": weights[at, to]}
    )
    first = weights[1:, 0].mean() if len(names) > 1 else 100.0
    return Chart(
        f"Where head {head + 1} of layer {layer + 1} looks",
        _squares(tuple(names)),
        {"cells": cells},
        f"Heat map of {len(names)} by {len(names)} tokens. On average {first:.0f} % of the attention goes to the first token.",
        cells.rename(columns={"share": "attention (%)"}),
        note="Each row sums to 100 %. Nothing looks at what comes after it.",
    )


def cache_growth(seen: Inside) -> Chart:
    """Bytes of keys and values against the tokens read, at some widths, with the weights beside them."""
    longest = max(seen.context, seen.count)
    counts = np.geomspace(1, longest, STEPS)
    curves = {
        f"cache, {bits} bits": [(float(n), float(n) * seen.cache * bits / 8) for n in counts]
        for bits in CACHE_BITS
    }
    curves["all weights, 4 bits"] = [(1.0, seen.parameters / 2), (float(longest), seen.parameters / 2)]
    here, read = seen.count, seen.count * seen.cache * CACHE_BITS[0] / 8
    return lines(
        "The cache grows with every token",
        Axis("tokens read"),
        Axis("bytes"),
        curves,
        [Point(f"your text: {here} tokens", here, read, next(iter(curves)), place="below right")],
        note=f"{seen.cache:,} numbers a token: 2 × layers × heads of keys × numbers in each.",
    )


def damage(
    curves: Mapping[str, Mapping[str, Measurement | None]],
    before: Measurement | None,
    here: Measurement | None,
    token: str,
) -> Chart:
    """Perplexity against the bytes of the file; a curve a way to shrink. `before`, `here`: the unshrunk model, and the one that
    is shown."""

    def at(found: Measurement) -> tuple[float, float]:
        return found["packed"].value, found["perplexity"].value

    known = {name: {place: found for place, found in curve.items() if found} for name, curve in curves.items()}
    points = [
        Point(place, *at(found), name, f"loss {found['loss']}", says=name == next(iter(known)))
        for name, curve in known.items()
        for place, found in curve.items()
    ]
    marks = {"unshrunk": before, "shown": here}
    points += [Point(name, *at(found), name, place="below right") for name, found in marks.items() if found]
    return lines(
        f"Perplexity a {token} against the file",
        Axis("bytes of the file"),
        Axis("perplexity", format=".3~s"),
        {name: [at(found) for found in curve.values()] for name, curve in known.items()},
        points,
        height=380,
        badge=next((found["perplexity"].badge for found in (here, before) if found), "measured"),
    )


def students(curves: Mapping[str, Mapping[str, Measurement | None]], name: str, axis: str) -> Chart:
    """Perplexity a character, whatever a token is, against what a model takes (a quantity by name): a curve a model, each
    rounded to fewer bits."""

    def at(found: Measurement) -> tuple[float, float]:
        return found[name].value, math.exp(found["loss a character"].value)

    known = {of: {place: found for place, found in curve.items() if found} for of, curve in curves.items()}
    return lines(
        f"Perplexity a character against {axis.partition(' (')[0]}",
        Axis(axis),
        Axis("perplexity a character", format=".3~s"),
        {of: [at(found) for found in curve.values()] for of, curve in known.items()},
        [
            Point(place, *at(found), of, f"{of}: {found['loss a character']} a character", says=of == next(iter(known)))
            for of, curve in known.items()
            for place, found in curve.items()
        ],
        badge="measured" if name == "packed" else "estimated",
    )


def doubles_at(curve: Mapping[str, Measurement | None], before: Measurement | None) -> str | None:
    """Coming down from the most bits, the first at which perplexity is twice what it was; None while that is not known."""
    if before is None or not all(curve.values()):
        return None
    twice = 2 * before["perplexity"].value
    found = (place for place, found in reversed(curve.items()) if found["perplexity"].value > twice)
    return next(found, "").partition(" ")[0] or None


def injected_errors(flow: Flow, factor: float) -> Chart:
    """The error of a layer's output against how much larger its largest channel is made, by the way of rounding."""
    at = FACTORS.index(factor)
    known = {
        way: [each for each in zip(FACTORS, errors, strict=True) if np.isfinite(each[1])]
        for way, errors in flow.errors.items()
    }
    note = "× 1 is the model as it is. What the layer computes stays the same: its weights are made as much smaller."
    if any(len(each) < len(FACTORS) for each in known.values()):
        note += " A line ends where a number is larger than 16 bits can hold (65,504)."
    return lines(
        "One large channel, 8 bits, and who shares a scale",
        Axis("largest channel made so many times as large (injected)", format="~g"),
        Axis("error of the output (%)", format="~g"),
        known,
        [
            Point(f"{errors[at]:.2g} %", factor, errors[at], way, place="below right" if rank else "right")
            for rank, (way, errors) in enumerate(flow.errors.items())
            if np.isfinite(errors[at])
        ],
        note=note,
        badge="measured",
    )


def outliers(flow: Flow, place: str) -> Surface:
    """The largest number of every channel of every layer, as a heat map."""
    import plotly.graph_objects as go  # slow to load: only those who look at it wait for it

    layers, channels = flow.largest.shape
    layer, channel = np.unravel_index(flow.largest.argmax(), flow.largest.shape)
    most, usual = flow.largest.max(), flow.usual[layer]
    each = -(-channels // DRAWN)  # channels in a column of the picture, of which the largest is drawn
    drawn = np.maximum.reduceat(flow.largest, np.arange(0, channels, each), axis=1)
    decades = np.log10(np.maximum(drawn, 1e-3))
    ticks = list(range(int(np.floor(decades.min())), int(np.ceil(decades.max())) + 1))
    figure = go.Figure(
        go.Heatmap(
            z=decades,
            x=list(range(0, channels, each)),
            y=list(range(1, layers + 1)),
            customdata=drawn,
            hovertemplate="layer %{y}, channel %{x}"
            + (f" and the {each - 1} after it" if each > 1 else "")
            + ": %{customdata:.3g}<extra></extra>",
            colorscale="Viridis",
            colorbar={"title": "largest |x|", "tickvals": ticks, "ticktext": [f"{10.0**t:g}" for t in ticks]},
        )
    )
    figure.update_layout(
        height=380,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        xaxis={"title": "channel"},
        yaxis={"title": "layer", "autorange": "reversed", "dtick": max(1, layers // 8)},
    )
    figure.add_annotation(x=int(channel), y=int(layer) + 1, text=f"{most:,.0f}", showarrow=True, bgcolor="white")
    words = (
        f"The largest of all, {most:,.0f} in channel {channel} of layer {layer + 1}, is {most / usual:,.0f} times the mean "
        f"of its layer. {layers} layers, {channels:,} channels, 128 tokens."
    )
    table = pd.DataFrame(
        {
            "layer": range(1, layers + 1),
            "largest |x|": flow.largest.max(1),
            "in channel": flow.largest.argmax(1),
            "mean |x|": flow.usual,
        }
    )
    return Surface(f"Numbers that flow into each layer's {place}", figure, words, table)


def roofline(pace: Pace, bits: float) -> Chart:
    """MACs a second against MACs for each byte read: what this machine could do at best, prompts of some lengths and writing,
    as measured, and the roof over writing with weights of so many bits, if they were read as such."""
    top, ridge = pace.macs_a_second, pace.macs_a_second / pace.bandwidth
    least = pace.macs / pace.bytes / 2
    most = max(ridge * 4, pace.macs * max(pace.prefill) / pace.bytes * 2)
    points = [
        Point(
            f"{n} read at once",
            *_dot(pace, n, seconds),
            "measured here",
            f"{1000 * seconds:.3g} ms",
            place="below right",
        )
        for n, seconds in pace.prefill.items()
        if n > 1
    ]
    points.append(
        Point("writing", *_dot(pace, 1, pace.decode), "measured here", f"{1 / pace.decode:,.0f} a second", place="left")
    )
    small = pace.macs / pace.bytes * 32 / bits
    points.append(
        Point(
            f"writing, {bits:.3g} bits",
            small,
            min(top, small * pace.bandwidth),
            ROOF,
            "if weights are read packed",
            place="below right",
        )
    )
    return lines(
        "The roofline of this machine, one core",
        Axis("MACs for each byte read", format="~g"),
        Axis("MACs a second"),
        {ROOF: [(least, least * pace.bandwidth), (ridge, top), (max(most, small * 2), top)]},
        points,
        height=380,
        note=f"Roof: {pace.bandwidth / 1e9:.1f} GB/s read, and {top / 1e9:.0f} GMACs/s in a matrix product, both measured now.",
        badge="measured",
    )


def _dot(pace: Pace, tokens: int, seconds: float) -> tuple[float, float]:
    return tokens * pace.macs / pace.bytes, tokens * pace.macs / seconds


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
