"""What a teacher knows besides the answer, what a student makes of it, and what else the teacher could have become."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from statistics import fmean, stdev
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lessons.charts.chart import REACH, Chart, named, specification
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.sweep import Sweep
from lessons.estimate.training_break_even import within
from lessons.quantity import Badge, Measurement, Quantity, badges_of, show
from lessons.text import sections
from lessons.training.progress import PROBE, TrainingStep

WORDS = sections("distillation")
ENOUGH = 3  # seeds for a deviation
ROOM = 2.5  # points of accuracy to either side, at least: what is nearly nothing must not look large
RACE, PLOT, TWO_LINES = 260, 190, 38  # pixels: the height of a race with its axis and without; of a name in two lines
BEHIND, BEFORE = 0.14, 2.5  # room for names: behind the ends of lines, of their steps; before the first label, times
FULL = 112  # % where an axis of shares ends: a bar of 100 % has its number behind it
WHO = {  # students, by their keys, as a reader calls them
    "alone": WORDS["alone"],
    "taught": WORDS["taught"],
    "alone+bias": WORDS["alone, put right"],
    "taught+bias": WORDS["taught, put right"],
}
STUDENTS = {"alone": WORDS["student alone"], "taught": WORDS["student taught"]}  # beside a teacher
MADE = {  # what a teacher can be made into, by its key
    "quantized": WORDS["quantized"],
    "pruned": WORDS["pruned"],
    "fine-tuned": WORDS["fine-tuned"],
}
NAMED = {
    "quantized": ("2", "below right"),
    "pruned": ("50", "left"),
}  # which point of a curve says what it is, and where
ALONG = {"alone": "below right", "taught": "left"}  # on a curve
RUNNING = {name: () for name in (WHO["alone"], WHO["taught"])}  # in all charts the first colours of the theme
KINDS = ("alone", "taught", "quantized", "pruned", "fine-tuned")  # of bars, in the order of these colours
Family = Mapping[str, Measurement | None]


def softened(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities [n, classes] at a temperature, for a table; `shrink.distill.softened` is what trains."""
    raised = np.exp((logits - logits.max(-1, keepdims=True)) / temperature)
    return raised / raised.sum(-1, keepdims=True)


def least_sure(logits: np.ndarray, count: int = 12) -> list[int]:
    """The images whose top-1 class has the lowest probability."""
    return np.argsort(softened(logits, 1.0).max(1), kind="stable")[:count].tolist()


def dark_knowledge(
    logits: np.ndarray,
    right: np.ndarray,
    names: Sequence[str],
    temperatures: Sequence[str],
    badges: tuple[Badge, ...],
) -> Sweep:
    """The mean soft targets [classes, classes] of the images of each class (%), at each temperature."""
    percent = [100 * softened(logits, float(temperature)) for temperature in temperatures]
    alike = [np.stack([soft[right == at].mean(0) for at in range(len(names))]) for soft in percent]
    tables = [pd.DataFrame(shares, columns=list(names)) for shares in alike]
    whole = [
        table.assign(**{WORDS["temperature: column"]: at, WORDS["images of"]: names})[
            [WORDS["temperature: column"], WORDS["images of"], *names]
        ]
        for at, table in zip(temperatures, tables, strict=True)
    ]
    return Sweep(
        WORDS["mean soft targets"],
        {
            "positions": list(temperatures),
            "names": list(names),
            "alike": [shares.round(1).tolist() for shares in alike],
            "words": [_most_alike(at, shares, names) for at, shares in zip(temperatures, alike, strict=True)],
        },
        pd.concat(whole, ignore_index=True),
        badges,
    )


def _most_alike(temperature: str, shares: np.ndarray, names: Sequence[str]) -> str:
    """Which class [classes, classes] (%) has most of another's images."""
    others = np.where(np.eye(len(names), dtype=bool), -1, shares)
    of, to = np.unravel_index(others.argmax(), others.shape)
    return WORDS("mean soft targets: note", at=temperature, share=f"{others[of, to]:.1f}", to=names[to], of=names[of])


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
    badges: list[Badge] = ["measured"] * bool(seen or ended) + ["recorded"] * bool(recorded)
    chart = lines(
        WORDS["race: title"],
        Axis(WORDS["optimiser step"], log=False, format="d"),
        Axis(WORDS["accuracy (%)"], log=False),
        RUNNING | seen,
        [Point(_ended(name, at[1], name in ended), *at, name, says=False) for name, at in ends.items()],
        height=RACE,
        note=" ".join(
            [WORDS("race: note", images=PROBE)] + [WORDS["dashed"]] * bool(recorded and badges != ["recorded"])
        ),
        badges=tuple(badges),
        legend=False,
        recorded=recorded,
    )
    return _named_at_ends(chart, {name: _ended(name, at[1], name in ended) for name, at in ends.items()})


