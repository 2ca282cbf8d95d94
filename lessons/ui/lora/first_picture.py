"""The first picture of the lesson: a weight matrix that stays, and the two low-rank matrices beside it, all to scale;
below it what the model writes without and with them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, series, specification
from lessons.jobs import language, recordings
from lessons.quantity import Badge, Measurement, counted, show
from lessons.text import sections
from lessons.ui.layout.headline import Frame
from lessons.ui.layout.sentences import Passage, SideBySide
from lessons.ui.lora import matrices
from lessons.ui.lora.learning import RANK, judged
from lessons.ui.lora.recipe import SHOWN_AS, Adapting

WORDS = sections("lora")
HEIGHT, NAMES = 230, 120  # pixels of the picture, and of the names at its right
GAP = 0.07  # between two matrices, of the longer side of W
GREY = "#8A97A3"
MOST = int(RANK.options[-1])
BEGIN, WRITTEN = "And the king", (160, 0.5, 0)  # most tokens, temperature, seed


def known(adapting: Adapting) -> dict[str, Measurement]:
    """What was measured or recorded on the new task at each rank, where it was."""
    learnt = {rank: replace(adapting, rank=int(rank)).adapted for rank in RANK.options if rank != "0"}
    return {rank: pair[0] for rank, pair in judged(adapting.of, learnt).items() if pair}


def frames(adapting: Adapting, known: Mapping[str, Measurement]) -> dict[str, Frame]:
    """W, A and B to scale at every rank, with the parameters that are trained and, where it is `known`, how long the
    adapter's file is and how well it does."""
    each = {rank: replace(adapting, rank=int(rank)) for rank in RANK.options}
    return {rank: Frame(charts=[_picture(how, known.get(rank))]) for rank, how in each.items()}


def texts(adapting: Adapting) -> dict[str, SideBySide | None]:
    """What the model writes with its adapter off and on at every rank, as it was recorded; None where it was not."""
    models = {rank: replace(adapting, rank=int(rank)).adapted for rank in RANK.options}
    found = {rank: recordings.find(language.telling, model, BEGIN, *WRITTEN) for rank, model in models.items()}
    off = found["0"]
    return {rank: off and on and _beside(rank, off.result.text, on.result.text) for rank, on in found.items()}


def _beside(rank: str, off: str, on: str) -> SideBySide:
    without = WORDS["first picture: off"]
    title = without if rank == "0" else WORDS["first picture: on"].format(rank=rank)
    return SideBySide(
        [Passage(name, BEGIN, [(text, False)], ("recorded",)) for name, text in ((without, off), (title, on))], ""
    )


def _picture(adapting: Adapting, known: Measurement | None) -> Chart:
    name, (out, into) = matrices.shown(adapting)
    rank, gap = adapting.rank, GAP * max(out, into)
    frozen, trained = WORDS["first picture: frozen"], WORDS["first picture: trained"]
    a = {"matrix": "A", "x": 0, "x2": into, "y": out + gap, "y2": out + gap + rank}
    b = {"matrix": "B", "x": into + gap, "x2": into + gap + rank, "y": 0, "y2": out}
    tracks = [a | {"y2": out + gap + MOST}, b | {"x2": into + gap + MOST}]
    named_at = [
        {"name": f"A: {rank} × {into}\n{trained}", "x": into + gap, "y": out + gap + MOST / 2},
        {"name": f"B: {out} × {rank}\n{trained}", "x": into + 2 * gap + MOST, "y": out / 2},
    ]
    note = _note(adapting, known)
    place = counted(len(matrices.beside(adapting)) * matrices.layers(adapting.of.base), "matrix", "matrices")
    return Chart(
        WORDS["first picture: matrix"].format(name=name, all=place),
        _spec(into + 2 * gap + MOST, out + gap + MOST),
        {
            "frozen": [{"matrix": "W", "x": 0, "x2": into, "y": 0, "y2": out}],
            "tracks": tracks,
            "adapter": [a, b] if rank else [],
            "names": named_at,
            "frozen name": [{"name": f"W: {out} × {into}\n{frozen}", "x": into / 2, "y": out / 2}],
        },
        WORDS["first picture: in words"].format(out=out, into=into, rank=rank, note=note),
        lambda: pd.DataFrame({"matrix": ["W", "A", "B"], "rows": [out, rank, out], "columns": [into, into, rank]}),
        note,
        _badges(known),
    )


def _badges(known: Measurement | None) -> tuple[Badge, ...]:
    """What is trained follows from the shapes; the bytes of the file were recorded or measured, where known."""
    return (known["adapter"].badge,) if known else ("estimated",)


def _note(adapting: Adapting, known: Measurement | None) -> str:
    trained, every = matrices.trained(adapting), matrices.weights(adapting.of.base)
    if not trained:
        return WORDS["first picture: nothing"].format(every=f"{every:,}")
    share = show(100 * trained / every, "%")
    said = WORDS["first picture"].format(trained=f"{trained:,}", every=f"{every:,}", share=share)
    if not known:
        return said
    metric, things = adapting.of.metric, SHOWN_AS[adapting.of.things]
    seen = {"file": known["adapter"], "metric": metric.capitalize(), "things": things, "result": known[metric]}
    return " ".join((said, WORDS["first picture: known"].format(**seen)))


@lru_cache(maxsize=32)
def _spec(wide: float, tall: float) -> dict[str, Any]:
    """One scale for both axes, whatever the width: all of `wide` × `tall` numbers must fit, with names at the right."""
    each = f"max({wide} / max(width - {NAMES}, 1), {tall} / height)"  # numbers a pixel
    ends = {"nice": False, "zero": False, "domainMin": 0}
    x = alt.X("x:Q", axis=None, scale=alt.Scale(**ends, domainMax=alt.ExprRef(f"width * {each}")))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(**ends, domainMax=alt.ExprRef(f"height * {each}"), reverse=True))
    box = {"x": x, "x2": "x2:Q", "y": y, "y2": "y2:Q", "tooltip": alt.Tooltip("matrix:N")}
    say = {"x": x, "y": y, "text": "name:N"}
    layers = [
        named("frozen").mark_rect(color=GREY, opacity=0.45).encode(**box),
        named("tracks").mark_rect(filled=False, stroke=GREY, strokeDash=[3, 3]).encode(**box),
        named("adapter").mark_rect(opacity=1).encode(**box, color=series("adapter")),
        named("frozen name").mark_text(fontSize=13, lineBreak="\n").encode(**say),
        named("names").mark_text(align="left", fontSize=13, lineBreak="\n").encode(**say),
    ]
    return specification(alt.layer(*layers).properties(height=HEIGHT))
