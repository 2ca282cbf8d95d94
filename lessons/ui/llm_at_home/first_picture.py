"""The first picture of the lesson: a card's memory as a jar, drawn to scale, and a model poured into it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from lessons.charts.chart import REACH, Chart, named, specification
from lessons.charts.line_names import apart
from lessons.estimate.at_home import ACTIVATIONS, CACHE, REST, STATE, UNEVEN, WEIGHTS, Home, elsewhere, memory
from lessons.estimate.gguf_size import NATIVE, bits_a_weight
from lessons.estimate.roofline import Machine
from lessons.text import sections
from lessons.ui.layout.headline import Frame
from lessons.ui.llm_at_home.knobs import FORMS, Asked, form_at
from lessons.ui.llm_at_home.places import at_most
from lessons.ui.llm_at_home.sizes import GB, in_both, in_gb
from lessons.ui.state.knob import Knob

WORDS = sections("llm-at-home")
HEIGHT, LINE = 300, 18  # pixels: of the picture, and from one label to the next
GREY, OVER = "#8A97A3", "#E5484D"
LEFT, RIGHT, LIP = 0.03, 0.47, 0.025  # the jar's walls and its lip, as shares of the width
LABELS = 0.56  # where labels begin
ROOM, MOST = 1.04, 2  # above what is highest; and how many jars high the picture is at most
PARTS = (WEIGHTS, CACHE, STATE, ACTIVATIONS, REST, UNEVEN)
COLOURED = (WEIGHTS, CACHE, ACTIVATIONS, REST, UNEVEN, STATE)  # few models have a state: others keep their colours
RIM, ABOVE = "rim", "above"
CUT = " ↑"  # at what goes on above the picture


class Filling(NamedTuple):
    """One part of what the model takes, in bytes from the jar's floor."""

    part: str
    low: float
    high: float


def frames(places: Mapping[tuple[str, ...], Asked], moved: Sequence[Knob]) -> dict[tuple[str, ...], Frame]:
    """The jar wherever the sliders are."""
    return {at: Frame(charts=[_jar(asked, layers(asked.home), reach(asked, moved))]) for at, asked in places.items()}


def reach(asked: Asked, moved: Sequence[Knob]) -> float:
    """Bytes where the axis ends: at the most that it takes with the sliders `moved` at their ends and in any format, or
    the card has; but at MOST jars: otherwise the jar of a small card would be a line."""
    rim, highest = asked.machine.memory, _highest(at_most(asked, moved).home, asked.listed)
    return min(ROOM * max(highest, rim), MOST * rim)


@lru_cache(maxsize=64)
def _highest(home: Home, listed: str) -> float:
    """Bytes on the card in the format that takes most."""
    forms = (form_at(home.shape, stop, listed) for stop in FORMS)
    return max(layers(replace(home, form=form))[-1].high for form in forms)


def layers(home: Home) -> list[Filling]:
    """What is on the card, from the floor up: weights, KV cache, state of linear layers, activations, runtime, what a
    split wastes."""
    found, parts = [], memory(home)
    for part in filter(parts.__contains__, PARTS):
        low = found[-1].high if found else 0.0
        found.append(Filling(part, low, low + parts[part]))
    return found


def note(home: Home, machine: Machine) -> str:
    """Whether it fits, in words: how many bytes are free or too many, on the card or in main memory."""
    takes, outside = layers(home)[-1].high, elsewhere(home)
    says = {
        "takes": in_gb(takes),
        "memory": in_gb(machine.memory),
        "left": in_gb(abs(machine.memory - takes)),
        "outside": in_gb(outside),
        "main": in_gb(machine.main),
    }
    fits, too_much = WORDS["jar: fits"], WORDS["jar: too much"]
    said = [fits if takes <= machine.memory else too_much]
    if outside > machine.main:
        said.append(WORDS["jar: small main memory"])
    elif outside:
        said.append(WORDS["jar: offloaded"])
    return " ".join(said).format(**says)


def title(asked: Asked) -> str:
    """The model, its format as the slider calls it with its bits per weight, and the card."""
    home = asked.home
    form = NATIVE if asked.stop == NATIVE and not home.shape.own else home.form  # of a file that was dropped its own
    bits = f"{bits_a_weight(home.shape, home.form):.2g}"
    return WORDS("jar: title", model=home.shape.name, card=asked.machine.name, form=form, bits=bits)


