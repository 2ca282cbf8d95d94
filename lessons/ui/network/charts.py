"""A network opened up: its prediction for an image, and its layers side by side."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from lessons.charts.bars import BARS, bar_specification, layer_bars
from lessons.charts.chart import REACH, Chart
from lessons.charts.lines import Axis, Point, lines
from lessons.measure.layer_view import LayerCost, OneWeight
from lessons.measure.per_layer import COSTS, quantities, total
from lessons.measure.training_cost import TrainingCost
from lessons.quantity import Measurement, Quantity


def predictions(names: Sequence[str], probabilities: Sequence[float]) -> Chart:
    """The probability a network gives each class."""
    percent = [100 * float(p) for p in probabilities]
    best = int(np.argmax(percent))
    bars = [{"class": name, "value": p, "label": f"{p:.1f} %"} for name, p in zip(names, percent, strict=True)]
    return Chart(
        "What the network predicts",
        bar_specification("class", "probability (%)", tuple(names), BARS + 30, 100),
        {"bars": bars, REACH: [{"value": 140}]},
        f"Bar chart of the probabilities of ten classes. The most probable: {names[best]}, {percent[best]:.1f} %.",
        lambda: pd.DataFrame({"class": names, "probability (%)": percent}),
    )


def costs(layers: Sequence[LayerCost], *which: str) -> list[Chart]:
    """A chart for each of these costs (see `per_layer.COSTS`), a bar a layer."""
    each = {layer.name: quantities(layer) for layer in layers}
    return [layer_bars(COSTS[name], {at: cost[name] for at, cost in each.items()}) for name in which]


def training_costs(layers: Sequence[TrainingCost]) -> list[Chart]:
    """The MACs of a training example, layer by layer: forward, and the two gradients."""
    parts = {
        "Forward": lambda layer: layer.forward,
        "Gradient of the weights": lambda layer: layer.weights,
        "Gradient of the inputs": lambda layer: layer.inputs,
    }
    most = max(layer.forward for layer in layers)
    return [
        layer_bars(
            title,
            {at.name: Quantity(title, of(at), "MAC", "measured", source="counted from shapes") for at in layers},
            most,
        )
        for title, of in parts.items()
    ]


def of_sizes(
    sizes: Sequence[Hashable], costs: Sequence[Sequence[LayerCost]], measured: Sequence[Measurement | None]
) -> dict[Hashable, dict[str, float | None]]:
    """MACs, parameters and accuracy (%) of networks of these sizes; no accuracy where none is measured yet."""
    return {
        at: {
            "MACs": total(layers, "MACs").value,
            "parameters, bytes": total(layers, "parameters").value,
            "accuracy": known and known["accuracy"].value,
        }
        for at, layers, known in zip(sizes, costs, measured, strict=True)
    }


def growth(what: str, unit: str, numbers: Mapping[int, Mapping[str, float | None]]) -> Chart:
    """Numbers of networks by size (`what`, counted in `unit`), smallest first, as multiples of the smallest network's.
    None is not measured yet."""
    first = next(iter(numbers.values()))
    curves = {
        name: [(size, row[name] / first[name]) for size, row in numbers.items() if row[name] and first[name]]
        for name in first
    }
    chart = lines(
        f"What {what} multiplies",
        Axis(unit),
        Axis("times the smallest network", format="~g"),
        curves,
        [Point(name, *at, name, says=False) for name, curve in curves.items() for at in curve],
        badges=("measured",),
    )
    return replace(chart, tabled=lambda: pd.DataFrame([{unit: size} | dict(row) for size, row in numbers.items()]))


def accuracy_against_macs(
    networks: Mapping[Hashable, Mapping[str, float | None]], curves: Mapping[str, Sequence[Hashable]]
) -> Chart:
    """Test accuracy (%) against MACs; `networks`: by (width, depth); `curves`: which of them are joined, by name."""

    def at(size: Hashable) -> tuple[float, float]:
        return networks[size]["MACs"], networks[size]["accuracy"]

    joined = {name: [at(size) for size in sizes if networks[size]["accuracy"]] for name, sizes in curves.items()}
    points = {
        size: Point("{}×{}".format(*size), *at(size), name)
        for name, sizes in curves.items()
        for size in sizes
        if networks[size]["accuracy"]
    }
    return lines(
        "Accuracy against MACs",
        Axis("MACs per image"),
        Axis("test accuracy (%)", log=False),
        joined,
        list(points.values()),
        note="Beside a point: channels in the first layer × convolutions.",
        badges=("measured",),
    )


def steps_on_a_curve(tried: OneWeight, path: Sequence[tuple[float, float]], left: int) -> tuple[Chart, Chart]:
    """The loss (nats) along one weight with the steps walked on it, and the loss after each step. `path`: (weight,
    loss), the first is the start; `left`: the step that left the measured range, 0 if none did."""
    loss, curve = Axis("loss (nats)", log=False, format=".3~g"), list(zip(tried.values, tried.losses, strict=True))
    apart = 0.03 * (tried.values[-1] - tried.values[0])
    last, points = float("inf"), []
    for step, (weight, value) in enumerate(path):  # where steps are small, not every one is numbered
        says = abs(weight - last) > apart
        points.append(Point(str(step), weight, value, "steps", f"step {step}", says))
        last = weight if says else last
    weight = Axis("value of the weight", log=False, format="~g")
    along = lines(
        "Loss along one weight", weight, loss, {"loss, measured": curve, "steps": path}, points, badges=("measured",)
    )
    by_step = list(enumerate(value for _, value in path))
    after = lines(
        "Loss after each step",
        Axis("step", log=False, format="d"),
        loss,
        {"steps": by_step},
        [Point(str(step), step, value, "steps", says=False) for step, value in by_step],
    )
    end = f"Step {left} leaves the measured range: the gradient is small, the step is not." if left else ""
    found = f"{len(tried.values)} measured points on {tried.pictures} training images. {end}"
    return replace(along, note=found), replace(after, note=f"Interpolated between measured points. {end}")
