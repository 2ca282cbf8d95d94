"""The first picture of the lesson: what the four ways take in a year, as columns over row lines a factor of ten apart,
and which way is chosen."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import log10
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.estimate.candidates import Candidate
from lessons.estimate.requirements import Requirements
from lessons.estimate.selection import chosen, judged, yearly
from lessons.quantity import Quantity, badges_of, show
from lessons.text import sections
from lessons.ui.decide.comparison import CENT, KINDS, TALL
from lessons.ui.decide.comparison import WORDS as JUDGED
from lessons.ui.layout.headline import Frame
from lessons.ui.layout.presenter import asking, presenting

WORDS = sections("decide")
GREY = "#8A97A3"
HALF = 0.27  # of a column's width, where ways are 1 apart
SIDE = 0.78  # room for the names of row lines, left of the first way
LEAST = 0.3  # decades: the height of a column whose number is below the lowest row line
SHORT = 9  # letters of what stands in one line
Ways = list[dict[str, Any]]


class Panel(NamedTuple):
    """What a year takes, on a logarithmic axis that is the same for all tasks and settings."""

    unit: str
    floor: int  # decade of the lowest row line: 10^floor in this unit
    decades: int  # from there up to the highest row line
    heading: str
    named: tuple[int, ...]  # decades whose row lines are named


PANELS = {
    "energy": Panel("Wh", 0, 10, WORDS["columns: energy"], (0, 3, 6, 9)),
    "money": Panel("USD", -2, 8, WORDS["columns: money"], (-2, 0, 3, 6)),
}


class Layout(NamedTuple):
    """Where things stand, in pixels from the top of a picture with letters of this size."""

    height: float
    letters: float
    drawn: tuple[str, ...]  # panels with columns; of the others there are the numbers
    states: bool  # whether it says below each way what speaks against it

    @property
    def line(self) -> float:
        """From one line of text to the next."""
        return 1.25 * self.letters

    @property
    def decade(self) -> float:
        """From one row line to the next: what text leaves, shared by both panels."""
        lines = 1.3 * len(self.drawn) + 1.2 * (len(PANELS) - 1) + 1.6 + 2 * (1 + self.states)
        return (self.height - lines * self.line) / sum(PANELS[kind].decades for kind in self.drawn)

    def floor(self, kind: str) -> float:
        """The lowest row line of a panel; of one without columns, that its numbers would stand under."""
        before = 0 if kind == "energy" else self.floor("energy") + 1.2 * self.line
        return before + (1.3 * self.line + PANELS[kind].decades * self.decade if kind in self.drawn else 0)

    def heading(self, kind: str) -> float:
        """The middle of a panel's heading."""
        return self.floor(kind) - PANELS[kind].decades * self.decade - 0.7 * self.line

    def height_of(self, kind: str, value: float) -> float:
        """Of a column, on the panel's logarithmic axis; what is above the highest row line is cut there."""
        panel = PANELS[kind]
        decades = log10(value) - panel.floor if value > 0 else 0.0
        return self.decade * min(max(decades, LEAST), panel.decades)


PAGE = Layout(400, 12, ("energy", "money"), states=True)
STAGE = Layout(TALL, 24, ("energy",), states=False)  # which says so under the chart


def frames(needs: Mapping[tuple[str, ...], Requirements]) -> dict[tuple[str, ...], Frame]:
    """The columns wherever the sliders are."""
    layout = STAGE if presenting() and not asking() else PAGE  # a room that is asked sees the page's, enlarged
    return {at: Frame(charts=[columns(need, layout)]) for at, need in needs.items()}


def columns(need: Requirements, layout: Layout = PAGE) -> Chart:
    """The energy and the money of a year, on axes that stay where they are, and what is to be said of each way."""
    ways = _ways(need)
    quantities = [way[kind] for way in ways for kind in PANELS if way[kind]]
    bars = list(_bars(ways, layout))
    note = _note(need)
    said = "; ".join(WORDS("columns: way in words", **way) for way in ways)
    below = layout.floor("money") + 1.4 * layout.line  # of the numbers of the lower panel
    return Chart(
        WORDS("columns: title", task=need.task),
        _spec(layout),
        {
            **{able: [bar for bar in bars if bar["able"] == able] for able in ("chosen", "able", "unable")},
            "numbers": [{"x": bar["x"], "y": bar["floor"] + 0.7 * layout.line, "text": bar["text"]} for bar in bars],
            "rows": list(_rows(len(ways), layout)),
            "headings": [{"x": 0, "y": layout.heading(kind), "text": PANELS[kind].heading} for kind in layout.drawn],
            "names": [{"x": at + 0.5, "y": below, "text": _in_two(way["name"])} for at, way in enumerate(ways)],
            "states": _states(ways, below + 2 * layout.line) if layout.states else [],
        },
        WORDS("columns: in words", task=need.task, ways=said, note=note),
        lambda: _table(ways),
        note,
        badges_of(quantities),
    )


