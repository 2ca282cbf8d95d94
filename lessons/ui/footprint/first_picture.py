"""The first picture of the lesson: one answer on a ladder of energy, from a web search to all data centres."""

from collections.abc import Mapping
from functools import lru_cache
from math import log, log10
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from lessons import facts
from lessons.charts.chart import REACH, Chart, Rows, specification
from lessons.charts.line_names import HALO
from lessons.estimate import footprint
from lessons.quantity import Quantity, about, badges_of, counted, show
from lessons.text import sections
from lessons.ui.footprint.headline_figure import LEAST, MOST, Headline, span
from lessons.ui.layout.headline import Frame

WORDS = sections("footprint")
PLOT, AXIS = 252, 48  # pixels: of the ladder, and of its axis above
PLACES = {"answer": 12, "people": 38, "published": 74, "headline": 110}  # pixels from the top to their marks
APART, LINE = 21, 14  # pixels from one mark to the next, at least, and of a line of a name that has several
MANY = max(footprint.PEOPLE.values())  # people
KINDS = ["answer", "published", "headline"]
SIDES = {"right": ("left", 10), "left": ("right", -10)}  # of a mark: how a name there is aligned, and how far from it
GREY = "#8A97A3"
KNOWN = {  # what people know and its energy, the smallest first, by its name in the facts
    "web_search_2009": WORDS["web search"],
    "phone_charge": WORDS["phone"],
    "kettle": WORDS["kettle"],
    "shower": WORDS["shower"],
    "household_year_german": WORDS["household"],
    "data_centres_2024": WORDS["data centres"],
}
COLUMNS = {  # of the table behind it
    "what": WORDS["figure"],
    "energy": WORDS["energy in Wh"],
    "low": WORDS["lowest"],
    "high": WORDS["highest"],
    "source": WORDS["source"],
}


class Seen(NamedTuple):
    """What a picture is about, apart from the answer."""

    task: str
    uses: int  # a person and day
    headline: Headline | None
    batched: bool = True  # whether the batch matters to the answer
    model: str = ""  # its name, where the use is told by tokens

    @property
    def what(self) -> str:
        """One use in a word."""
        return self.task if self.task in footprint.MEDIA else WORDS["answer"]

    @property
    def by_whom(self) -> str:
        """One use in a word, and its model."""
        return f"{self.what}, {self.model}" if self.model else self.what

    @property
    def peers(self) -> dict[str, Quantity]:
        """Published figures of such a use that count the same as the headline, or else as the answer."""
        return footprint.peers(self.task, self.counts)

    @property
    def counts(self) -> str:
        return self.headline.counts if self.headline else footprint.OURS


def frames(answers: Mapping[str, Quantity], seen: Seen) -> Mapping[str, Frame]:
    """The picture at each batch, of which `answers` gives one answer's energy (Wh)."""
    fixed = [*_published(seen), *_headline(seen), *_things(PLACES["headline"] + (APART if seen.headline else 0))]
    return {at: Frame(charts=[_picture(one, at, seen, fixed)]) for at, one in answers.items()}


def _picture(one: Quantity, at: str, seen: Seen, fixed: Rows) -> Chart:
    many = footprint.times(one, seen.uses * MANY, WORDS["a day"])
    said = {"people": show(MANY, "").replace(".0", ""), "uses": counted(seen.uses, seen.what)}
    people = WORDS("people on the ladder", energy=about(many.value, "Wh"), **said)
    ours = [
        _row("answer", one, PLACES["answer"], WORDS("on the ladder", what=seen.by_whom, energy=one)),
        _row("answer", many, PLACES["people"], _in_lines(people)),
    ]
    rows = [*ours, *fixed]
    note, names = _note(one, at, seen), "; ".join(row["name"] for row in rows if row["name"])
    known = badges_of([one, *seen.peers.values(), Quantity("thing", 1, "Wh", "cited")])
    return Chart(
        WORDS("ladder", what=seen.what),
        _spec(),
        {
            REACH: [{"energy": LEAST, "y": 0}, {"energy": MOST, "y": 0}],
            "bands": [row for row in ours if row["low"] < row["high"]],
            "marks": [row for row in rows if row["kind"] in KINDS and row["marked"]],
            "things": [row for row in rows if row["kind"] == "thing"],
            **{f"names-{side}": [row for row in rows if row["name"] and row["side"] == side] for side in SIDES},
        },
        WORDS("ladder in words", names=names.replace("\n", " "), note=note),
        lambda: pd.DataFrame([row for row in rows if row["marked"]])[list(COLUMNS)].rename(columns=COLUMNS),
        note,
        known,
    )


def _row(kind: str, energy: Quantity, y: float, name: str, what: str = "") -> dict[str, Any]:
    """A mark on the ladder, and its name beside it and its band, in several lines perhaps. `y`: pixels from the top."""
    low, high = energy.low or energy.value, energy.high or energy.value
    side = "right" if log(high / LEAST) / log(MOST / LEAST) < 0.45 else "left"
    return {
        "kind": kind,
        "what": what or name.replace("\n", " "),
        "name": name,
        "edge": high if side == "right" else low,
        "y": y,
        "energy": energy.value,
        "low": low,
        "high": high,
        "side": side,
        "source": energy.source,
        "marked": True,
    }


