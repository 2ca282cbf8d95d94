"""The first picture of the lesson: what the four ways take in a year, as columns over row lines a factor of ten apart,
and which way is chosen."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from math import ceil, floor, log10
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from lessons.charts.chart import Chart, named, specification
from lessons.estimate.candidates import Candidate
from lessons.estimate.quality_gap import only_prompted
from lessons.estimate.requirements import Requirements
from lessons.estimate.selection import chosen, judged, yearly
from lessons.quantity import Quantity, badges_of, show
from lessons.text import sections
from lessons.ui.decide.comparison import CENT, KINDS, TALL
from lessons.ui.decide.comparison import WORDS as JUDGED
from lessons.ui.decide.knobs import TASK
from lessons.ui.layout.headline import Frame
from lessons.ui.layout.presenter import asking, presenting

WORDS = sections("decide")
GREY = "#8A97A3"
HALF = 0.27  # of a column's width, where ways are 1 apart
SIDE = 0.9  # room for the names of row lines, left of the first way
HEADINGS = {"energy": WORDS["columns: energy"], "money": WORDS["columns: money"]}
PANELS = tuple(HEADINGS)
# what row lines are counted in: the words for it, and its power of ten of a USD
MONEY = ((WORDS["columns: millions"], 6), (WORDS["columns: dollars"], 0), (WORDS["columns: cent"], -2))
ASKED = "cloud"  # the way whose energy the page asks for
LINE = "|"  # where what is said of a way begins a new line
STATES = ("chosen", "able", "unable", "untested")
Ways = list[dict[str, Any]]


class Panel(NamedTuple):
    """What a year takes, on a logarithmic axis that holds wherever the sliders are."""

    kind: str  # energy or money
    floor: int  # decade of the lowest row line: 10^floor in this unit
    decades: int  # from there up to the highest row line

    @property
    def unit(self) -> str:
        """The unit of its row lines."""
        return "Wh" if self.kind == "energy" else "USD"

    def is_named(self, decade: int) -> bool:
        """Whether a row line has a name: each third, and the lowest where it is not next to one of these."""
        return decade % 3 == 0 or (decade == self.floor and decade % 3 == 1)


class Layout(NamedTuple):
    """Where things stand, in pixels from the top of a picture with letters of this size."""

    height: float
    letters: float
    drawn: tuple[str, ...]  # panels with columns; of the others there are the numbers
    states: bool  # whether it says below each way how far behind it is, and what speaks against it
    panels: Mapping[str, Panel]

    @property
    def line(self) -> float:
        """From one line of text to the next."""
        return 1.25 * self.letters

    @property
    def decade(self) -> float:
        """From one row line to the next: what text leaves, shared by both panels."""
        lines = 1.3 * len(self.drawn) + self.between + 1.6 + 2 + 4 * self.states
        return (self.height - lines * self.line) / sum(self.panels[kind].decades for kind in self.drawn)

    @property
    def between(self) -> float:
        """Lines of text below the columns of the energy: their numbers."""
        return 1.6 if len(self.drawn) == len(PANELS) else 1.2

    def floor(self, kind: str) -> float:
        """The lowest row line of a panel; of one without columns, that its numbers would stand under."""
        before = 0 if kind == "energy" else self.floor("energy") + self.between * self.line
        return before + (1.3 * self.line + self.panels[kind].decades * self.decade if kind in self.drawn else 0)

    def heading(self, kind: str) -> float:
        """The middle of a panel's heading."""
        return self.floor(kind) - self.panels[kind].decades * self.decade - 0.7 * self.line

    @property
    def named(self) -> float:
        """The top of the names of the ways: once, below the numbers of both panels."""
        return self.floor(PANELS[-1]) + 1.4 * self.line

    def height_of(self, kind: str, value: float) -> float:
        """Of a column, on the panel's logarithmic axis: none for what is below the lowest row line."""
        return self.decade * max(log10(value) - self.panels[kind].floor, 0.0) if value > 0 else 0.0


NO_AXES: dict[str, Panel] = {}  # until it is known how far they reach
PAGE = Layout(352, 12, PANELS, states=True, panels=NO_AXES)
STAGE = Layout(TALL, 24, ("energy",), states=False, panels=NO_AXES)  # which says so under the chart


