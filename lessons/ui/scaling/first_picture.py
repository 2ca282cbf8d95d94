"""The first picture of the lesson: demand and supply, both 1 in the year they begin, and the gap between them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import log
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from lessons.charts.chart import REACH, Chart, Rows, specification
from lessons.charts.line_names import HALO
from lessons.estimate import growth
from lessons.estimate.growth import Trend
from lessons.quantity import Quantity, about, show
from lessons.text import sections
from lessons.ui.layout.headline import Frame
from lessons.ui.layout.presenter import presenting

WORDS = sections("scaling")
HEIGHT, PLOT = 310, 255  # pixels: of the picture, and of what is above its axis
GREY = "#8A97A3"
TO_THE_RIGHT = 2025  # until this year names have room to the right of the gap, later to its left
LIFTS = {"right": (15, -15), "left": (7, 10)}  # pixels by which names of the upper and lower line are raised
OVER = 22  # pixels, at least, from a named model to the name of the line above it
LONG = 6  # years that a name is long
NARROW = 70  # pixels of a gap in which a name and the factor have no room together
TOP = 9  # pixels from the top to the first line about grey dots
WIDE, HIGH = 0.7, 0.86  # of the years, and of the longer line's power: how far that and a name beside it reach
UNDER = {"color": "transparent", "stroke": HALO, "strokeWidth": 9, "strokeJoin": "round"}  # letters: no line crosses
WITHIN = {"right": 0.5, "left": 0.2}  # of the gap: where its factor is written
MODELS = {  # that are named, by demand
    "training FLOP": {"AlexNet": "AlexNet", "GPT-3 175B (davinci)": "GPT-3", "GPT-4": "GPT-4", "Grok-3": "Grok-3"},
    "parameters": {"GPT-3 175B (davinci)": "GPT-3", "DeepSeek-V3": "DeepSeek-V3"},
}
BOARDS = {"NVIDIA Tesla P100 SXM2": "P100", "NVIDIA A100 SXM4 80 GB": "A100", "NVIDIA B200": "B200"}
LARGE = ((1e12, WORDS["trillion"]), (1e9, WORDS["billion"]), (1e6, WORDS["million"]))
TICKS = {1: "1", 1e6: "1 " + WORDS["million"], 1e12: "1 " + WORDS["trillion"], 1e18: "10¹⁸", 1e24: "10²⁴", 1e30: "10³⁰"}
MORE = {1e9: {1e3: "1 " + WORDS["thousand"]}, 1e5: {10: "10", 100: "100"}}  # ticks of an axis that does not go so far


def in_words(value: str) -> str:
    """What a tick says where its number is this expression: 10 billion; of what is far below 1, one part in so many."""
    return f"{value} < 1e-3 ? '1/' + ({_named(f'(1 / {value})')}) : {_named(value)}"


def _named(value: str) -> str:
    near = f"{value} * (1 + 1e-9)"  # 1 / 1e-9 is a little less than a billion
    named = "".join(f"{near} >= {size:g} ? format({value} / {size:g}, ',~r') + ' {word}' : " for size, word in LARGE)
    return f"{named}format({value}, ',~r')"


class Two(NamedTuple):
    """What models ask for and what chips give: the names of both series, their lines, and the first year of both."""

    wants: str
    offers: str
    wanted: Trend
    offered: Trend
    since: int

    def grown(self, by: float) -> dict[str, float]:
        """How many times each has grown until a year, a ratio."""
        lines = {"demand": self.wanted, "supply": self.offered}
        return {name: line.at(by) / line.at(self.since) for name, line in lines.items()}

    def gap(self, by: int) -> Quantity:
        """How many times more demand has grown than supply, a ratio."""
        return growth.gap(self.wanted, self.offered, self.since, by)


def frames(two: Two, years: Sequence[str]) -> Mapping[str, Frame]:
    """The picture in each of these years, the last of which is where its axis ends."""
    most = max(two.grown(int(years[-1])).values())
    return {year: Frame(charts=[_picture(two, int(year), int(years[-1]), max(most, 10))]) for year in years}


def _picture(two: Two, by: int, end: int, most: float) -> Chart:
    grown, note = two.grown(by), _note(two, by)
    segments = [*_line("demand", two, two.wanted, by), *_line("supply", two, two.offered, by)]
    data = {
        REACH: [{"year": two.since, "times": most**-0.14}, {"year": end, "times": most**1.06}],
        "fitted": [row for row in segments if not row["beyond"]],
        "continued": [row for row in segments if row["beyond"]],
        "gap": [{"year": by, "from": grown["supply"], "to": grown["demand"]}],
        "ends": [{"year": by, "times": value} for value in grown.values()],
        **(dots := {"models": _models(two, by), "boards": _boards(two, by, most)}),
        "dots": [{"year": two.since, "name": WORDS["dots"]}] if any(dots.values()) and _room(two, end, most) else [],
        **_names(two, by, grown, most),
    }
    return Chart(
        WORDS("first picture: title", wants=two.wants, offers=two.offers, since=two.since),
        _spec(presenting(), two.since),
        data,
        WORDS("first picture: in words", wants=two.wants, offers=two.offers, note=note),
        lambda: pd.DataFrame(segments),
        note,
        ("estimated",),
    )


def _line(name: str, two: Two, line: Trend, by: int) -> Rows:
    """The ends of a line as it is fitted to its rows, and of its continuation beyond the last of them."""
    last = min(_last(line), by)
    pieces = [(two.since, last, False), *([(last, by, True)] if by > last else [])]
    return [
        {"line": name, "year": year, "times": two.grown(year)[name], "beyond": beyond}
        for *ends, beyond in pieces
        for year in ends
    ]


def _last(line: Trend) -> float:
    """The year of the last row that a line is drawn through."""
    return max(sample.year for sample in line.samples)


def _models(two: Two, by: int) -> Rows:
    """Named models above their line: beside the others a name would lie on it."""
    rows = _seen(two.wanted, two.since, by, MODELS[two.wants])
    return [row for row in rows if row["times"] > two.grown(row["year"])["demand"]]


def _room(two: Two, end: int, most: float) -> bool:
    """Whether no named model stands where grey dots are explained, above the lines at the left."""
    year, times = two.since + WIDE * (end - two.since), most**HIGH
    return not any(row["year"] < year and row["times"] > times for row in _models(two, end))


def _boards(two: Two, by: int, most: float) -> Rows:
    """Named boards that are not so far above their line that a name below them would lie on it."""
    rows, near = _seen(two.offered, two.since, by, BOARDS), _pixel(most) ** 3
    return [row for row in rows if row["times"] <= near * two.grown(row["year"])["supply"]]


def _pixel(most: float) -> float:
    """The factor that is one pixel of the axis."""
    return most ** (1.2 / PLOT)


def _seen(line: Trend, since: int, by: int, labels: Mapping[str, str]) -> Rows:
    """Rows of the facts that are named, up to a year."""
    return [
        {"name": labels[row.name], "year": row.year, "times": row.value / line.at(since), "note": row.note}
        for row in line.samples
        if row.name in labels and since <= row.year <= by
    ]


def _names(two: Two, by: int, grown: Mapping[str, float], most: float) -> dict[str, Rows]:
    """The names of both lines at their ends, and the factor between them, each a row, by the side on which they
    stand."""
    side = "right" if by <= TO_THE_RIGHT else "left"
    pixel = _pixel(most)
    upper, lower = sorted(grown, key=lambda name: grown[name], reverse=True)
    narrow = log(grown[upper] / grown[lower], pixel) < NARROW
    lifts = dict(zip((upper, lower), LIFTS[side], strict=True))
    if narrow and side == "left":  # below the line, which falls to the left
        lifts[lower] = -log(grown[lower] / two.grown(by - LONG)[lower], pixel) - LIFTS["left"][1]
    if side == "left" and upper == "demand":
        over = [log(model["times"] / grown["demand"], pixel) + OVER for model in _models(two, by)]
        lifts["demand"] = max(lifts["demand"], *over, 0)
    names = {"demand": two.wants, "supply": two.offers}
    ends = [{"line": of, "name": names[of], "year": by, "times": grown[of] * pixel ** lifts[of]} for of in names]
    between = grown[lower] * (grown[upper] / grown[lower]) ** (0.5 if narrow else WITHIN[side])
    written = {"lines": ends, "factor": [{"name": about(two.gap(by).value, "×"), "year": by, "times": between}]}
    return {f"{what}, {at}": rows if at == side else [] for what, rows in written.items() for at in LIFTS}


def _note(two: Two, by: int) -> str:
    if by == two.since:
        return WORDS("first picture: both begin", by=by)
    grown, gap = two.grown(by), about(two.gap(by).value, "×")
    last = min(_last(line) for line in (two.wanted, two.offered))
    times = {line: show(value, "×") for line, value in grown.items()}
    said = [WORDS("first picture", by=by, since=two.since, wants=two.wants, offers=two.offers, gap=gap, **times)]
    said += [WORDS["first picture: grey"], *([WORDS["first picture: continued"]] if by > last else [])]
    return " ".join(said)


@lru_cache(maxsize=64)
def _spec(stage: bool, since: int) -> dict[str, Any]:
    years = alt.Axis(format="d", grid=False, labelFlush=False, tickCount=8, labelSeparation=5)
    x = alt.X("year:Q", title=WORDS["year"], scale=alt.Scale(zero=False, nice=False), axis=years)
    ticks = sorted({*TICKS, *(tick for more in MORE.values() for tick in more)})
    says = _ticks()
    labelled = alt.condition(f"({says}) != ''", alt.value(0.5), alt.value(0))
    scale, axis = (
        alt.Scale(type="log", nice=False),
        alt.Axis(labelExpr=says, values=ticks, gridOpacity=labelled, labelPadding=6, titlePadding=6),
    )
    at = {"x": x, "y": alt.Y("times:Q", title=WORDS("first picture: axis", since=since), scale=scale, axis=axis)}
    line = {"color": alt.Color("line:N", scale=alt.Scale(domain=["demand", "supply"]), legend=None)}
    seen = at | {"tooltip": ["name:N", "note:N"]}
    names = {  # how each is written, and where
        "models": ({"dx": -7, "dy": -4, "align": "right", "color": GREY}, at),
        "boards": ({"dx": 4, "dy": 7, "baseline": "top", "align": "right", "color": GREY}, at),
        "dots": ({"dx": 6, "align": "left", "lineBreak": "\n", "color": GREY}, {"x": x, "y": alt.value(TOP)}),
    }
    for side, (align, dx) in {"right": ("left", 10), "left": ("right", -10)}.items():
        bold = {"align": align, "dx": dx, "fontWeight": "bold", "baseline": "middle"}
        names[f"lines, {side}"] = bold, at | line
        names[f"factor, {side}"] = bold | {"fontSize": 24 if stage else 15}, at
    layers = [
        _over(REACH).mark_point(opacity=0).encode(**at),
        *(
            _over(name).mark_text(**look | UNDER).encode(x=x, y=place["y"], text="name:N")
            for name, (look, place) in names.items()
        ),
        _over("continued").mark_line(strokeWidth=3, strokeDash=[5, 5]).encode(**at, **line),
        _over("fitted").mark_line(strokeWidth=3).encode(**at, **line),
        _over("gap").mark_rule(strokeWidth=2, color=GREY).encode(x=x, y=alt.Y("from:Q"), y2="to:Q"),
        _over("ends").mark_tick(orient="horizontal", size=14, thickness=2, color=GREY).encode(**at),
        *(_over(name).mark_circle(size=50, opacity=1, color=GREY).encode(**seen) for name in ("models", "boards")),
        *(_over(name).mark_text(**look).encode(**place, text="name:N") for name, (look, place) in names.items()),
    ]
    config = {"text": {"fontSize": 12}}  # which a stage replaces
    return specification(alt.layer(*layers).properties(height=HEIGHT)) | {"config": config}


def _ticks() -> str:
    """What is written at each tick: at each millionfold, and between these only where the axis is short."""
    says = [f"datum.value == {at:g} ? '{word}' : " for at, word in TICKS.items()]
    for end, more in MORE.items():
        says += [f"datum.value == {at:g} && domain('y')[1] < {end:g} ? '{word}' : " for at, word in more.items()]
    return "".join(says) + "''"


def _over(name: str) -> alt.Chart:
    """A layer over the data of this name."""
    return alt.Chart(alt.NamedData(name))
