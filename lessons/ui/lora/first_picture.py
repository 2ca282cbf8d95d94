"""The first picture of the lesson: a weight matrix that stays, plus the product of two low-rank matrices, all to scale;
below it what the model writes without and with them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, series, specification
from lessons.data.texts import CORPORA
from lessons.jobs import adaptation, language, recordings
from lessons.quantity import Badge, Measurement, Quantity, badges_of, counted, show
from lessons.text import sections
from lessons.ui.layout.headline import Frame
from lessons.ui.layout.sentences import Passage, SideBySide
from lessons.ui.lora import matrices
from lessons.ui.lora.charts import METRICS
from lessons.ui.lora.learning import RANK, judged
from lessons.ui.lora.recipe import SHOWN_AS, AdaptationTask, Adapting

WORDS = sections("lora")
HEIGHT, NAMES = 230, 56  # pixels of the picture, and of what is said below A
LETTER, BESIDE = 0.75, 0.12  # of the way that A and B can fill: up to where their letters stand beside them; how far
GAP = 0.07  # between two matrices, of the longer side of W
GREY, DARK = "#8A97A3", "#0B1117"
ADAPTER = "adapter"  # data, and the series whose colour all that is trained has
NONE, MOST = RANK.options[0], int(RANK.options[-1])
BEGIN, WRITTEN = "And the king", (160, 0.5, 0)  # most tokens, temperature, seed


def known(adapting: Adapting) -> dict[str, Measurement]:
    """What was measured or recorded on the new task at each rank, where it was; at 0, before, what was recorded."""
    learnt = {rank: replace(adapting, rank=int(rank)).adapted for rank in RANK.options if rank != NONE}
    before = recordings.find(adaptation.judging, adapting.below, adapting.of.to)
    found = {rank: pair[0] for rank, pair in judged(adapting.of, learnt).items() if pair}
    return found | ({NONE: before.result} if before else {})


def frames(adapting: Adapting, known: Mapping[str, Measurement]) -> dict[str, Frame]:
    """W, A and B to scale at every rank, with the weights that are trained and, where it is `known`, how long the
    adapter's file is and how well the model does with it, and without."""
    each = {rank: replace(adapting, rank=int(rank)) for rank in RANK.options}
    return {rank: Frame(charts=[_picture(how, known.get(rank), known.get(NONE))]) for rank, how in each.items()}


def texts(adapting: Adapting) -> dict[str, SideBySide | None]:
    """What the model writes with its adapter off and on at every rank, as it was recorded; None where it was not."""
    models = {rank: replace(adapting, rank=int(rank)).adapted for rank in RANK.options}
    found = {rank: recordings.find(language.telling, model, BEGIN, *WRITTEN) for rank, model in models.items()}
    off = found[NONE]
    said = {rank: _titles(adapting.of, rank) for rank in found}
    return {rank: off and on and _beside(said[rank], off.result.text, on.result.text) for rank, on in found.items()}


def _titles(task: AdaptationTask, rank: str) -> tuple[str, str]:
    """What stands above the text without the adapter, and above the one with it."""
    without = WORDS["first picture: off"]
    if task.base in CORPORA:
        without = WORDS("first picture: off, trained on", old=CORPORA[task.base].name)
    return without, without if rank == NONE else WORDS("first picture: on", new=task.new)


def _beside(titles: tuple[str, str], *texts: str) -> SideBySide:
    passages = [
        Passage(title, BEGIN, [(text, False)], ("recorded",)) for title, text in zip(titles, texts, strict=True)
    ]
    return SideBySide(passages, "")


