"""Students while they train, and where they end: in this race, in every race so far, and by the number of labels."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from statistics import fmean, stdev
from typing import Any

import altair as alt
import pandas as pd

from lessons.charts.chart import REACH, Chart, named, specification
from lessons.charts.line_names import RIGHT_OF_END, End, at_ends, room, upright
from lessons.charts.lines import Axis, Point, lines
from lessons.quantity import Badge, Measurement, badges_of
from lessons.text import sections
from lessons.training.progress import PROBE, TrainingStep
from lessons.ui.distillation.students import RUNNING, WHO

WORDS = sections("distillation")
ENOUGH = 3  # seeds for a deviation
ROOM = 2.5  # points of accuracy to either side, at least: what is nearly nothing must not look large
RACE = 260  # pixels: the height of a race with its axis
BEFORE = 2.5  # times: room for names before the first label
ALONG = {"alone": "below right", "taught": "left"}  # on a curve
Told = Mapping[str, Sequence[TrainingStep]]  # by runner


def race(told: Told, kept: Told, before: Mapping[str, Measurement | None]) -> Chart:
    """Accuracy of each runner while it trains, over how it was when that was recorded (`kept`), each named where its
    curve ends; those trained `before` as points, where they ended."""
    seen, recorded = (
        {
            WHO[name]: [(s.step, s.accuracy) for s in steps if s.accuracy is not None]
            for name, steps in of.items()
            if steps
        }
        for of in (told, kept)
    )
    last = max(step.step for of in (told, kept) for steps in of.values() for step in steps)
    ended = {WHO[name]: found["accuracy"] for name, found in before.items() if found}
    longest = {name: max((of.get(name, []) for of in (seen, recorded)), key=len) for name in RUNNING}
    ends = {name: curve[-1] for name, curve in longest.items() if curve} | {
        name: (last, end.value) for name, end in ended.items()
    }
    names = {name: _ended(name, at[1], name in ended) for name, at in ends.items()}
    first = min((step for of in (seen, recorded) for curve in of.values() for step, _ in curve), default=last)
    badges: list[Badge] = ["measured"] * bool(seen or ended) + ["recorded"] * bool(recorded)
    chart = lines(
        WORDS["race: title"],
        Axis(WORDS["optimiser step"], log=False, format="d"),
        Axis(WORDS["accuracy (%)"], log=False),
        RUNNING | seen,
        [Point(names[name], *at, name, says=False) for name, at in ends.items()],
        height=RACE,
        note=" ".join(
            [WORDS("race: note", images=PROBE)] + [WORDS["dashed"]] * bool(recorded and badges != ["recorded"])
        ),
        badges=tuple(badges),
        legend=False,
        recorded=recorded,
        reach=[(last + room([*names.values()]) * (last - first), at[1]) for at in ends.values()],
    )
    return at_ends(chart, [End(names[name], *at, RIGHT_OF_END) for name, at in ends.items()], upright(chart))


def _ended(who: str, accuracy: float, before: bool) -> str:
    """Who, and in a second line where it ended, perhaps already `before` this visit."""
    said = WORDS["race: before"] if before else WORDS["race: end"]
    return said.format(who=who, accuracy=accuracy).replace("|", "\n")


def by_seed(finishes: Mapping[str, Sequence[Measurement | None]]) -> Chart:
    """What each runner has ended with in every race; from three on with mean and standard deviation."""
    values = {WHO[name]: [found["accuracy"].value for found in ended if found] for name, ended in finishes.items()}
    ends = [
        {"who": WHO[name], "race": at + 1, "accuracy": found["accuracy"].value, "badge": found["accuracy"].badge}
        for name, ended in finishes.items()
        for at, found in enumerate(filter(None, ended))
    ]
    count = min(map(len, values.values()), default=0)
    bars = [(name, fmean(found), stdev(found)) for name, found in values.items() if count >= ENOUGH]
    said = "; ".join(WORDS("mean and spread", who=who, mean=middle, spread=spread) for who, middle, spread in bars)
    so_far = "; ".join(WORDS("so far", who=who, accuracy=fmean(found)) for who, found in values.items() if found)
    few = WORDS("few races", so_far=so_far, races=count, enough=ENOUGH)
    badges = badges_of(found["accuracy"] for ended in finishes.values() for found in ended if found)
    every = [end["accuracy"] for end in ends] or [0.0]
    centre = (min(every) + max(every)) / 2
    return Chart(
        WORDS["every race: title"],
        _strips(tuple(values)),
        {
            "ends": ends,
            "bars": [
                {"who": name, "mean": middle, "low": middle - spread, "high": middle + spread}
                for name, middle, spread in bars
            ],
            REACH: [{"accuracy": centre - ROOM}, {"accuracy": centre + ROOM}],
        },
        WORDS("every race: in words", races=count, said=said or few),
        lambda: _headed(pd.DataFrame(ends)),
        " ".join([WORDS("means and spreads", said=said) if said else few] + [WORDS["hollow"]] * (len(badges) > 1)),
        badges,
    )


def _headed(table: pd.DataFrame) -> pd.DataFrame:
    """A table under the words a reader knows its columns by."""
    heads = {"who": WORDS["who"], "race": WORDS["number of the race"], "accuracy": WORDS["accuracy (%)"]}
    return table.rename(columns=heads | {"badge": WORDS["how known"]})


@lru_cache(maxsize=4)
def _strips(names: tuple[str, ...]) -> dict[str, Any]:
    """Points in rows, under each row a bar for mean and deviation."""
    rows = alt.Axis(grid=True, gridOpacity=0.4, gridDash=[2, 3])
    y = alt.Y("who:N", sort=list(names), title=None, scale=alt.Scale(domain=list(names)), axis=rows)
    x = alt.X(
        "accuracy:Q",
        title=WORDS["accuracy on all"],
        scale=alt.Scale(zero=False, padding=16),
        axis=alt.Axis(tickCount=6, gridOpacity=0.4),
    )
    colour = alt.Color("who:N", scale=alt.Scale(domain=list(RUNNING)), legend=None)
    bars = named("bars").encode(y=y, color=colour)
    return specification(
        alt.layer(
            named("ends")
            .mark_point(filled=True, size=90, strokeWidth=2)
            .encode(
                x=x,
                y=y,
                color=colour,
                stroke=colour,
                fillOpacity=alt.condition("datum.badge == 'recorded'", alt.value(0.1), alt.value(0.8)),
                tooltip=[
                    alt.Tooltip("who:N", title=WORDS["who"]),
                    alt.Tooltip("race:O", title=WORDS["number of the race"]),
                    alt.Tooltip("accuracy:Q", title=WORDS["accuracy (%)"], format=".1f"),
                    alt.Tooltip("badge:N", title=WORDS["how known"]),
                ],
            ),
            bars.mark_rule(strokeWidth=3, yOffset=18).encode(x=alt.X("low:Q"), x2="high:Q"),
            bars.mark_tick(thickness=3, size=14, yOffset=18).encode(x=alt.X("mean:Q")),
            named(REACH).mark_point(opacity=0).encode(x=x),
        ).properties(height=200)
    )


def along_labels(ends: Mapping[int, Mapping[str, Sequence[Measurement]]]) -> Callable[[int], Chart]:
    """Accuracy of each runner against the number of labels, as means over the races; gives the chart for a number that
    is marked. A single label, with which accuracy is a matter of chance, is left out unless it is that number."""
    curves = {
        name: [(at, fmean(m["accuracy"].value for m in of[name])) for at, of in ends.items() if name in of]
        for name in ("alone", "taught")
    }
    badges = badges_of(m["accuracy"] for of in ends.values() for each in of.values() for m in each)

    def marked(here: int) -> Chart:
        shown = {name: [at for at in curve if at[0] >= min(here, 2)] for name, curve in curves.items()}
        points = [
            Point(WHO[name], *at, WHO[name], place=ALONG[name])
            for name, curve in shown.items()
            for at in curve
            if at[0] == here
        ]
        most = max(at[1] for curve in shown.values() for at in curve)
        return lines(
            WORDS["along labels: title"],
            Axis(WORDS["labelled images: axis"]),
            Axis(WORDS["accuracy (%)"], log=False),
            {WHO[name]: curve for name, curve in shown.items()},
            points,
            height=300,
            note=WORDS["along labels: note"],
            badges=badges,
            legend=False,
            reach=[(min(at for curve in shown.values() for at, _ in curve) / BEFORE, most)],
        )

    return marked


def gained(finishes: Mapping[str, Sequence[Measurement | None]]) -> float | None:
    """Points that the taught one is ahead on average, where there is somebody to be ahead of."""
    pairs = [(a, b) for a, b in zip(finishes.get("alone", ()), finishes["taught"], strict=False) if a and b]
    return fmean(taught["accuracy"].value - alone["accuracy"].value for alone, taught in pairs) if pairs else None