def _ended(who: str, accuracy: float, before: bool) -> str:
    """Who, and in a second line where it ended, perhaps already `before` this visit."""
    said = WORDS["race: before"] if before else WORDS["race: end"]
    return said.format(who=who, accuracy=accuracy).replace("|", "\n")


def _named_at_ends(chart: Chart, names: Mapping[str, str]) -> Chart:
    """Lines with these names, by line, behind their ends, where the axis goes on for them; none on another."""
    drawn = [*chart.data["lines"], *chart.data["points"]]
    (left, right), (low, high) = ((min(each), max(each)) for each in ([row[of] for row in drawn] for of in "xy"))
    ends = sorted(chart.data["points"], key=lambda row: row["y"])
    apart = TWO_LINES / PLOT * (high - low)
    if len(ends) == 2 and (close := apart - (ends[1]["y"] - ends[0]["y"])) > 0:
        ends = [row | {"y": row["y"] + side * close / 2} for side, row in zip((-1, 1), ends, strict=True)]
    mark = {"type": "text", "align": "left", "dx": 8, "lineBreak": "\n", "color": "currentColor", "aria": False}
    at = {of: {"field": of, "type": "quantitative"} for of in "xy"}
    written = {"data": {"name": "names"}, "mark": mark, "encoding": at | {"text": {"field": "name", "type": "nominal"}}}
    names_at = [{"x": row["x"], "y": row["y"], "name": names[row["kind"]]} for row in ends]
    whole = replace(chart, data={**chart.data, "names": names_at})
    return _reaching(whole, right + BEHIND * (right - left), written)


def _reaching(chart: Chart, x: float, *layers: Mapping[str, Any]) -> Chart:
    """A chart whose x axis goes on to `x`, with more layers."""
    mark = {"type": "point", "opacity": 0, "aria": False}
    far = {"data": {"name": REACH}, "mark": mark, "encoding": {"x": {"field": "x", "type": "quantitative"}}}
    spec = {**chart.spec, "layer": [*chart.spec["layer"], far, *layers]}
    return replace(chart, spec=spec, data={**chart.data, REACH: [{"x": x}]})


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
        chart = lines(
            WORDS["along labels: title"],
            Axis(WORDS["labelled images: axis"]),
            Axis(WORDS["accuracy (%)"], log=False),
            {WHO[name]: curve for name, curve in shown.items()},
            points,
            height=300,
            note=WORDS["along labels: note"],
            badges=badges,
            legend=False,
        )
        return _reaching(chart, min(at for curve in shown.values() for at, _ in curve) / BEFORE)

    return marked


def gained(finishes: Mapping[str, Sequence[Measurement | None]]) -> float | None:
    """Points that the taught one is ahead on average, where there is somebody to be ahead of."""
    pairs = [(a, b) for a, b in zip(finishes.get("alone", ()), finishes["taught"], strict=False) if a and b]
    return fmean(taught["accuracy"].value - alone["accuracy"].value for alone, taught in pairs) if pairs else None


def made(family: str, amount: str) -> str:
    """What a teacher was made into, in words. `amount`: bits per weight, or percent of its weights that are pruned."""
    if family == "quantized":
        return WORDS["quantized to one"] if amount == "1" else WORDS("quantized to", bits=amount)
    said = WORDS["pruned by"] if family == "pruned" else WORDS["pruned by, fine-tuned"]
    return said.format(percent=amount)


def bargain(families: Mapping[str, Family], students: Mapping[str, Measurement]) -> list[Chart]:
    """Accuracy against the file (kB), and against the energy of an image (µJ), of the teacher shrunk in other ways and
    of its students; and accuracy of those that fit into the student's bytes. `families`: by a key of MADE."""
    known = {
        name: {at: m for at, m in family.items() if m} for name, family in families.items() if any(family.values())
    }
    return [
        _against("packed", 1e-3, WORDS["against bytes"], WORDS["kilobytes"], known, students),
        _against("energy_45nm", 1e6, WORDS["against energy"], WORDS["microjoules"], known, students),
        _in_the_same_bytes(families, students),
    ]


