"""The first picture of the lesson: what the four ways take in a year, as columns to scale, and which one is chosen."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.estimate.candidates import Candidate
from lessons.estimate.requirements import Requirements
from lessons.estimate.selection import chosen, judged, yearly
from lessons.quantity import Quantity, badges_of
from lessons.text import sections
from lessons.ui.decide.comparison import CENT, KINDS
from lessons.ui.decide.comparison import WORDS as JUDGED
from lessons.ui.layout.headline import Frame

WORDS = sections("decide")
HEIGHT = 330
GREY = "#8A97A3"
HALF = 0.27  # of a column's width, where ways are 1 apart
FLOORS = {"energy": 1.8, "money": 0.0}  # of both panels; the highest column of each is 1 high
ABOVE, BELOW = 1.42, -0.72  # of a floor: a panel's heading; of the lowest floor: the end of the picture
HEADINGS = {"energy": WORDS["first picture: energy"], "money": WORDS["first picture: money"]}
Ways = list[dict[str, Any]]


def frames(needs: Mapping[tuple[str, ...], Requirements]) -> dict[tuple[str, ...], Frame]:
    """The columns wherever the sliders are."""
    return {at: Frame(charts=[columns(need)]) for at, need in needs.items()}


def columns(need: Requirements) -> Chart:
    """The energy and the money of a year, each way as a share of the highest, and what is to be said of each way."""
    ways = _ways(need)
    quantities = [way[kind] for way in ways for kind in FLOORS if way[kind]]
    bars = list(_bars(ways))
    note = _note(need)
    said = "; ".join(f"{way['name']}: {way['energy text']}, {way['money text']}, {way['state']}" for way in ways)
    return Chart(
        WORDS["first picture: title"].format(task=need.task),
        _spec(),
        {
            "chosen": [bar for bar in bars if bar["state"] == "chosen"],
            "able": [bar for bar in bars if bar["state"] == "able"],
            "not able": [bar for bar in bars if bar["state"] == "not able"],
            "numbers": [{"x": bar["x"], "y": bar["top"], "text": bar["text"]} for bar in bars],
            "floors": [{"x": 0, "end": len(ways), "y": floor} for floor in FLOORS.values()],
            "headings": [{"x": 0, "y": floor + ABOVE, "text": HEADINGS[kind]} for kind, floor in FLOORS.items()],
            "names": [{"x": at + 0.5, "y": 0, "text": _in_two(way["name"])} for at, way in enumerate(ways)],
            "states": [{"x": at + 0.5, "y": 0, "text": way["state"]} for at, way in enumerate(ways)],
        },
        WORDS["first picture: in words"].format(task=need.task, ways=said, note=note),
        lambda: _table(ways),
        note,
        badges_of(quantities),
    )


def _ways(need: Requirements) -> Ways:
    best = chosen(need)
    return [
        {
            "name": KINDS[each.kind],
            "able": "chosen" if each == best else "not able" if each.against else "able",
            "state": _state(each, best),
            "energy": (wh := yearly(each, need)),
            "money": each.year,
            "energy text": str(wh or JUDGED["short: none"]),
            "money text": _money(each),
        }
        for each in judged(need)
    ]


def _state(way: Candidate, best: Candidate | None) -> str:
    """Chosen, able, or the first thing that speaks against it, in two or three words."""
    if way == best:
        return JUDGED["short: chosen"]
    return JUDGED[f"short: {way.against[0]}"] if way.against else JUDGED["short: able"]


def _money(way: Candidate) -> str:
    if way.year is None:
        return JUDGED["short: none"]
    return JUDGED["short: cent"] if way.year.value < CENT else str(way.year)


def _bars(ways: Ways) -> Iterator[dict[str, Any]]:
    """A column for each way and panel."""
    for kind, floor in FLOORS.items():
        values = [way[kind].value if way[kind] else 0.0 for way in ways]
        for at, (way, value) in enumerate(zip(ways, values, strict=True)):
            high = value / max(*values, 1e-12)
            yield {
                "x": at + 0.5,
                "left": at + 0.5 - HALF,
                "right": at + 0.5 + HALF,
                "floor": floor,
                "top": floor + high,
                "state": way["able"],
                "text": way[f"{kind} text"],
            }


def _note(need: Requirements) -> str:
    best = chosen(need)
    says = {"uses": f"{need.uses:,}", "prompt": f"{need.prompt:,}", "answer": f"{need.answer:,}"}
    if not best:
        return WORDS["first picture: nothing"].format(**says)
    if not (energy := yearly(best, need)):
        return WORDS["first picture: measuring"].format(kind=KINDS[best.kind], **says)
    return WORDS["first picture: chosen"].format(
        kind=KINDS[best.kind], energy=energy, band=energy.band, money=_money(best), **says
    )


def _table(ways: Ways) -> pd.DataFrame:
    value = lambda quantity: quantity.value if isinstance(quantity, Quantity) else None
    rows = [
        {"way": way["name"], "Wh a year": value(way["energy"]), "USD a year": value(way["money"]), "": way["state"]}
        for way in ways
    ]
    return pd.DataFrame(rows)


def _in_two(name: str) -> str:
    """A name in two lines: after its comma, or its first word."""
    return name.replace(", ", ",\n", 1) if ", " in name else name.replace(" ", "\n", 1)


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    ends = [BELOW, FLOORS["energy"] + ABOVE + 0.15]

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, 4]))

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=ends, nice=False, zero=False))

    box = {"x": x("left"), "x2": "right:Q", "y": y("floor"), "y2": "top:Q"}
    words = {"x": x("x"), "y": y("y"), "text": "text:N"}
    below = {"baseline": "top", "align": "center"}
    drawn = [
        named("chosen").mark_rect().encode(**box),
        named("able").mark_rect(opacity=0.45).encode(**box),
        named("not able").mark_rect(color=GREY, opacity=0.55).encode(**box),
        named("floors").mark_rule(color=GREY).encode(x=x("x"), x2="end:Q", y=y("y")),
        named("numbers").mark_text(baseline="bottom", dy=-3).encode(**words),
        named("headings").mark_text(align="left", fontWeight="bold").encode(**words),
        named("names").mark_text(lineBreak="\n", dy=6, **below).encode(**words),
        named("states").mark_text(dy=36, fontStyle="italic", **below).encode(**words),
    ]
    return specification(alt.layer(*drawn).properties(height=HEIGHT).configure_text(fontSize=12))
