"""Figures of pruning: what is gone from where, what that saves, and what it costs."""

import json

import numpy as np
import pytest

from lessons import charts, models
from lessons.data import examples
from lessons.experiment import (
    Experiment,
    FineTune,
    Prune,
    Quantize,
    QuantizeActivations,
    RemoveChannels,
    shipped,
)
from lessons.measure.layer_view import SCANNED, LayerView, Scanned
from lessons.measure.layers import views
from lessons.quantity import Measurement, Quantity
from lessons.ui.pruning import charts as pruning_charts
from lessons.ui.pruning.charts import BETWEEN, PRUNED, SMALLEST
from lessons.vision import build
from tests.unit.tables import table


def measured(**values: float) -> Measurement:
    return Measurement(
        tuple(
            Quantity(name, value, "%" if name == "accuracy" else "bytes", "measured") for name, value in values.items()
        ),
        b"",
    )


def seen(experiment: Experiment) -> dict[str, LayerView]:
    model, original = build.build(experiment), build.build(experiment.baseline)
    return views(original.tensors, model.net, model.tensors, model.inputs, examples.test_set().images[:10])


# gaps


def test_gaps_are_what_each_layer_has_lost_of_the_unpruned_one():
    chart = pruning_charts.gaps(seen(shipped()), seen(shipped() | Prune(scope="given", ratios=(0, 50, 100, 25))))
    assert table(chart, "bars").layer.tolist() == list(models.LAYERS["cnn"])
    assert table(chart, "bars").value.tolist() == pytest.approx([0, 50, 100, 25])
    assert table(chart, "bars").how.tolist()[1] == "2,304 of 4,608 weights left"
    assert "fc: 25.0 %" in chart.alt


def test_removed_channels_are_gaps_too():
    before, after = seen(shipped()), seen(shipped() | Prune(50, structure="channels") | RemoveChannels())
    shares = dict(table(pruning_charts.gaps(before, after), "bars")[["layer", "value"]].to_numpy().tolist())
    for name, share in shares.items():
        left = np.prod(after[name].picture.shape) / np.prod(before[name].picture.shape)
        assert share == pytest.approx(100 * (1 - left))
    assert max(shares.values()) > 40


# filters


