"""What gets faster, and what does not: a network by kernel; a large one with channels set to 0, and removed."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
import pandas as pd
import streamlit as st

from lessons.charts import ranges
from lessons.charts.chart import Chart, named, series, specification
from lessons.experiment import Experiment, FineTune, Prune, RemoveChannels, shipped
from lessons.jobs import ask, recordings, vision
from lessons.jobs.events import Outcome
from lessons.jobs.recordings import Question
from lessons.quantity import Measurement, Quantity, badges_of, quotient
from lessons.text import sections
from lessons.ui.layout.figures import row
from lessons.ui.layout.tiles import numbers
from lessons.ui.work import notices, training_panel
from lessons.ui.work.results import answer, curve

WORDS = sections("pruning")
HOUSE = sections("house")
WIDE = shipped("large")
SHARES = ("25", "50", "75")  # of the channels of each layer, in percent
MOST = SHARES[-1]
UNPRUNED, ZEROED = WORDS["unpruned"], WORDS("faster: zeroed", share=MOST)  # what rows of the chart are called
REMOVED = {share: WORDS("faster: removed", share=share) for share in SHARES}
FILLS = 0.45  # of its column: the longest bar
ROW = 30  # pixels
EPOCHS = 5
LARGE = WORDS["large network"]


class Raced(NamedTuple):
    """A network: its accuracy and MACs; and the time of an image, in seconds, of the unpruned network and of this one,
    in turns."""

    measured: Measurement
    before: Quantity
    after: Quantity

    @property
    def times_faster(self) -> Quantity:
        """How many times the time of the unpruned network is that of this one."""
        return quotient(self.before, self.after)


def silenced(share: str) -> Experiment:
    """The large network with this share (%) of the channels of each layer set to 0; its shape stays."""
    return WIDE | Prune(int(share), structure="channels", scope="layer")


def smaller(share: str) -> Experiment:
    """The large network without these channels, fine-tuned."""
    return silenced(share) | RemoveChannels() | FineTune(EPOCHS)


def networks() -> dict[str, Experiment]:
    """The networks that are compared, by what a row of the charts calls them."""
    return {UNPRUNED: WIDE, ZEROED: silenced(MOST)} | {REMOVED[share]: smaller(share) for share in SHARES}


def questions() -> Iterator[Question]:
    """What is recorded of them."""
    for network in networks().values():
        if network.trainings:
            yield vision.tuning, network
        yield vision.measuring, network
        if network.recipe:
            yield vision.racing, network


def raced() -> dict[str, Raced]:
    """Each network as it was measured here, once all are trained and measured on this machine; until then as it was
    recorded."""
    asked = networks()
    if all(map(ask.tuned, asked.values())):
        races = {name: answer(ask.race, each) for name, each in asked.items() if each.recipe}
        measured = curve(asked)  # recorded until it is measured
        if all(races.values()) and all(measured.values()):
            return compiled(measured, races)
    return recorded()


def recorded() -> dict[str, Raced]:
    """Each network as it was measured at another time."""
    found = lambda job, each: recordings.find(job, each).result
    measured = {name: found(vision.measuring, each) for name, each in networks().items()}
    return compiled(measured, {name: found(vision.racing, each) for name, each in networks().items() if each.recipe})


def compiled(measured: Mapping[str, Measurement], races: Mapping[str, Mapping[str, Quantity]]) -> dict[str, Raced]:
    """Measurements and times of networks together; the unpruned one's time is that of the race with the smallest."""
    times = {name: tuple(race.values())[:2] for name, race in races.items()}  # of dense kernels: unpruned, and pruned
    whole = times[REMOVED[MOST]][0]
    return {name: Raced(found, *times.get(name, (whole, whole))) for name, found in measured.items()}


def panel() -> None:
    """The button that trains and measures the smaller networks on this machine; then how far that is, and Stop."""
    runs = {REMOVED[share]: smaller(share) for share in SHARES}

    def offer() -> None:
        if all(map(ask.tuned, runs.values())):
            st.markdown(HOUSE["tuned here"])
            return
        recording = recordings.find(vision.racing, runs[REMOVED[MOST]])
        how = {"icon": training_panel.PLAY, "type": "primary", "key": "faster_here"}
        with st.container(horizontal=True, vertical_alignment="center"):
            notices.say_recorded(recording, *map(ask.recorded_training, runs.values()))
            st.button(WORDS["faster: here"], on_click=training_panel.start, args=([*runs.values()],), **how)

    with st.container(border=True, key="faster"):
        training_panel.panel("faster", runs, offer)


