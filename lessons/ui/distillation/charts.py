"""What a teacher knows besides the answer, what a student makes of it, and what else the teacher could have become."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from statistics import fmean, stdev
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lessons.charts.bars import layer_bars
from lessons.charts.chart import REACH, Chart, named, specification
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.sweep import Sweep
from lessons.estimate.training_break_even import within
from lessons.quantity import Badge, Measurement, Quantity, badges_of, show
from lessons.training.progress import PROBE, TrainingStep

ENOUGH = 3  # seeds for a deviation
ROOM = 2.5  # points of accuracy to either side, at least: what is nearly nothing must not look large
NAMED = ("8 bits", "2 bits", "50 %")  # points of the teacher's curves that say where they are
BESIDE = {"alone": "below right", "taught": "right"}  # where a student's name stands
ALONG = {"alone": "below right", "taught": "left"}  # on a curve
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
        table.assign(temperature=at, image=names)[["temperature", "image", *names]]
        for at, table in zip(temperatures, tables, strict=True)
    ]
    return Sweep(
        "Mean soft targets of all test images (%)",
        {
            "positions": list(temperatures),
            "names": list(names),
            "alike": [shares.round(1).tolist() for shares in alike],
        },
        pd.concat(whole, ignore_index=True),
        badges,
    )


Told = Mapping[str, Sequence[TrainingStep]]  # by runner


def race(told: Told, kept: Told, before: Mapping[str, Measurement | None]) -> Chart:
    """Accuracy of each runner while it trains, over how it was when that was recorded (`kept`); those trained `before`
    as points, where they ended."""
    seen, recorded = (
        {name: [(s.step, s.accuracy) for s in steps if s.accuracy is not None] for name, steps in of.items() if steps}
        for of in (told, kept)
    )
    last = max(step.step for of in (told, kept) for steps in of.values() for step in steps)
    ended = {name: found["accuracy"] for name, found in before.items() if found}
    badges: list[Badge] = ["measured"] * bool(seen or ended) + ["recorded"] * bool(recorded)
    return lines(
        "The race",
        Axis("optimiser step", log=False, format="d"),
        Axis(f"accuracy on {PROBE:,} test images (%)", log=False),
        seen,
        [Point(f"{name}, before: {end}", last, end.value, name, place="left") for name, end in ended.items()],
        height=260,
        note="Same first weights, same images in the same order: only the loss differs."
        + (" Dashed: recorded." if recorded and badges != ["recorded"] else ""),
        badges=tuple(badges),
        recorded=recorded,
    )


def by_seed(finishes: Mapping[str, Sequence[Measurement | None]]) -> Chart:
    """What each runner has ended with in every race; from three on with mean and standard deviation."""
    values = {name: [found["accuracy"].value for found in ended if found] for name, ended in finishes.items()}
    ends = [
        {"who": name, "race": at + 1, "accuracy": found["accuracy"].value, "badge": found["accuracy"].badge}
        for name, ended in finishes.items()
        for at, found in enumerate(filter(None, ended))
    ]
    count = min(map(len, values.values()), default=0)
    bars = [(name, fmean(found), stdev(found)) for name, found in values.items() if count >= ENOUGH]
    said = "; ".join(f"{name} {middle:.1f} ± {spread:.1f} %" for name, middle, spread in bars)
    so_far = "; ".join(f"{name} {fmean(found):.1f} %" for name, found in values.items() if found)
    few = f"{so_far}. {count} of the {ENOUGH} races from which on a deviation can be told."
    badges = badges_of(found["accuracy"] for ended in finishes.values() for found in ended if found)
    every = [end["accuracy"] for end in ends] or [0.0]
    centre = (min(every) + max(every)) / 2
    return Chart(
        "Every race so far",
        _strips(tuple(values)),
        {
            "ends": ends,
            "bars": [
                {"who": name, "mean": middle, "low": middle - spread, "high": middle + spread}
                for name, middle, spread in bars
            ],
            REACH: [{"accuracy": centre - ROOM}, {"accuracy": centre + ROOM}],
        },
        f"Accuracy of each runner at the end of {count} races. {said or few}",
        lambda: pd.DataFrame(ends).rename(columns={"accuracy": "accuracy (%)"}),
        (f"Mean ± standard deviation: {said}." if said else few) + (" Hollow: recorded." if len(badges) > 1 else ""),
        badges,
    )


@lru_cache(maxsize=4)
def _strips(names: tuple[str, ...]) -> dict[str, Any]:
    """Points in rows, under each row a bar for mean and deviation."""
    y = alt.Y("who:N", sort=list(names), title=None, scale=alt.Scale(domain=list(names)))
    x = alt.X(
        "accuracy:Q",
        title="accuracy on all test images (%)",
        scale=alt.Scale(zero=False, padding=16),
        axis=alt.Axis(tickCount=6),
    )
    colour = alt.Color("who:N", scale=alt.Scale(domain=list(names)), legend=None)
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
                tooltip=["who:N", "race:O", alt.Tooltip("accuracy:Q", format=".1f"), "badge:N"],
            ),
            bars.mark_rule(strokeWidth=3, yOffset=18).encode(x=alt.X("low:Q"), x2="high:Q"),
            bars.mark_tick(thickness=3, size=14, yOffset=18).encode(x=alt.X("mean:Q")),
            named(REACH).mark_point(opacity=0).encode(x=x),
        ).properties(height=200)
    )


def along_labels(ends: Mapping[int, Mapping[str, Sequence[Measurement]]]) -> Callable[[int], Chart]:
    """Accuracy of each runner against the number of labels, as means over the races; gives the chart for a number that
    is marked."""
    curves = {
        name: [(at, fmean(m["accuracy"].value for m in of[name])) for at, of in ends.items() if name in of]
        for name in ("alone", "taught")
    }
    badges = badges_of(m["accuracy"] for of in ends.values() for each in of.values() for m in each)

    def marked(here: int) -> Chart:
        points = [
            Point(name, *at, name, place=ALONG[name]) for name, curve in curves.items() for at in curve if at[0] == here
        ]
        return lines(
            "Accuracy against labels",
            Axis("labelled images"),
            Axis("accuracy on all test images (%)", log=False),
            curves,
            points,
            height=300,
            note="Means over the races.",
            badges=badges,
        )

    return marked


def gained(finishes: Mapping[str, Sequence[Measurement | None]]) -> float | None:
    """Points that the taught one is ahead on average, where there is somebody to be ahead of."""
    pairs = [(a, b) for a, b in zip(finishes.get("alone", ()), finishes["taught"], strict=False) if a and b]
    return fmean(taught["accuracy"].value - alone["accuracy"].value for alone, taught in pairs) if pairs else None


def bargain(families: Mapping[str, Family], students: Mapping[str, Measurement]) -> list[Chart]:
    """Accuracy against the file, and against the energy of a picture, of the teacher shrunk in other ways and of its
    students; and accuracy of those that fit into the student's bytes."""
    axes = {"packed": Axis("file (bytes)"), "energy_45nm": Axis("energy per image (J, estimated, ×/÷ 10)", format="~s")}
    titles = {"packed": "Accuracy against bytes", "energy_45nm": "Accuracy against energy"}
    known = {
        name: {at: m for at, m in family.items() if m} for name, family in families.items() if any(family.values())
    }

    def panel(what: str) -> Chart:
        def place(measurement: Measurement) -> tuple[float, float]:
            return measurement[what].value, measurement["accuracy"].value

        curves = {name: [place(m) for m in family.values()] for name, family in known.items()}
        points = [
            Point(at, *place(m), name, f"{name}, {at}", at in NAMED)
            for name, family in known.items()
            for at, m in family.items()
        ]
        points += [Point(name, *place(m), name, place=BESIDE[name]) for name, m in students.items()]
        seen = [*students.values(), *(m for family in known.values() for m in family.values())]
        badges = badges_of(m[name] for m in seen for name in (what, "accuracy"))
        return lines(titles[what], axes[what], Axis("test accuracy (%)", log=False), curves, points, 340, badges=badges)

    return [panel("packed"), panel("energy_45nm"), _in_the_same_bytes(families, students)]