def _against(
    what: str,
    scale: float,
    title: str,
    axis: str,
    known: Mapping[str, Mapping[str, Measurement]],
    students: Mapping[str, Measurement],
) -> Chart:
    """Accuracy against a quantity, times `scale`; a curve for each family, a point for each student."""

    def place(measurement: Measurement) -> tuple[float, float]:
        return scale * measurement[what].value, measurement["accuracy"].value

    colours = {name: () for name in STUDENTS.values()} | {MADE[name]: () for name in MADE}
    curves = colours | {MADE[name]: [place(m) for m in family.values()] for name, family in known.items()}
    points = [Point(STUDENTS[name], *place(m), STUDENTS[name]) for name, m in students.items()]
    points += [
        Point(
            MADE[name] if name == "fine-tuned" else made(name, at),
            *place(m),
            MADE[name],
            says=at == NAMED.get(name, (at,))[0],
            place=NAMED.get(name, ("", "right"))[1],
        )
        for name, family in known.items()
        for at, m in family.items()
    ]
    seen = [*students.values(), *(m for family in known.values() for m in family.values())]
    badges = badges_of(m[name] for m in seen for name in (what, "accuracy"))
    y = Axis(WORDS["test accuracy"], log=False)
    return lines(title, Axis(axis, format="~g"), y, curves, points, 340, badges=badges, legend=False)


def _in_the_same_bytes(families: Mapping[str, Family], students: Mapping[str, Measurement]) -> Chart:
    """Accuracy of the students, and of the largest of each family that fits into the student's file."""
    fits = {name: within(family, students["taught"]) for name, family in families.items()}
    bars = {STUDENTS[name]: (name, found["accuracy"]) for name, found in students.items()}
    bars |= {made(name, at): (name, families[name][at]["accuracy"]) for name, at in fits.items() if at}
    whole = {name: family for name, family in families.items() if family and all(family.values())}
    least = {name: min(found["packed"].value for found in family.values()) for name, family in whole.items()}
    none = [WORDS("does not fit", how=MADE[name], bytes=show(least[name], "bytes")) for name in least if not fits[name]]
    chart = _bars(WORDS("in the same bytes", bytes=students["taught"]["packed"]), bars)
    return replace(chart, note=" ".join(none))


def recalls(measured: Mapping[str, Measurement], label: int, right: np.ndarray) -> Chart:
    """How often each names a class when it sees it, as bars."""
    shares = {
        WHO[name]: (name, Quantity("recall", 100 * float((answers == label)[right == label].mean()), "%", known.badge))
        for name, found in measured.items()
        for answers, known in [(np.frombuffer(found.answers, np.uint8), found["accuracy"])]
    }
    return _bars(WORDS["recall: title"], shares)


def accuracies(measured: Mapping[str, Measurement]) -> Chart:
    """Accuracy of each, as bars."""
    return _bars(WORDS["accuracies: title"], {WHO[name]: (name, each["accuracy"]) for name, each in measured.items()})


def _bars(title: str, shares: Mapping[str, tuple[str, Quantity]]) -> Chart:
    """Shares (%) as bars, each with its number behind it, by their names; a student has its colour in every chart. Each
    comes with whose it is, one of KINDS."""
    bars = [
        {"who": name, "of": kind.removesuffix("+bias"), "share": float(share.value), "label": str(share)}
        for name, (kind, share) in shares.items()
    ]
    said = "; ".join(f"{bar['who']}: {bar['label']}" for bar in bars)
    return Chart(
        title,
        _bar_spec(tuple(shares)),
        {"bars": bars},
        WORDS("bars: in words", title=title, bars=said),
        lambda: pd.DataFrame({WORDS["who"]: list(shares), WORDS["share (%)"]: [bar["share"] for bar in bars]}),
        badges=badges_of(share for _, share in shares.values()),
    )


@lru_cache(maxsize=16)
def _bar_spec(rows: tuple[str, ...]) -> dict[str, Any]:
    y = alt.Y("who:N", sort=list(rows), title=None, axis=alt.Axis(labelOverlap=False, labelLimit=200))
    ticks = alt.Axis(values=[0, 25, 50, 75, 100], gridOpacity=0.4)
    x = alt.X("share:Q", title=WORDS["share (%)"], scale=alt.Scale(domain=[0, FULL], nice=False), axis=ticks)
    colour = alt.Color("of:N", scale=alt.Scale(domain=list(KINDS)), legend=None)
    tips = [alt.Tooltip("who:N", title=WORDS["who"]), alt.Tooltip("label:N", title=WORDS["share (%)"])]
    bars = named("bars")
    return specification(
        alt.layer(
            bars.mark_bar().encode(x=x, y=y, color=colour, tooltip=tips),
            bars.mark_text(align="left", dx=4).encode(x=x, y=y, text="label:N"),
        ).properties(height=46 * len(rows) + 10)
    )