def frames(needs: Mapping[tuple[str, ...], Requirements], answered: bool = True) -> dict[tuple[str, ...], Frame]:
    """The columns wherever the sliders are, on axes that reach from the least to the most of them all. The energy that
    the page asks for is shown once the reader has `answered`."""
    layout = STAGE if presenting() and not asking() else PAGE  # a room that is asked sees the page's, enlarged
    ways = {at: _ways(need) for at, need in needs.items()}
    layout = layout._replace(panels={kind: _panel(kind, ways.values()) for kind in PANELS})
    if layout.states and not answered:  # a picture with a question beside it
        ways = {at: [_hidden(way) if _is_asked(way, needs[at]) else way for way in found] for at, found in ways.items()}
    return {at: Frame(charts=[_columns(need, ways[at], layout)]) for at, need in needs.items()}


def _is_asked(way: Mapping[str, Any], need: Requirements) -> bool:
    """Whether its energy is what the page asks for, which the note below would say of a way that is chosen."""
    return need.task == TASK.default and way["name"] == KINDS[ASKED] and way["able"] != "chosen"


def _hidden(way: dict[str, Any]) -> dict[str, Any]:
    return way | {"energy": None, "energy_text": WORDS["columns: asked"], "asked": True}


def _panel(kind: str, found: Iterable[Ways]) -> Panel:
    """The axis all these ways are on. Money begins at a cent: what is less has no column."""
    values = [way[kind].value for ways in found for way in ways if way[kind] and way[kind].value > 0]
    low = log10(CENT if kind == "money" else min(values, default=1.0))
    lowest = floor(low)
    return Panel(kind, lowest, max(ceil(log10(max(values, default=1.0))), lowest + 3) - lowest)


def _columns(need: Requirements, ways: Ways, layout: Layout) -> Chart:
    """The energy and the money of a year, and what is to be said of each way."""
    quantities = [way[kind] for way in ways for kind in PANELS if way[kind]]
    bars = list(_bars(ways, layout))
    note = _note(need)
    said = "; ".join(WORDS("columns: way in words", **way | {"state": _in_a_row(way["state"])}) for way in ways)
    headings = [{"x": 0, "y": layout.heading(kind), "text": HEADINGS[kind]} for kind in layout.drawn]
    return Chart(
        WORDS("columns: title", task=need.task),
        _spec(layout.height, layout.letters),
        {
            **{able: [bar for bar in bars if bar["able"] == able] for able in STATES},
            "unknown": [
                {"x": at + 0.5, "y": layout.floor("energy") - 2 * layout.decade, "text": WORDS["columns: asked"]}
                for at, way in enumerate(ways)
                if way["asked"]
            ],
            "numbers": [{"x": bar["x"], "y": bar["floor"] + 0.7 * layout.line, "text": bar["text"]} for bar in bars],
            "rows": list(_rows(len(ways), layout)),
            "headings": headings,
            "names": [{"x": at + 0.5, "y": layout.named, "text": _in_two(way["name"])} for at, way in enumerate(ways)],
            "states": _states(ways, layout.named + 2 * layout.line) if layout.states else [],
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
            "able": _able(each, best),
            "asked": False,
            "state": _state(each, best, need.task),
            "energy": (wh := yearly(each, need)),
            "money": each.year,
            "energy_text": str(wh or JUDGED["short: none"]),
            "money_text": _money(each),
        }
        for each in judged(need)
    ]


def _able(way: Candidate, best: Candidate | None) -> str:
    """One of STATES: untested is what nothing speaks against but that no score of it is published."""
    if not way.against:
        return "chosen" if way == best else "able"
    return "untested" if set(way.against) == {"unknown"} else "unable"


def _state(way: Candidate, best: Candidate | None, task: str) -> str:
    """How far behind the best it is, and whether prompts alone were tested; and chosen, able, or the first thing that
    speaks against it, in a few words."""
    if not (gap := way.gap):
        return JUDGED[f"short: {next((each for each in way.against if each != 'unknown'), 'unknown')}"]
    wins, points = f"{50 - gap.value:.0f}", f"{gap.value:.3g}"
    behind = JUDGED["short: wins"].format(wins=wins) if gap.wins else JUDGED["short: behind"].format(points=points)
    behind = JUDGED["short: prompted"].format(behind=behind) if only_prompted(task, gap) else behind
    return JUDGED["short: judged"].format(behind=behind, state=_short(way, best))