def _in_the_same_bytes(families: Mapping[str, Family], students: Mapping[str, Measurement]) -> Chart:
    """Accuracy of the students, and of the largest of each family that fits into the student's file."""
    short = {name: name.removeprefix("teacher, ") for name in families}
    fits = {name: within(family, students["taught"]) for name, family in families.items()}
    bars = {name: found["accuracy"] for name, found in students.items()}
    bars |= {f"{short[name]} {at}": families[name][at]["accuracy"] for name, at in fits.items() if at}
    whole = {name: family for name, family in families.items() if family and all(family.values())}
    least = {name: min(found["packed"].value for found in family.values()) for name, family in whole.items()}
    none = [
        f"The teacher {short[name]} does not fit: {show(least[name], 'bytes')} at least"
        for name in least
        if not fits[name]
    ]
    chart = layer_bars(f"Accuracy in {students['taught']['packed']} or less", bars, upto=80)
    return replace(chart, note=". ".join(none) + "." * bool(none))


def recalls(measured: Mapping[str, Measurement], label: int, right: np.ndarray) -> Chart:
    """How often each names a class when it sees it, as bars."""
    shares = {
        name: Quantity("recall", 100 * float((answers == label)[right == label].mean()), "%", found["accuracy"].badge)
        for name, found in measured.items()
        for answers in [np.frombuffer(found.answers, np.uint8)]
    }
    return layer_bars("Images of the class that are recognised (recall)", shares, upto=80)


def accuracies(measured: Mapping[str, Measurement]) -> Chart:
    """Accuracy of each, as bars."""
    found = {name: each["accuracy"] for name, each in measured.items()}
    return layer_bars("Accuracy on all test images", found, upto=80)
