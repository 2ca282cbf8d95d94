"""Charts of what a model is: what a training example costs, steps on a curve, sizes; and what the networks are."""

import numpy as np
import pytest

from lessons import models
from lessons.experiment import shipped
from lessons.measure.layer_view import OneWeight
from lessons.measure.training_cost import TrainingCost
from lessons.ui.network import charts
from lessons.ui.state.network_knobs import layer_knobs, network_knob
from lessons.vision import build

VALUES = np.linspace(-3, 3, 61)
TRIED = OneWeight((0, 0), 2.5, 300, VALUES, VALUES**2 / 10, VALUES / 5)  # a parabola


def test_a_training_example_is_one_bar_a_layer_of_all_three_passes():
    chart = charts.training_costs([TrainingCost("conv1", 80, 80, 0), TrainingCost("fc", 7, 7, 7)], "fc")
    assert [(row["bar"], row["part"], row["shown"]) for row in chart.data["parts"]][:3] == [
        ("conv1", "forward", "80 MACs"), ("conv1", "gradient of the weights", "80 MACs"),
        ("conv1", "gradient of the inputs", "0 MACs"),
    ]  # fmt: skip
    assert [row["above"] for row in chart.data["totals"]] == ["160 MACs", "▼ 21 MACs"]
    assert chart.badges == ("measured",)


def test_steps_are_numbered_above_the_curve_and_have_one_colour_in_both_charts():
    path = [(2.5, 0.625), (-2.0, 0.4), (1.0, 0.1)]
    along, after = charts.steps_on_a_curve(TRIED, path, 0)
    assert [row["place"] for row in along.data["points"]] == ["left", "right", "left"]
    domains = [
        next(
            layer["encoding"]["color"]["scale"]["domain"]
            for layer in chart.spec["layer"]
            if "color" in layer["encoding"]
        )
        for chart in (along, after)
    ]
    assert domains[0] == domains[1] == ["loss, measured", "steps"]
    assert [row["y"] for row in after.data["lines"]] == [0.625, 0.4, 0.1]


def test_the_axis_of_sizes_has_a_tick_at_each_size():
    numbers = {size: {"MACs": 10.0 * size, "parameters": 5.0 * size, "accuracy": None} for size in (2, 4, 8)}
    chart = charts.growth("width", "channels", numbers)
    axes = [layer["encoding"]["x"]["axis"] for layer in chart.spec["layer"] if "axis" in layer["encoding"]["x"]]
    assert axes and all(axis["values"] == [2, 4, 8] for axis in axes)  # elsewhere it writes 3, 5, 10, 20
    assert chart.table.columns.tolist() == ["channels", "MACs", "parameters, bytes", "accuracy"]


@pytest.mark.parametrize("name", models.NAMES)
def test_where_a_network_is_chosen_it_is_said_what_it_is(name):
    weights = sum(p.numel() for p in build.build(shipped(name)).net.parameters())
    said = network_knob("quantization").help
    assert f"{weights:,} parameters" in said[said.index(f"{name}: ") :].partition(". ")[0] + "."
    kinds = {layer.rstrip("0123456789") for layer in models.LAYERS[name]}
    assert all(f"{kind}: " in layer_knobs("quantization")[name].help for kind in kinds)