def cells(image: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """An image cut into a grid: [rows, columns, height, width, 3]."""
    high, wide = image.shape[0] // rows, image.shape[1] // columns
    assert image.shape == (rows * high, columns * wide, 3)
    return image.reshape(rows, high, columns, wide, 3).swapaxes(1, 2)


def is_orange(pixels: np.ndarray) -> np.ndarray:
    return (pixels == PRUNED).all(-1)


def some(shape: tuple[int, ...]) -> np.ndarray:
    """Greys, every third weight gone."""
    picture = np.random.default_rng(0).integers(1, 256, shape, dtype=np.uint8)
    picture[np.arange(picture.size).reshape(shape) % 3 == 0] = 0
    return picture


@pytest.mark.parametrize(
    ("layer", "shape", "grid"),
    [
        ("conv1 of cnn", (16, 1, 5, 5), (4, 4)),
        ("conv2 of cnn", (32, 16, 3, 3), (16, 32)),
        ("fc of cnn", (10, 768, 1, 1), (10, 768)),
        ("fc of depthwise", (10, 128, 1, 1), (10, 128)),
        ("pw1 of depthwise: 1 × 1", (64, 16, 1, 1), (16, 64)),
        ("dw2 of depthwise", (64, 1, 3, 3), (8, 8)),
        ("more inputs than outputs", (4, 6, 3, 3), (4, 6)),
        ("13 filters: three places stay empty", (13, 1, 3, 3), (4, 4)),
    ],
)
def test_the_image_of_filters_is_orange_exactly_where_weights_are_gone(layer, shape, grid):
    picture, frame = some(shape), int(shape[2] > 1)
    outputs, inputs, high, wide = shape
    image = pruning_charts.filters(picture, 400)
    assert image.dtype == np.uint8
    across = max(1, 400 // (grid[1] * (wide + frame)))
    small = image[:: max(across, SMALLEST), ::across]  # a pixel a weight
    assert image.shape[:2] == (small.shape[0] * max(across, SMALLEST), small.shape[1] * across)
    tiles = cells(small, *grid)
    for output in range(outputs):
        for source in range(inputs):
            at = divmod(output, grid[1]) if inputs == 1 else (source, output) if outputs > inputs else (output, source)
            weights, drawn = picture[output, source], tiles[at][:high, :wide]
            assert np.array_equal(is_orange(drawn), weights == 0)
            assert (drawn[weights != 0] == weights[weights != 0][:, None]).all()
    assert is_orange(small).sum() == (picture == 0).sum()
    if frame:
        assert (tiles[:, :, high:] == BETWEEN).all()
        assert (tiles[:, :, :, wide:] == BETWEEN).all()


@pytest.mark.parametrize("side", [116, 232, 400])
def test_the_image_of_filters_is_as_wide_as_it_may_be(side):
    assert side / 2 < pruning_charts.filters(some((32, 16, 3, 3)), side).shape[1] <= max(side, 32 * 4)
    assert pruning_charts.filters(some((10, 768, 1, 1)), side).shape == (10 * SMALLEST, 768, 3)


# bytes


def test_files_are_those_the_model_has():
    chart = pruning_charts.files(measured(zipped=5, packed=4, as_float32=9, format_bitmap=6, nonzero=3, macs=1))
    bars = dict(zip(table(chart, "bars").layer, table(chart, "bars").value, strict=True))
    assert bars == {
        "saved as usual": 9,
        "non-zeros alone": 3,
        "bitmap": 6,
        "smallest of these": 4,
        "smallest, zipped": 5,
    }
    whole, pruned = (
        pruning_charts.files(build.measure(experiment)) for experiment in (shipped(), shipped() | Prune(90))
    )
    assert table(whole, "bars").layer.tolist() == ["saved as usual", "smallest of these", "smallest, zipped"]
    assert {"dense", "CSR", "bitmap", "run-length", "delta-coded"} < set(table(pruned, "bars").layer)


def by_sparsity() -> dict[str, Measurement | None]:
    """Files of 1,000 bytes, of which CSR is smaller from 50 % on, a bitmap before the first that is measured, and runs
    never."""
    curve: dict[str, Measurement | None] = {
        f"{at}": measured(
            baseline=1000,
            nonzero=1000 - 10 * at,
            format_csr=2000 - 20 * at,
            format_bitmap=1100 - 10 * at,
            **{"format_run-length": 3000},
            packed=1100 - 10 * at,
        )
        for at in (80, 20, 60, 40)
    }
    return {"0": measured(baseline=1, packed=1), "30": None} | curve


def test_each_format_is_shown_to_pay_from_where_it_crosses_the_dense_file():
    chart = pruning_charts.bytes_by_sparsity(by_sparsity(), "sparsity (%)")
    points = {point["name"]: (point["x"], point["y"]) for point in table(chart, "points").to_dict("records")}
    assert points == {"CSR": (50, 1), "bitmap": (20, 1)}
    assert table(chart, "points").says.tolist() == [True, False]  # a bitmap is smaller from the first on
    assert chart.note == (
        "Points: from where on a format is smaller. CSR: 50 %, bitmap: below 20 %, run-length: never."
    )


def test_files_are_drawn_against_rising_sparsity_without_gaps_or_the_unpruned_model():
    drawn = table(pruning_charts.bytes_by_sparsity(by_sparsity(), "sparsity (%)"), "lines")
    assert list(dict.fromkeys(drawn.line)) == ["unpruned", "non-zeros alone", "CSR", "bitmap", "run-length"]
    assert drawn[drawn.line == "CSR"][["x", "y"]].to_numpy().tolist() == [[20, 1.6], [40, 1.2], [60, 0.8], [80, 0.4]]


def test_of_one_sparsity_there_is_no_curve_and_nothing_is_said():
    chart = pruning_charts.bytes_by_sparsity({"50": by_sparsity()["40"]}, "sparsity (%)")
    assert chart.note == ""
    assert table(chart, "lines").empty
    assert table(pruning_charts.bytes_by_sparsity({"50": None}, "sparsity (%)"), "lines").empty


# the scan


def test_the_map_of_sensitivity_holds_every_cell_and_names_the_worst():
    scan = [
        Scanned(layer, 100, sparsity, Quantity("accuracy", 90 - layer * sparsity / 2, "%", "measured"))
        for sparsity in SCANNED[:3]
        for layer in range(2)
    ]
    chart = pruning_charts.sensitivity(["conv1", "fc"], scan)
    cell = table(chart, "cells").set_index(["layer", "sparsity"])
    assert cell.accuracy["fc", "20"] == 80
    assert cell.shown["conv1", "20"] == "90"
    assert "Lowest so far: 80 % with 20 % of fc gone." in chart.alt
    assert f"6 of {2 * len(SCANNED)} cells are measured" in chart.note
    assert chart.table.columns.tolist() == ["layer", "pruned of this layer (%)", "accuracy (%)"]
    empty = pruning_charts.sensitivity(["conv1", "fc"], [])
    assert table(empty, "cells").empty
    assert empty.spec == chart.spec
    assert "Lowest" not in empty.alt


# rounds


def test_accuracy_is_shown_after_each_step_by_its_name():
    steps = [
        Prune(50),
        Prune(scope="given", ratios=(1, 2, 3, 4)),
        Prune(75, structure="1:4", scope="layer"),
        FineTune(1),
        RemoveChannels(),
        Quantize(4),
        QuantizeActivations(8),
    ]
    curve = {f"{at}": measured(accuracy=90 - at) for at in range(8)}
    points = table(charts.rounds(curve, steps), "points")
    names = ["", "50 %", "pruned", "75 %", "fine-tuned", "remove channels", "4 bits", "activations 8 bits"]
    assert points.name.tolist() == names
    assert points.x.tolist() == list(range(8))
    assert points.y.tolist() == [90 - at for at in range(8)]
    assert points.place.tolist() == ["right"] * 7 + ["below left"]  # there is no room to the right of the last


def test_a_step_that_is_not_measured_yet_is_left_out():
    chart = charts.rounds({"0": measured(accuracy=90), "1": None, "2": measured(accuracy=88)}, [Prune(50), FineTune(1)])
    assert table(chart, "points").name.tolist() == ["", "fine-tuned"]
    assert table(charts.rounds({"0": None}, [Prune(50)]), "lines").empty


# lottery tickets


def test_tickets_run_from_the_unpruned_network_and_what_is_measured_here_stands_beside():
    def recorded(value: float) -> Quantity:
        return Quantity("accuracy", value, "%", "recorded", value - 1, value + 1, "recorded by a script")

    seen = {"rewound": {50: recorded(89), 75: recorded(88)}, "random": {50: recorded(87), 75: recorded(80)}}
    here = {"rewound": {50: measured(accuracy=88.5), 75: None}}
    chart = pruning_charts.tickets(seen, recorded(90), here, 103)
    lines = table(chart, "lines")
    assert lines[lines.line == "random"][["x", "y"]].to_numpy().tolist() == [[0, 90], [1, 87], [2, 80]]
    points = table(chart, "points")
    assert points[points.kind == "random"].y.tolist() == [87, 80]
    assert points.label.tolist() == ["", "", "50 %", "75 %", ""]
    assert "79.0 % to 81.0 %" in points[points.kind == "random"].note.tolist()[1]
    assert points[points.kind == "rewound, here"][["x", "y", "note"]].to_numpy().tolist() == [
        [1, 88.5, "seed 103, measured here"]
    ]
    assert "recorded by a script" in chart.note
    assert chart.badges == ("measured", "recorded")


# the figure that follows the slider


def test_a_sweep_has_all_positions_of_its_knob_though_few_are_measured():
    before = build.measure(shipped())
    curves = {"in use": {"2": before, "0": before}, "other": {"1": None}}
    sweep = charts.accuracy_sweep(
        "sparsity (%)", curves, before, None, ("0", "1", "2", "3"), ("0", "2"), "not fine-tuned yet"
    )
    data = json.loads(json.dumps(sweep.data))
    value = before["accuracy"].value
    assert data["positions"] == ["0", "1", "2", "3"]
    assert [curve["values"] for curve in data["curves"]] == [[value, None, value, None], [None] * 4]
    assert data["swept"] == ["0", "2"]
    assert data["missing"] == ["not fine-tuned yet"] * 4
    assert [bool(words) for words in data["words"]] == [True, False, True, False]
    assert len(data["pictures"]) == 4
    assert sweep.table["sparsity (%)"].tolist() == ["0", "2"]


def test_without_positions_a_sweep_has_those_of_its_curves():
    data = charts.accuracy_sweep("bits", {"in use": {"1": None, "2": None}}, None).data
    assert (data["positions"], data["swept"], data["missing"]) == (["1", "2"], None, ["not measured yet"] * 2)