def _picture(adapting: Adapting, known: Measurement | None, before: Measurement | None) -> Chart:
    _, (out, into) = matrices.shown(adapting)
    rank, gap = adapting.rank, GAP * max(out, into)
    b_from, a_from = into + 2 * gap, into + 4 * gap + MOST
    b = {"matrix": "B", "x": b_from, "x2": b_from + rank, "y": 0, "y2": out}
    a = {"matrix": "A", "x": a_from, "x2": a_from + into, "y": 0, "y2": rank}
    letters = [
        {"name": "B", "x": b_from + min(rank + BESIDE * MOST, LETTER * MOST), "y": out / 2},
        {"name": "A", "x": a_from + into / 2, "y": min(rank + BESIDE * MOST, LETTER * MOST)},
    ]
    covered = rank > LETTER * MOST
    note = _note(adapting, known, before)
    frozen = "\n".join((WORDS["first picture: frozen"], WORDS("first picture: shape", name="W", out=out, into=into)))
    return Chart(
        WORDS["first picture"],
        _spec(a_from + into, out, MOST + gap / 2),
        {
            "frozen": [{"matrix": "W", "x": 0, "x2": into, "y": 0, "y2": out}],
            "tracks": [b | {"x2": b_from + MOST}, a | {"y2": MOST}],
            ADAPTER: [a, b] if rank else [],
            "letters": [] if covered else letters,
            "letters_inside": letters if covered else [],
            "trained_name": [{"name": _trained(rank, out, into), "x": a_from, "y": MOST + gap / 2}],
            "frozen_name": [{"name": frozen, "x": into / 2, "y": out / 2}],
            "signs": [
                {"name": "+", "x": into + gap, "y": out / 2},
                {"name": "×", "x": a_from - gap, "y": out / 2},
            ],
        },
        WORDS("first picture: in words", out=out, into=into, rank=rank, note=note),
        lambda: pd.DataFrame({"matrix": ["W", "A", "B"], "rows": [out, rank, out], "columns": [into, into, rank]}),
        note,
        _badges(rank, known, before),
    )


def _trained(rank: int, out: int, into: int) -> str:
    """What A and B beside a matrix [out, into] are, and their shapes, in three lines."""
    if not rank:
        return WORDS["first picture: none"]
    shapes = {"B": (out, rank), "A": (rank, into)}  # as they stand
    said = [WORDS("first picture: shape", name=name, out=rows, into=wide) for name, (rows, wide) in shapes.items()]
    return "\n".join((WORDS["first picture: trained"], *said))


def _badges(rank: int, *known: Measurement | None) -> tuple[Badge, ...]:
    """What is trained follows from the shapes; what the note says beside it was recorded or measured, where known."""
    if not (rank and known[0]):
        return ("estimated",)
    return badges_of(found.quantities[0] for found in known if found)


def _note(adapting: Adapting, known: Measurement | None, before: Measurement | None) -> str:
    trained, every = matrices.trained(adapting), matrices.weights(adapting.of.base)
    if not trained:
        return WORDS("first picture: nothing", every=f"{every:,}")
    pairs = counted(len(matrices.beside(adapting)) * matrices.layers(adapting.of.base), WORDS["pair"], WORDS["pairs"])
    share = show(100 * trained / every, "%")
    said = WORDS("first picture: note", all=pairs, trained=f"{trained:,}", every=f"{every:,}", share=share)
    if not known:
        return said
    metric, things = adapting.of.metric, SHOWN_AS[adapting.of.things]
    result = _short(known[metric])
    if before:
        result = WORDS("first picture: and before", now=result, before=_short(before[metric]))
    seen = {"file": known["adapter"], "metric": METRICS[metric].capitalize(), "things": things, "result": result}
    return " ".join((said, WORDS("first picture: known", **seen)))


def _short(quantity: Quantity) -> str:
    """A loss without its unit, which this lesson explains further down."""
    return f"{quantity.value:.3f}" if quantity.unit == "nats" else str(quantity)


@lru_cache(maxsize=32)
def _spec(wide: float, tall: float, named_from: float) -> dict[str, Any]:
    """One scale for both axes, whatever the width: all of `wide` × `tall` numbers must fit, and what is said from
    `named_from` down."""
    each = f"max({wide} / max(width, 1), {tall} / height, {named_from} / (height - {NAMES}))"  # numbers a pixel
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
        named("signs").mark_text(**letter, color=GREY).encode(**say),
        _trains("trained_name").mark_text(**lines, fontWeight="bold", align="left", baseline="top").encode(**said),
        _trains("letters").mark_text(**letter).encode(**said),
        named("letters_inside").mark_text(**letter, color=DARK).encode(**say),
    ]
    return specification(alt.layer(*layers).properties(height=HEIGHT))


def _trains(name: str) -> alt.Chart:
    """A layer over the data of this name, in the colour of what is trained."""
    return alt.Chart(alt.NamedData(name)).transform_calculate(series=f"'{ADAPTER}'")
