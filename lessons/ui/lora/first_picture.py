"""The first picture of the lesson: a weight matrix that stays, and the two low-rank matrices beside it, all to scale;
below it what the model writes without and with them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, series, specification
from lessons.data.texts import CORPORA
from lessons.jobs import language, recordings
from lessons.quantity import Badge, Measurement, counted, show
from lessons.text import sections
from lessons.ui.layout.headline import Frame
from lessons.ui.layout.sentences import Passage, SideBySide
from lessons.ui.lora import matrices
from lessons.ui.lora.charts import METRICS
from lessons.ui.lora.learning import RANK, judged
from lessons.ui.lora.recipe import SHOWN_AS, AdaptationTask, Adapting

WORDS = sections("lora")
HEIGHT, NAMES = 230, 120  # pixels of the picture, and of the name at its right
LETTER = 0.75  # of the way that A and B can fill: where their letters stand
GAP = 0.07  # between two matrices, of the longer side of W
GREY, DARK = "#8A97A3", "#0B1117"
ADAPTER = "adapter"  # data, and the series whose colour all that is trained has
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
    said = {rank: _titles(adapting.of, rank) for rank in found}
    return {rank: off and on and _beside(said[rank], off.result.text, on.result.text) for rank, on in found.items()}


def _titles(task: AdaptationTask, rank: str) -> tuple[str, str]:
    """What stands above the text without the adapter, and above the one with it."""
    without = WORDS["first picture: off"]
    if task.base in CORPORA:
        without = WORDS("first picture: off, trained on", old=CORPORA[task.base].name)
    return without, without if rank == "0" else WORDS("first picture: on", rank=rank, new=task.new)


def _beside(titles: tuple[str, str], *texts: str) -> SideBySide:
    passages = [
        Passage(title, BEGIN, [(text, False)], ("recorded",)) for title, text in zip(titles, texts, strict=True)
    ]
    return SideBySide(passages, "")


def _picture(adapting: Adapting, known: Measurement | None) -> Chart:
    name, (out, into) = matrices.shown(adapting)
    rank, gap = adapting.rank, GAP * max(out, into)
    a = {"matrix": "A", "x": 0, "x2": into, "y": out + gap, "y2": out + gap + rank}
    b = {"matrix": "B", "x": into + gap, "x2": into + gap + rank, "y": 0, "y2": out}
    letters = [
        {"name": "A", "x": into / 2, "y": out + gap + LETTER * MOST},
        {"name": "B", "x": into + gap + LETTER * MOST, "y": out / 2},
    ]
    covered = rank > LETTER * MOST
    note = _note(adapting, known, name)
    frozen = "\n".join((WORDS["first picture: W"], WORDS("first picture: numbers", numbers=f"{out * into:,}")))
    return Chart(
        WORDS["first picture"],
        _spec(into + 2 * gap + MOST, out + gap + MOST),
        {
            "frozen": [{"matrix": "W", "x": 0, "x2": into, "y": 0, "y2": out}],
            "tracks": [a | {"y2": out + gap + MOST}, b | {"x2": into + gap + MOST}],
            ADAPTER: [a, b] if rank else [],
            "letters": [] if covered else letters,
            "letters_inside": letters if covered else [],
            "trained_name": [{"name": _trained(rank, out, into), "x": into + 2 * gap + MOST, "y": 0}],
            "frozen_name": [{"name": frozen, "x": into / 2, "y": out / 2}],
        },
        WORDS("first picture: in words", out=out, into=into, rank=rank, note=note),
        lambda: pd.DataFrame({"matrix": ["W", "A", "B"], "rows": [out, rank, out], "columns": [into, into, rank]}),
        note,
        _badges(known),
    )


def _trained(rank: int, out: int, into: int) -> str:
    """What A and B of a matrix [out, into] are, and how many numbers they hold beside it, in three lines."""
    if not rank:
        return WORDS["first picture: none"]
    numbers = rank * (out + into)
    share = show(100 * numbers / (out * into), "%")
    said = WORDS("first picture: numbers", numbers=f"{numbers:,}"), WORDS("first picture: share", share=share)
    return "\n".join((WORDS["first picture: A and B"], *said))


def _badges(known: Measurement | None) -> tuple[Badge, ...]:
    """What is trained follows from the shapes; the bytes of the file were recorded or measured, where known."""
    return (known["adapter"].badge,) if known else ("estimated",)


def _note(adapting: Adapting, known: Measurement | None, name: str) -> str:
    trained, every = matrices.trained(adapting), matrices.weights(adapting.of.base)
    if not trained:
        return WORDS("first picture: nothing", every=f"{every:,}")
    pairs = counted(len(matrices.beside(adapting)) * matrices.layers(adapting.of.base), WORDS["pair"], WORDS["pairs"])
    share = show(100 * trained / every, "%")
    numbers = {"trained": f"{trained:,}", "every": f"{every:,}", "share": share}
    said = WORDS("first picture: note", all=pairs, name=name, **numbers)
    if not known:
        return said
    metric, things = adapting.of.metric, SHOWN_AS[adapting.of.things]
    seen = {"file": known["adapter"], "metric": METRICS[metric].capitalize(), "things": things, "result": known[metric]}
    return " ".join((said, WORDS("first picture: known", **seen)))


@lru_cache(maxsize=32)
def _spec(wide: float, tall: float) -> dict[str, Any]:
    """One scale for both axes, whatever the width: all of `wide` × `tall` numbers must fit, with names at the right."""
    each = f"max({wide} / max(width - {NAMES}, 1), {tall} / height)"  # numbers a pixel
    ends = {"nice": False, "zero": False, "domainMin": 0}
    x = alt.X("x:Q", axis=None, scale=alt.Scale(**ends, domainMax=alt.ExprRef(f"width * {each}")))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(**ends, domainMax=alt.ExprRef(f"height * {each}"), reverse=True))
    box = {"x": x, "x2": "x2:Q", "y": y, "y2": "y2:Q", "tooltip": alt.Tooltip("matrix:N")}
    say, lines = {"x": x, "y": y, "text": "name:N"}, {"fontSize": 13, "lineBreak": "\n"}
    letter = {"fontSize": 15, "fontWeight": "bold", "baseline": "middle"}
    said = say | {"color": series(ADAPTER)}
    layers = [
        named("frozen").mark_rect(color=GREY, opacity=0.45).encode(**box),
        named("tracks").mark_rect(filled=False, stroke=GREY, strokeDash=[3, 3]).encode(**box),
        _trains(ADAPTER).mark_rect(opacity=1).encode(**box, color=series(ADAPTER)),
        named("frozen_name").mark_text(**lines, baseline="middle", dy=-8).encode(**say),
        _trains("trained_name").mark_text(**lines, fontWeight="bold", align="left", baseline="top").encode(**said),
        _trains("letters").mark_text(**letter).encode(**said),
        named("letters_inside").mark_text(**letter, color=DARK).encode(**say),
    ]
    return specification(alt.layer(*layers).properties(height=HEIGHT))


def _trains(name: str) -> alt.Chart:
    """A layer over the data of this name, in the colour of what is trained."""
    return alt.Chart(alt.NamedData(name)).transform_calculate(series=f"'{ADAPTER}'")
