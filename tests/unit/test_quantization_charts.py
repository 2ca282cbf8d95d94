"""Ways of rounding side by side: a line each, named where it begins, and in words where they differ beyond chance."""

import pytest

from lessons.charts.labels import LINE
from lessons.charts.line_names import AXIS
from lessons.experiment import GRAINS, RANGES, Quantize, QuantizeActivations, shipped
from lessons.quantity import Measurement, Quantity
from lessons.ui.quantization.charts import HEIGHT, compared
from lessons.ui.quantization.recipe import COMPARED, Quantizing


def measured(accuracy: float, size: float = 14_100) -> Measurement:
    return Measurement(
        (Quantity("accuracy", accuracy, "%", "measured"), Quantity("packed", size, "bytes", "measured")), b""
    )


def curve(*accuracies: float, size: float = 14_100) -> dict[str, Measurement | None]:
    return {bits: a and measured(a, size) for bits, a in zip(COMPARED, accuracies, strict=True)}


COARSE = curve(10.0, 67.7, 87.8, 88.5, 89.1, 89.1, 89.0)
FINE = curve(54.6, 86.1, 88.7, 89.0, 89.2, 89.1, 89.1, size=17_500)


def test_the_note_says_where_ways_differ_most_and_from_where_on_by_chance_at_most():
    chart = compared("Scales", {"tensor": COARSE, "group": FINE}, measured(89.1), sizes=True)
    assert chart.note == (
        "Largest difference, at 2 bits: group 54.6 %, tensor 10.0 %. From 4 bits on they are within 1 percentage "
        "point: chance, with 10,000 images. Files at 4 bits: tensor 14.1 kB, group 17.5 kB."
    )
    assert chart.note in chart.alt
    assert chart.table.columns.tolist() == ["bits per weight", "tensor", "group"]
    assert chart.table["bits per weight"].tolist() == list(COMPARED)
    assert [row["accuracy"] for row in chart.data["lines"] if row["way"] == "group"][:2] == [54.6, 86.1]
    assert chart.data["before"][0]["said"] == "not rounded 89.1 %"


def test_ways_that_differ_to_the_last_width_or_nowhere_are_told_so():
    worse = curve(10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0)
    assert "From" not in compared("Scales", {"a": worse, "b": FINE}, None).note
    assert compared("Scales", {"a": FINE, "b": FINE}, None).note == (
        "All within 1 percentage point at every width: chance, with 10,000 images."
    )


def test_nothing_is_concluded_before_all_is_measured():
    chart = compared("Scales", {"a": FINE, "b": FINE | {"3": None}}, None, sizes=True)
    assert chart.note == "Measuring …"
    assert [row["bits"] for row in chart.data["lines"] if row["way"] == "b"] == [2, 4, 5, 6, 7, 8]
    assert compared("Scales", {"a": dict.fromkeys(COMPARED)}, None).is_empty


def test_names_of_lines_that_begin_at_one_height_are_written_above_each_other_on_the_chart():
    chart = compared("Scales", {"a": curve(*[10.0] * 7), "b": curve(*[10.0] * 7), "c": curve(*[12.0] * 7)}, None)
    heights = sorted(row["y"] for row in chart.data["names"])
    assert heights[0] >= 0 and heights[1] - heights[0] == pytest.approx(heights[2] - heights[1])
    assert (heights[1] - heights[0]) / 100 * (HEIGHT - AXIS) >= LINE
    assert {(row["x"], row["align"]) for row in chart.data["names"]} == {(2, "right")}


@pytest.mark.parametrize(("setting", "options"), [("grain", GRAINS), ("range", RANGES)])
def test_one_setting_is_compared_and_the_others_stay(setting, options):
    how = Quantizing("6", "group", "percentile", "4", "affine", 16, 30, epochs=2)
    ways = how.by(setting, options, shipped())
    assert list(ways) == list(options)
    for option, points in ways.items():
        assert list(points) == list(COMPARED)
        grain, reach = (option, "percentile") if setting == "grain" else ("group", option)
        group = 16 if grain == "group" else Quantize.group
        assert points["3"] == shipped() | Quantize(3, grain, "affine", reach, group) | QuantizeActivations(4, 30, reach)