def _jar(asked: Asked, poured: Sequence[Filling], most: float) -> Chart:
    home, machine = asked.home, asked.machine
    takes, rim, said = poured[-1].high, machine.memory, note(home, machine)
    labels = spread(_marks(poured, rim, most), most)
    of = {kind: [row for row in labels if row["part"] == kind] for kind in (RIM, ABOVE)}
    ends = {"left": LEFT - LIP, "right": RIGHT + LIP, "from": rim / GB, "to": min(takes, most) / GB}
    sizes = ", ".join(f"{each.part} {_size(each)}" for each in poured)
    return Chart(
        title(asked),
        _spec(),
        {
            "poured": [
                {"part": each.part, "left": LEFT, "right": RIGHT, "from": each.low / GB, "to": min(each.high, rim) / GB}
                for each in poured
                if each.low < rim
            ],
            "over": [ends] if takes > rim else [],
            "edges": [{"left": LEFT, "right": RIGHT, "at": each.high / GB} for each in poured[:-1] if each.high < most],
            "walls": [{"left": wall, "from": 0, "to": rim / GB} for wall in (LEFT, RIGHT)],
            "floor": _floor(rim / GB),
            "leaders": [row for row in labels if row["part"] in PARTS],
            "rim": of[RIM],
            "above": of[ABOVE],
            "labels": [row for row in labels if row["part"] != ABOVE],
            "alarm": of[ABOVE],
            REACH: [{"to": 0}, {"to": most / GB}],
        },
        WORDS("jar: in words", memory=in_both(rim), parts=sizes, note=said),
        lambda: pd.DataFrame([{WORDS["jar: part"]: each.part, "GB": (each.high - each.low) / GB} for each in poured]),
        said,
        ("estimated",),
    )


def _marks(poured: Sequence[Filling], rim: float, most: float) -> list[tuple[str, float, str]]:
    """What has a label: the kind of the mark, its height in bytes, and the text."""
    takes = poured[-1].high
    middle = lambda low, high: (low + min(high, most)) / 2  # of what is in the picture
    marks = [(each.part, middle(each.low, each.high), f"{each.part} {_size(each)}") for each in poured]
    marks.append((RIM, rim, WORDS("jar: rim", size=in_both(rim))))
    if takes > rim:
        cut = CUT if takes > most else ""
        marks.append((ABOVE, middle(rim, takes), WORDS("jar: above", size=in_gb(takes - rim)) + cut))
    return marks


def spread(marks: Sequence[tuple[str, float, str]], most: float) -> list[dict[str, Any]]:
    """Labels of marks (kind, bytes, text) on an axis of `most` bytes, moved apart by as little as a line of text needs:
    `from` is where the mark is in GB, `to` where its label is."""
    step = most * LINE / HEIGHT
    ordered = sorted(((kind, min(at, most), text) for kind, at, text in marks), key=lambda mark: mark[1])
    heights = apart([at for _, at, _ in ordered], step, step / 2, most - step / 2)
    return [
        {"part": kind, "text": text, "left": RIGHT, "x": LABELS, "from": at / GB, "to": height / GB}
        for (kind, at, text), height in zip(ordered, heights, strict=True)
    ]


def _size(filling: Filling) -> str:
    return in_gb(filling.high - filling.low)


def _floor(rim: float) -> list[dict[str, float]]:
    """The jar's floor, and its lip on both sides."""
    return [
        {"left": LEFT, "right": RIGHT, "at": 0},
        {"left": LEFT - LIP, "right": LEFT, "at": rim},
        {"left": RIGHT, "right": RIGHT + LIP, "at": rim},
    ]


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, 1]))

    def y(field: str) -> alt.Y:
        axis = alt.Axis(grid=False, tickCount=6, labelFlush=False, titlePadding=8, labelPadding=6)
        return alt.Y(f"{field}:Q", title="GB", axis=axis, scale=alt.Scale(nice=False))

    colour = alt.Color("part:N", scale=alt.Scale(domain=list(COLOURED)), legend=None)
    box = {"x": x("left"), "x2": "right:Q", "y": y("from"), "y2": "to:Q"}
    line = {"x": x("left"), "x2": "x:Q", "y": y("from"), "y2": "to:Q"}
    glass = {"color": GREY, "strokeWidth": 4, "strokeCap": "round"}
    words = {"align": "left", "baseline": "middle", "fontSize": 12, "dx": 4}
    drawn = [
        named(REACH).mark_point(opacity=0).encode(y=y("to")),
        named("poured").mark_rect().encode(color=colour, **box),
        named("over").mark_rect(color=OVER).encode(**box),
        named("edges").mark_rule(color="white", opacity=0.7).encode(x=x("left"), x2="right:Q", y=y("at")),
        named("walls").mark_rule(**glass).encode(x=x("left"), y=y("from"), y2="to:Q"),
        named("floor").mark_rule(**glass).encode(x=x("left"), x2="right:Q", y=y("at")),
        named("leaders").mark_rule(strokeWidth=2).encode(color=colour, **line),
        named("rim").mark_rule(strokeWidth=2, color=GREY).encode(**line),
        named("above").mark_rule(strokeWidth=2, color=OVER).encode(**line),
        named("labels").mark_text(**words).encode(x=x("x"), y=y("to"), text="text:N"),
        named("alarm").mark_text(fontWeight="bold", **words).encode(x=x("x"), y=y("to"), text="text:N"),
    ]
    return specification(alt.layer(*drawn).properties(height=HEIGHT))
