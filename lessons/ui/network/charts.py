"""A network opened up: its prediction for an image, and its layers side by side."""

from collections.abc import Hashable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from lessons.charts.bars import BARS, bar_specification, layer_bars
from lessons.charts.chart import REACH, Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.stack import stack
from lessons.measure.layer_view import LayerCost, OneWeight
from lessons.measure.per_layer import COSTS, quantities, total
from lessons.measure.training_cost import TrainingCost
from lessons.quantity import Badge, Measurement, counted
from lessons.text import sections

WORDS = sections("network")
GROWS = {"MACs": WORDS["MACs"], "parameters": WORDS["parameters and bytes"], "accuracy": WORDS["accuracy"]}
MACS = (10_000, 30_000, 100_000, 300_000, 1_000_000)  # ticks that have room on a phone


def predictions(names: Sequence[str], probabilities: Sequence[float]) -> Chart:
    """The probability a network gives each class."""
    percent = [100 * float(p) for p in probabilities]
    best = int(np.argmax(percent))
    bars = [{"class": name, "value": p, "label": f"{p:.1f} %"} for name, p in zip(names, percent, strict=True)]
    return Chart(
        WORDS["predictions"],
        bar_specification("class", WORDS["probability"], tuple(names), BARS + 30, 100),
        {"bars": bars, REACH: [{"value": 200}]},
        WORDS("predictions in words", best=names[best], probability=percent[best]),
        lambda: pd.DataFrame({WORDS["class"]: names, WORDS["probability"]: percent}),
    )


def costs(layers: Sequence[LayerCost], *which: str) -> list[Chart]:
    """A chart for each of these costs (see `per_layer.COSTS`), a bar a layer."""
    each = {layer.name: quantities(layer) for layer in layers}
    return [layer_bars(COSTS[name], {at: cost[name] for at, cost in each.items()}) for name in which]


def training_costs(layers: Sequence[TrainingCost], here: str) -> Chart:
    """The MACs of a training example, layer by layer: forward, and the two gradients. `here`: the layer in use."""
    parts = {
        at.name: {
            WORDS["forward"]: at.forward,
            WORDS["gradient: weights"]: at.weights,
            WORDS["gradient: inputs"]: at.inputs,
        }
        for at in layers
    }
    return stack(WORDS["training example"], WORDS["layer: axis"], parts, "MAC", here, ("measured",))


def of_sizes(
    sizes: Sequence[Hashable], costs: Sequence[Sequence[LayerCost]], measured: Sequence[Measurement | None]
) -> dict[Hashable, dict[str, float | None]]:
    """MACs, parameters and accuracy (%) of networks of these sizes; no accuracy where none is measured yet."""
    return {
        at: {
            "MACs": total(layers, "MACs").value,
            "parameters": total(layers, "parameters").value,
            "accuracy": known and known["accuracy"].value,
        }
        for at, layers, known in zip(sizes, costs, measured, strict=True)
    }


def along_sizes(
    numbers: Mapping[tuple[int, int], Mapping[str, float | None]],
    width: int,
    depth: int,
    badges: tuple[Badge, ...] = ("measured",),
) -> list[Chart]:
    """What width and depth multiply, each with the other as it is, and what accuracy that buys. `numbers`: of networks
    by (width, depth); `badges`: how their accuracies are known."""
    wider, deeper = (sorted(at for at in numbers if at[axis] == same) for axis, same in ((1, depth), (0, width)))
    return [
        growth(WORDS["width: grows"], WORDS["width: axis"], {at[0]: numbers[at] for at in wider}, badges),
        growth(WORDS["depth: grows"], WORDS["depth: axis"], {at[1]: numbers[at] for at in deeper}, badges),
        accuracy_against_macs(
            numbers, {counted(depth, WORDS["convolution"]): wider, counted(width, WORDS["channel"]): deeper}, badges
        ),
    ]