def _short(way: Candidate, best: Candidate | None) -> str:
    if way == best:
        return JUDGED["short: chosen"]
    if not way.against:
        return JUDGED["short: able"]
    return JUDGED["short: too few" if way.gap.wins and way.against[0] == "quality" else f"short: {way.against[0]}"]


def _money(way: Candidate) -> str:
    if way.year is None:
        return JUDGED["short: none"]
    return JUDGED["short: cent"] if way.year.value < CENT else str(way.year)


def _bars(ways: Ways, layout: Layout) -> Iterator[dict[str, Any]]:
    """A column for each way and panel; one without a number has no height."""
    for kind in PANELS:
        base = layout.floor(kind)
        for at, way in enumerate(ways):
            high = layout.height_of(kind, way[kind].value) if way[kind] and kind in layout.drawn else 0.0
            yield {
                "x": at + 0.5,
                "left": at + 0.5 - HALF,
                "right": at + 0.5 + HALF,
                "floor": base,
                "top": base - high,
                "able": way["able"],
                "text": way[f"{kind}_text"],
            }


def _rows(ways: int, layout: Layout) -> Iterator[dict[str, Any]]:
    """A line for each power of ten; some are named at their left ends."""
    for kind in layout.drawn:
        panel = layout.panels[kind]
        for step in range(panel.decades + 1):
            decade = panel.floor + step
            yield {
                "x": 0,
                "end": ways,
                "y": layout.floor(kind) - step * layout.decade,
                "text": _row_name(panel, decade) if panel.is_named(decade) else "",
                "strong": panel.is_named(decade),
            }


def _row_name(panel: Panel, decade: int) -> str:
    """A power of ten with its unit, short."""
    if panel.unit == "USD":
        words, one = next(unit for unit in MONEY if decade >= unit[1])
        return words.format(number=f"{10 ** (decade - one):,}")
    number, unit = show(10.0**decade, panel.unit).split()
    return f"{float(number):g} {unit}"


def _states(ways: Ways, y: float) -> list[dict[str, Any]]:
    return [{"x": at + 0.5, "y": y, "text": way["state"].replace(LINE, "\n")} for at, way in enumerate(ways)]


def _note(need: Requirements) -> str:
    best = chosen(need)
    says = {"uses": f"{need.uses:,}", "prompt": f"{need.prompt:,}", "answer": f"{need.answer:,}"}
    if not best:
        said = WORDS("columns: nothing", **says)
    elif not (energy := yearly(best, need)):
        said = WORDS("columns: measuring", kind=KINDS[best.kind], **says)
    else:
        says |= {"energy": energy, "band": energy.band, "money": _money(best)}
        said = WORDS("columns: chosen", kind=KINDS[best.kind], **says)
    far = (way for way in judged(need) if way.kind == "local" and "quality" in way.against)
    return said + " " + WORDS["columns: zero-shot"] if any(only_prompted(need.task, way.gap) for way in far) else said


def _table(ways: Ways) -> pd.DataFrame:
    value = lambda quantity: quantity.value if isinstance(quantity, Quantity) else None
    names = [WORDS["table: way"], WORDS["table: energy"], WORDS["table: money"], ""]
    rows = [(way["name"], value(way["energy"]), value(way["money"]), _in_a_row(way["state"])) for way in ways]
    return pd.DataFrame(rows, columns=names)


def _in_a_row(state: str) -> str:
    """What is said of a way in lines, in one."""
    return state.replace(LINE, " ")


def _in_two(name: str) -> str:
    """A name in two lines where it has a comma."""
    return name.replace(", ", ",\n", 1)


@lru_cache(maxsize=2)
def _spec(height: float, letters: float) -> dict[str, Any]:
    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[-SIDE, len(KINDS)], nice=False, zero=False))

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False, zero=False))

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
        named("untested")
        .transform_filter("datum.top < datum.floor")
        .mark_rect(fill=GREY, fillOpacity=0.15, stroke=GREY, strokeWidth=1.5, strokeDash=[4, 3])
        .encode(**box),
        named("unknown").mark_text(fontSize=2.5 * letters, opacity=0.5).encode(**words),
        named("numbers").mark_text(baseline="middle").encode(**words),
        named("headings").mark_text(align="left", baseline="middle", fontWeight="bold").encode(**words),
        named("names").mark_text(**below).encode(**words),
        named("states").mark_text(fontStyle="italic", **below).encode(**words),
    ]
    return specification(alt.layer(*drawn).properties(height=height).configure_text(fontSize=letters))