def _published(seen: Seen) -> Rows:
    """Published figures, named together beside all of them."""
    y, peers = PLACES["published"], sorted(seen.peers.items(), key=lambda peer: peer[1].value)
    if not peers:
        nothing = Quantity("nothing", LEAST, "Wh", "cited")
        return [_row("published", nothing, y, WORDS("no peers", counts=seen.counts)) | {"marked": False}]
    energies = [energy for _, energy in peers]
    name = _in_lines(WORDS("published", counts=seen.counts, span=span(energies)))
    every = Quantity("published", energies[0].value, "Wh", "cited", energies[0].value, energies[-1].value)
    named = _row("published", every, y, name)
    return [named | {"marked": False}, *(_row("published", energy, y, "", label) for label, energy in peers)]


def _headline(seen: Seen) -> Rows:
    if not seen.headline:
        return []
    energy = seen.headline.energy
    return [_row("headline", energy, PLACES["headline"], WORDS("typed", energy=energy))]


def _things(top: float) -> Rows:
    """What people know, the smallest first, each in a line of its own, from the `top` (pixels) to the end."""
    rows, apart = [], (PLOT - LINE - top) / (len(KNOWN) - 1)
    for at, (name, words) in enumerate(KNOWN.items()):
        thing = facts.everyday()[name]
        energy = Quantity(name, thing.watt_hours, "Wh", "cited", source=thing.source)
        rows.append(_row("thing", energy, top + at * apart, words.format(energy=energy), thing.label))
    return rows


def _note(one: Quantity, at: str, seen: Seen) -> str:
    charge = facts.everyday()["phone_charge"].watt_hours
    said = {"what": seen.what, "energy": one, "band": one.band and " " + WORDS("pale band", band=one.band)}
    batch = WORDS("at this batch", at=at) + " " if seen.batched else ""
    large = one.value > charge
    times = one.value / charge if large else charge / one.value
    text = WORDS["more than a charge"] if large else WORDS["less than a charge"]
    note = batch + text.format(**said, times=about(times, ""))
    return note[0].upper() + note[1:]


@lru_cache(maxsize=1)
def _spec() -> dict[str, Any]:
    decades = [10.0**power for power in range(round(log10(LEAST)), round(log10(MOST)) + 1)]
    says = "".join(f"datum.value == {tick:g} ? '{_unit(tick)}' : " for tick in decades[2::3]) + "''"
    faint = {"grid": True, "gridOpacity": 0.5, "ticks": False, "domain": False, "titlePadding": 2}
    axis = alt.Axis(
        orient="top", values=decades, labelExpr=says, labelFlush=False, labelOverlap=False, labelPadding=6, **faint
    )
    x = alt.X("energy:Q", title=WORDS["axis"], scale=alt.Scale(type="log", nice=False), axis=axis)
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[PLOT, 0]))
    colour = alt.Color("kind:N", scale=alt.Scale(domain=KINDS), legend=None)
    seen = {"x": x, "y": y, "tooltip": [alt.Tooltip(f"{at}:N", title=COLUMNS[at]) for at in ("what", "source")]}
    band = _over("bands").mark_rule(strokeWidth=9, opacity=0.35, strokeCap="round")
    layers = [_over(REACH).mark_point(opacity=0).encode(x=x, y=y)]
    halo = {"color": "transparent", "stroke": HALO, "strokeWidth": 9, "strokeJoin": "round"}  # no line crosses letters
    for side, (align, dx) in SIDES.items():
        text = {"align": align, "dx": dx, "baseline": "middle", "fontSize": 12, "lineBreak": "\n"}
        for under in (halo, {}):
            written = _over(f"names-{side}").mark_text(**text, **under)
            layers.append(written.encode(x=alt.X("edge:Q"), y=y, text="name:N"))
    layers += [
        band.encode(x=alt.X("low:Q"), x2="high:Q", y=y, color=colour),
        _over("marks").mark_point(filled=True, size=80, opacity=1).encode(**seen, color=colour),
        _over("things").mark_point(filled=True, size=40, opacity=1, color=GREY, shape="diamond").encode(**seen),
    ]
    return specification(alt.layer(*layers).properties(height=PLOT + AXIS))


def _in_lines(name: str) -> str:
    """A name in two lines, parted at its colon: the narrowest picture has no room for one."""
    return name.replace(": ", ":\n", 1)


def _unit(tick: float) -> str:
    """A tick of the axis in words: each third one has a unit of its own."""
    return "1 PWh" if tick == MOST else show(tick, "Wh").replace(".00", "")


def _over(name: str) -> alt.Chart:
    """A layer over the data of this name."""
    return alt.Chart(alt.NamedData(name))