def compared(races: Mapping[str, Raced]) -> Chart:
    """MACs, time and accuracy of each network: three columns of bars, each against the unpruned network's; no accuracy
    of the one that is not fine-tuned."""
    columns = {
        WORDS["faster: MACs"]: {name: each.measured["macs"] for name, each in races.items()},
        WORDS["faster: time"]: {name: each.after for name, each in races.items()},
        WORDS["faster: accuracy"]: {name: each.measured["accuracy"] for name, each in races.items() if name != ZEROED},
    }
    bars = [
        {
            "network": name,
            "x": at,
            "to": at + FILLS * known[name].value / known[UNPRUNED].value,
            "said": _said(known[name]),
        }
        | {"source": known[name].source}
        for at, known in enumerate(columns.values())
        for name in known
    ]
    missing = {"network": ZEROED, "x": len(columns) - 1, "said": WORDS["faster: not tuned"]}
    rows = {name: [str(known[name]) for known in columns.values() if name in known] for name in races}
    return Chart(
        WORDS["faster: title"],
        _spec(tuple(races)),
        {"bars": bars, "missing": [missing], "heads": [{"x": at, "said": head} for at, head in enumerate(columns)]},
        "; ".join(WORDS("faster: in words", network=name, numbers=", ".join(row)) for name, row in rows.items()),
        lambda: _table(columns),
        WORDS("faster: note", epochs=EPOCHS),
        badges_of(quantity for known in columns.values() for quantity in known.values()),
    )


def draw(run: Experiment | None, pair: tuple[Outcome, Outcome] | None) -> list[Chart]:
    """The panel; how many times fewer MACs and seconds a network takes once it is pruned by a `run`, and the large one;
    the time of both, by kernel and by channels. Gives the charts. `pair`: outcomes before and after that run, None
    until they are measured."""
    panel()
    found = raced()
    kernels = answer(ask.race, run) if pair else None
    tiles = quotients(*pair) if pair else {}
    numbers(tiles | {LARGE: found[REMOVED[MOST]].times_faster}, {LARGE: WORDS("large network: beside", share=MOST)})
    drawn = [ranges(WORDS["kernels: title"], WORDS["kernels: axis"], kernels)] if kernels else []
    drawn.append(compared(found))
    row("speed", *drawn)
    return drawn


def quotients(before: Outcome, after: Outcome) -> dict[str, Quantity]:
    """How many times fewer MACs and seconds a pruned network takes."""
    macs = [model.measurement["macs"] for model in (before, after)]
    return {WORDS["MACs quotient"]: quotient(*macs), WORDS["time quotient"]: quotient(*after.timing)}


def _said(quantity: Quantity) -> str:
    """A number as its bar says it: the head of the column says what is counted."""
    return str(quantity).removesuffix("MACs").strip()


def _table(columns: Mapping[str, Mapping[str, Quantity]]) -> pd.DataFrame:
    rows = [
        (name, head, str(quantity), quantity.source)
        for head, known in columns.items()
        for name, quantity in known.items()
    ]
    heads = [WORDS["faster: network"], WORDS["faster: what"], WORDS["faster: value"], WORDS["faster: source"]]
    return pd.DataFrame(rows, columns=heads)


@lru_cache(maxsize=1)
def _spec(networks: tuple[str, ...]) -> dict[str, Any]:
    """Bars in three columns, a row a network; their numbers stand behind them."""
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 3], nice=False))
    y = alt.Y("network:N", sort=None, title=None, scale=alt.Scale(domain=list(networks)))
    said = {"y": y, "text": "said:N"}
    bars = named("bars")
    return specification(
        alt.layer(
            bars.mark_bar(height=16).encode(x=x, x2="to:Q", y=y, color=series("bars"), tooltip=["said:N", "source:N"]),
            bars.mark_text(align="left", dx=4, fontSize=12).encode(x=alt.X("to:Q", axis=None), **said),
            named("missing").mark_text(align="left", fontSize=12, opacity=0.7).encode(x=x, **said),
            named("heads")
            .mark_text(align="left", fontSize=12, fontWeight="bold")
            .encode(x=x, y=alt.value(-8), text="said:N"),
        ).properties(height=ROW * len(networks))
    )