def _ways(need: Requirements) -> Ways:
    best = chosen(need)
    return [
        {
            "name": KINDS[each.kind],
            "able": "chosen" if each == best else "unable" if each.against else "able",
            "state": _state(each, best),
            "energy": (wh := yearly(each, need)),
            "money": each.year,
            "energy_text": str(wh or JUDGED["short: none"]),
            "money_text": _money(each),
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


def _bars(ways: Ways, layout: Layout) -> Iterator[dict[str, Any]]:
    """A column for each way and panel; one without a number has no height."""
    for kind in PANELS:
        floor = layout.floor(kind)
        for at, way in enumerate(ways):
            high = layout.height_of(kind, way[kind].value) if way[kind] and kind in layout.drawn else 0.0
            yield {
                "x": at + 0.5,
                "left": at + 0.5 - HALF,
                "right": at + 0.5 + HALF,
                "floor": floor,
                "top": floor - high,
                "able": way["able"],
                "text": way[f"{kind}_text"],
            }


def _rows(ways: int, layout: Layout) -> Iterator[dict[str, Any]]:
    """A line for each power of ten; some are named at their left ends."""
    for kind in layout.drawn:
        panel = PANELS[kind]
        for step in range(panel.decades + 1):
            decade = panel.floor + step
            yield {
                "x": 0,
                "end": ways,
                "y": layout.floor(kind) - step * layout.decade,
                "text": _row_name(panel, decade) if decade in panel.named else "",
                "strong": decade in panel.named,
            }


def _row_name(panel: Panel, decade: int) -> str:
    """A power of ten, short: with its prefix, or for money without the unit, which is in the heading."""
    if panel.unit == "USD":
        return f"{10.0**decade:,.{max(0, -decade)}f}"
    number, unit = show(10.0**decade, panel.unit).split()
    return f"{float(number):g} {unit}"


def _states(ways: Ways, y: float) -> list[dict[str, Any]]:
    return [{"x": at + 0.5, "y": y, "text": _in_two(way["state"], SHORT)} for at, way in enumerate(ways)]


def _note(need: Requirements) -> str:
    best = chosen(need)
    says = {"uses": f"{need.uses:,}", "prompt": f"{need.prompt:,}", "answer": f"{need.answer:,}"}
    if not best:
        return WORDS("columns: nothing", **says)
    if not (energy := yearly(best, need)):
        return WORDS("columns: measuring", kind=KINDS[best.kind], **says)
    return WORDS("columns: chosen", kind=KINDS[best.kind], energy=energy, band=energy.band, money=_money(best), **says)


def _table(ways: Ways) -> pd.DataFrame:
    value = lambda quantity: quantity.value if isinstance(quantity, Quantity) else None
    names = [WORDS["table: way"], WORDS["table: energy"], WORDS["table: money"], ""]
    rows = [(way["name"], value(way["energy"]), value(way["money"]), way["state"]) for way in ways]
    return pd.DataFrame(rows, columns=names)


def _in_two(name: str, short: int = 0) -> str:
    """A name in two lines: after its comma, or its first word; what is `short`, in letters, in one."""
    if len(name) <= short:
        return name
    return name.replace(", ", ",\n", 1) if ", " in name else name.replace(" ", "\n", 1)


@lru_cache(maxsize=2)
def _spec(layout: Layout) -> dict[str, Any]:
    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[-SIDE, len(KINDS)], nice=False, zero=False))

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[layout.height, 0], nice=False, zero=False))

    box = {"x": x("left"), "x2": "right:Q", "y": y("floor"), "y2": "top:Q"}
    words = {"x": x("x"), "y": y("y"), "text": "text:N"}
    below = {"baseline": "top", "align": "center", "lineBreak": "\n"}
    opacity = alt.condition("datum.strong", alt.value(0.7), alt.value(0.22))
    drawn = [
        named("rows").mark_rule(color=GREY).encode(x=x("x"), x2="end:Q", y=y("y"), opacity=opacity),
        named("rows").mark_text(align="right", baseline="middle", dx=-6).encode(**words),
        named("chosen").mark_rect().encode(**box),
        named("able").mark_rect(opacity=0.45).encode(**box),
        named("unable").mark_rect(color=GREY, opacity=0.75).encode(**box),
        named("numbers").mark_text(baseline="middle").encode(**words),
        named("headings").mark_text(align="left", baseline="middle", fontWeight="bold").encode(**words),
        named("names").mark_text(**below).encode(**words),
        named("states").mark_text(fontStyle="italic", **below).encode(**words),
    ]
    return specification(alt.layer(*drawn).properties(height=layout.height).configure_text(fontSize=layout.letters))
