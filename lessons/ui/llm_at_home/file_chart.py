"""The bytes of a file's weights, layer by layer, coloured by the type of their blocks."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, Rows, named, specification
from lessons.estimate.weight_blocks import BITS
from lessons.quantity import show
from lessons.text import sections

WORDS = sections("llm-at-home")
HIGH = 180  # pixels
WIDE = 0.9  # of the place of a layer
LEAST = 0.002  # of all bytes in layers: a type with less is not drawn
MEGA = 1e6


def by_layer(layers: Mapping[str, Sequence[int]]) -> Chart:
    """`layers`: bytes by type, first of what is in no layer, then of each layer, last of the head."""
    inside = {kind: sizes[1:-1] for kind, sizes in layers.items()}
    least = LEAST * sum(map(sum, inside.values()))
    drawn = sorted((kind for kind in inside if sum(inside[kind]) > least), key=lambda kind: -BITS.get(kind, 16))
    rows = [*_rows({kind: inside[kind] for kind in drawn})]
    totals = ", ".join(f"{kind} {show(sum(sizes), 'bytes')}" for kind, sizes in inside.items() if any(sizes))
    count = max((len(sizes) for sizes in inside.values()), default=0)
    return Chart(
        WORDS["gguf: title"],
        _spec(tuple(drawn)),
        {"layers": rows},
        WORDS("gguf: in words", layers=count, said=totals),
        lambda: _table(rows),
        _ends(layers),
        ("measured",),
    )


def _rows(inside: Mapping[str, Sequence[int]]) -> Iterator[dict[str, Any]]:
    """A rectangle for each type in each layer, on top of those before it."""
    for at, sizes in enumerate(zip(*inside.values(), strict=True), 1):
        below = 0.0
        for kind, size in zip(inside, sizes, strict=True):
            top = below + size / MEGA
            place = {"from": at - WIDE / 2, "to": at + WIDE / 2, "below": below, "top": top}
            if size:
                yield {"layer": at, "type": kind, "value": size / MEGA, "shown": show(size, "bytes")} | place
            below = top


def _ends(layers: Mapping[str, Sequence[int]]) -> str:
    """What is in no layer, in words: by type."""
    found = ((WORDS["gguf: embedding"], 0), (WORDS["gguf: head"], -1))
    said = [
        WORDS("gguf: end", end=end, size=show(sizes[at], "bytes"), type=kind)
        for end, at in found
        for kind, sizes in layers.items()
        if sizes[at] >= MEGA
    ]
    return WORDS("gguf: note", ends=", ".join(said)) if said else ""


def _table(rows: Rows) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["layer", "type", "value"])
    table.columns = [WORDS["gguf: layer"], WORDS["gguf: type"], WORDS["gguf: value"]]
    return table


@lru_cache(maxsize=32)
def _spec(kinds: tuple[str, ...]) -> dict[str, Any]:
    legend = alt.Legend(orient="top", title=None, columns=4)
    axis = alt.Axis(grid=False, format="d", tickMinStep=1)
    bars = (
        named("layers")
        .mark_rect()
        .encode(
            x=alt.X("from:Q", title=WORDS["gguf: layer"], axis=axis, scale=alt.Scale(nice=False, zero=False)),
            x2="to:Q",
            y=alt.Y("below:Q", title=WORDS["gguf: value"]),
            y2="top:Q",
            color=alt.Color("type:N", scale=alt.Scale(domain=list(kinds)), sort=list(kinds), legend=legend),
            tooltip=["layer:Q", "type:N", "shown:N"],
        )
    )
    return specification(alt.layer(bars).properties(height=HIGH))