def growth(
    what: str, unit: str, numbers: Mapping[int, Mapping[str, float | None]], badges: tuple[Badge, ...] = ("measured",)
) -> Chart:
    """Numbers of networks by size (`what`, counted in `unit`), smallest first, as multiples of the smallest network's.
    None is not measured yet; `badges`: how accuracies are known."""
    first = next(iter(numbers.values()))
    curves = {
        GROWS[name]: [(size, row[name] / first[name]) for size, row in numbers.items() if row[name] and first[name]]
        for name in first
    }
    chart = lines(
        WORDS("growth", what=what),
        Axis(unit),
        Axis(WORDS["times the smallest"], format="~g"),
        curves,
        [Point(name, *at, name, says=False) for name, curve in curves.items() for at in curve],
        badges=badges,
    )
    return replace(chart, spec=_ticks(chart.spec, tuple(numbers)), tabled=lambda: _sizes(unit, numbers))


def _ticks(spec: Mapping[str, Any], values: Sequence[int]) -> dict[str, Any]:
    """The same specification with a tick at each of these values of x, and at no other."""
    found = deepcopy(dict(spec))
    for layer in found["layer"]:
        layer["encoding"]["x"].get("axis", {})["values"] = list(values)
    return found


def _sizes(unit: str, numbers: Mapping[int, Mapping[str, float | None]]) -> pd.DataFrame:
    """The numbers of each network, by its size in `unit`."""
    return pd.DataFrame([{unit: size} | {GROWS[name]: row[name] for name in row} for size, row in numbers.items()])


def accuracy_against_macs(
    networks: Mapping[Hashable, Mapping[str, float | None]],
    curves: Mapping[str, Sequence[Hashable]],
    badges: tuple[Badge, ...] = ("measured",),
) -> Chart:
    """Test accuracy (%) against MACs; `networks`: by (width, depth); `curves`: which of them are joined, by name;
    `badges`: how accuracies are known."""

    def at(size: Hashable) -> tuple[float, float]:
        return networks[size]["MACs"], networks[size]["accuracy"]

    joined = {name: [at(size) for size in sizes if networks[size]["accuracy"]] for name, sizes in curves.items()}
    beside = dict(zip(curves, ("below right", "right"), strict=True))  # off a curve that rises, and one that falls
    points = {
        size: Point("{}×{}".format(*size), *at(size), name, place=beside[name])
        for name, sizes in curves.items()
        for size in sizes
        if networks[size]["accuracy"]
    }
    chart = lines(
        WORDS["accuracy against MACs"],
        Axis(WORDS["MACs per image"]),
        Axis(WORDS["test accuracy"], log=False),
        joined,
        list(points.values()),
        note=WORDS["accuracy against MACs: note"],
        badges=badges,
        clear=True,
    )
    return replace(chart, spec=_ticks(chart.spec, MACS))


def steps_on_a_curve(tried: OneWeight, path: Sequence[tuple[float, float]], left: int) -> tuple[Chart, Chart]:
    """The loss (nats) along one weight with the steps walked on it, and the loss after each step. `path`: (weight,
    loss), the first is the start; `left`: the step that left the measured range, 0 if none did."""
    loss, curve = Axis(WORDS["loss"], log=False, format=".3~g"), list(zip(tried.values, tried.losses, strict=True))
    apart = 0.03 * (tried.values[-1] - tried.values[0])
    last, points = float("inf"), []
    for step, (weight, value) in enumerate(path):  # where steps are small, not every one is numbered
        says = abs(weight - last) > apart
        rises = np.interp(weight, tried.values, tried.gradients) > 0
        place = "left" if rises else "right"  # above the curve
        points.append(Point(str(step), weight, value, WORDS["walked"], WORDS("step", step=step), says, place))
        last = weight if says else last
    weight = Axis(WORDS["value of the weight"], log=False, format="~g")
    along = lines(
        WORDS["along a weight"],
        weight,
        loss,
        {WORDS["loss, measured"]: curve, WORDS["walked"]: path},
        points,
        badges=("measured",),
    )
    by_step = list(enumerate(value for _, value in path))
    after = lines(
        WORDS["after each step"],
        Axis(WORDS["step: axis"], log=False, format="d"),
        loss,
        {WORDS["loss, measured"]: [], WORDS["walked"]: by_step},  # so that steps have their colour
        [Point(str(step), step, value, WORDS["walked"], says=False) for step, value in by_step],
        legend=False,
    )
    end = WORDS("leaves the range", step=left) if left else ""
    found = WORDS("points on the curve", points=len(tried.values), images=tried.pictures, end=end)
    return replace(along, note=found), replace(after, note=WORDS("interpolated", end=end))
