"""Names at lines instead of a legend, ticks with their unit, and parts that keep their colour."""

import re
from math import log10

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import charts
from lessons.charts.chart import Chart
from lessons.charts.labels import LETTER, LINE, WIDTH
from lessons.charts.line_names import (
    ABOVE_END,
    ABOVE_START,
    LEFT_OF_START,
    NAMES,
    RIGHT_OF_END,
    End,
    Upright,
    apart,
    at_ends,
    at_lines,
    room,
)
from lessons.charts.lines import Axis, Point, lines
from lessons.charts.ranges import _with
from lessons.charts.stack import stack
from lessons.charts.ticks import Ticks, powers
from lessons.estimate.training import FITTED, fitted
from lessons.facts import training_runs
from lessons.measure.layer_view import LayerCost
from lessons.quantity import Quantity
from lessons.ui.energy import charts as energy_charts
from lessons.ui.energy.first_picture import Setting
from lessons.ui.footprint import charts as footprint_charts

LAYERS = {
    "conv1": LayerCost("conv1", 28_224, 144, 160, (1, 28, 28), (16, 14, 14)),
    "fc": LayerCost("fc", 320, 320, 330, (32,), (10,)),
}


def drawn(**how):
    curves = {"rising": [(1, 1), (100, 1_000)], "flat": [(1, 50), (100, 50)]}
    made = lines("t", Axis("x"), Axis("y"), curves, [Point("p", 10, 10, "points")], legend=False)
    sides = {"rising": ABOVE_END, "flat": ABOVE_START}
    return made, at_lines(made, sides, powers([1, 100], ""), powers([1, 1_000], "J"), **how)


def test_a_name_stands_at_the_end_of_its_line_that_was_asked_for():
    _, chart = drawn()
    rows = {row["name"]: (row["x"], round(row["y"]), row["align"]) for row in chart.data[NAMES]}
    assert rows == {"rising": (100, 1_000, "right"), "flat": (1, 50, "left")}
    halo, written = [layer for layer in chart.spec["layer"] if layer["data"]["name"] == NAMES]
    assert "color" not in halo["encoding"] and halo["mark"]["color"] == "transparent"
    assert written["encoding"]["color"]["scale"] == chart.spec["layer"][0]["encoding"]["color"]["scale"]


HEIGHTS = st.lists(st.floats(-1_000, 1_000), max_size=9)


@given(HEIGHTS, st.floats(0.1, 100))
def test_places_are_a_gap_apart_between_their_bounds_and_in_their_order(places, gap):
    high = 10 * gap
    found = apart(places, gap, 0, high)
    in_order = [found[at] for at in sorted(range(len(places)), key=places.__getitem__)]
    assert all(after - before >= 0.999 * gap for before, after in zip(in_order, in_order[1:], strict=False))
    assert all(-1e-6 * high <= place <= 1.000001 * high for place in found)


@pytest.mark.parametrize(
    ("places", "found"),
    [
        ([], []),
        ([50], [50]),
        ([30, 10], [30, 10]),  # there is room
        ([50, 50], [45, 55]),  # both move as far
        ([53, 50, 20], [56.5, 46.5, 20]),
        ([1, 2, 3], [0, 10, 20]),  # but none below the axis
        ([99, 98], [100, 90]),
    ],
)
def test_places_move_as_little_as_they_need(places, found):
    assert apart(places, 10, 0, 100) == pytest.approx(found)


def test_places_that_do_not_fit_are_still_apart():
    assert apart([5, 5, 5], 10, 0, 10) == [0, 10, 20]


@pytest.mark.parametrize("axis", [Upright(0, 100, 200), Upright(2, 2_000, 200, log=True)])
def test_an_axis_finds_a_value_again(axis):
    assert [axis.pixel(axis.low), axis.pixel(axis.high)] == [0, 200]
    assert axis.value(axis.pixel(42)) == pytest.approx(42)
    assert Upright(5, 5, 200, axis.log).pixel(5) == 0


@pytest.mark.parametrize(("name", "letters", "lines"), [("a", 1, 1), ("a", 2, 1), ("a\n80 %", 1, 2)])
def test_names_at_one_side_are_as_far_apart_as_they_are_high(name, letters, lines):
    ends = [End(name, 1, 100, RIGHT_OF_END), End("b", 1, 100, RIGHT_OF_END), End("c", 1, 100, LEFT_OF_START)]
    chart = at_ends(Chart("t", {"layer": []}, {}, "", None), ends, Upright(1, 100, 200, log=True), letters=letters)
    pixels = {row["name"]: 100 * log10(row["y"]) for row in chart.data[NAMES]}
    assert abs(pixels[name] - pixels["b"]) >= letters * lines * LINE
    assert max(pixels.values()) <= 200.001 and pixels["c"] == pytest.approx(200)  # it is alone on its side


def test_room_right_of_lines_holds_the_longest_line_of_a_name():
    span = WIDTH / (1 + room(["alone, before\n66.0 %", "taught"]))  # pixels
    assert WIDTH - span >= len("alone, before") * LETTER


def test_the_chart_that_is_named_keeps_its_own_specification():
    made, chart = drawn(colours=("flat", "nothing", "rising", "points"))
    assert made.spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == ["rising", "flat", "points"]
    encodings = [layer["encoding"] for layer in chart.spec["layer"]]
    domains = [each["color"]["scale"]["domain"] for each in encodings if "color" in each]
    assert domains and all(domain == ["flat", "nothing", "rising", "points"] for domain in domains)


@pytest.mark.parametrize(
    ("values", "unit", "words"),
    [
        ((0.5, 100_352), "", ["1", "10", "100", "1,000", "10,000", "100,000"]),
        ((2.3e-12, 4.6e-7), "J", ["10 pJ", "100 pJ", "1 nJ", "10 nJ", "100 nJ"]),
        ((1e5, 1e15), "Wh", ["100 kWh", "10 MWh", "1 GWh", "100 GWh", "10 TWh", "1,000 TWh"]),
    ],
)
def test_ticks_stand_at_powers_of_ten_and_say_their_unit(values, unit, words):
    ticks = powers(values, unit)
    assert list(ticks.words.values()) == words
    assert all(min(values) <= tick <= max(values) for tick in ticks.words)


def test_an_axis_finds_its_ticks_again():
    axis = Ticks({1e23: "10²³"}).axis
    assert [float(tick) for tick in re.findall(r"datum\.value == (\S+)", axis["labelExpr"])] == axis["values"]


def test_an_axis_of_ranges_says_its_unit_at_powers_of_ten_or_between_where_it_is_short():
    few, many = (
        charts.ranges(
            "t", "a", {"a": Quantity("a", 1, "Wh", "cited"), "b": Quantity("b", to, "Wh", "cited")}, units=True
        )
        for to in (5, 5_000)
    )
    said = [chart.spec["layer"][1]["encoding"]["x"]["axis"]["labelExpr"] for chart in (few, many)]
    assert "indexof([1, 2, 5]" in said[0] and "indexof([1]," in said[1]
    assert all(each.endswith("'Wh'") for each in said) and _with("×", True).endswith("'×'")


def test_a_part_keeps_its_colour_where_another_is_missing():
    whole = stack("t", "a", {"x": {"DRAM": 1, "SRAM": 1, "compute": 1}}, "J", "x", order=("DRAM", "SRAM", "compute"))
    less = stack("t", "a", {"x": {"DRAM": 1, "compute": 1}}, "J", "x", order=("DRAM", "SRAM", "compute"))
    colours = [chart.spec["layer"][0]["encoding"]["color"] for chart in (whole, less)]
    assert colours[0]["scale"] == colours[1]["scale"]
    assert [each["legend"]["values"] for each in colours] == [["DRAM", "SRAM", "compute"], ["DRAM", "compute"]]


@pytest.mark.parametrize("node", ["45 nm", "7 nm"])
def test_fetching_and_computing_have_the_colours_of_the_floors_parts(node):
    now = Setting("int8", node, "HBM2")
    of_format = energy_charts.floors_of(LAYERS.values(), now, ["1"])["1"]
    floor = energy_charts.floors(of_format, "int8").spec["layer"][0]["encoding"]["color"]["scale"]["domain"]
    lines_ = energy_charts.fetching(LAYERS, "int8", node, "HBM2", 1).spec["layer"][0]["encoding"]["color"]["scale"]
    assert floor == ["DRAM", "on-chip memory", "compute"]
    assert lines_["domain"] == ["fetching it once", "on-chip memory", "using it", "layers"]


@pytest.mark.parametrize("batch", [1, 64, 512])
@pytest.mark.parametrize("number", ["fp32", "int1"])
def test_a_layers_name_is_above_both_lines_or_below_both(number, batch):
    chart = energy_charts.fetching(LAYERS, number, "45 nm", "DDR", batch)
    fetch = next(row["y"] for row in chart.data["lines"] if row["line"] == "fetching it once")
    for point in chart.data["points"]:
        assert point["place"] == ("left" if point["y"] > fetch else "below right"), point["name"]


def test_the_axes_of_fetching_are_the_same_at_any_batch_and_hold_every_layer():
    one, many = (energy_charts.fetching(LAYERS, "fp32", "45 nm", "DDR", batch) for batch in (1, 512))
    assert one.spec == many.spec and one.data["lines"] == many.data["lines"]
    furthest = max(row["x"] for row in many.data["lines"])  # where the lines are named
    assert all(5 * point["x"] <= furthest for point in many.data["points"])


def test_a_disclosed_run_has_the_colour_of_its_generation_and_its_energy_per_flop():
    energy = Quantity("training", 4e9, "Wh", "estimated")
    chart = footprint_charts.disclosed_runs("Llama 3.1 70B", "H100", 6.354e24, energy)
    points = {row["name"]: row for row in chart.data["points"]}
    assert points["DeepSeek-V3"]["kind"] == points["Llama 3.1 405B"]["kind"] == f"H100: {fitted('H100'):.3g} pJ/FLOP"
    known = {run.model: run for run in training_runs()}
    run = known["Llama 3.1 405B"]
    assert points[run.model]["y"] == pytest.approx(run.MWh * 3.6e9 / run.training_flop * 1e12)
    assert points["Llama 3.1 70B, as set"]["y"] == pytest.approx(4e9 * 3600 / 6.354e24 * 1e12)
    levels = {row["line"]: row["y"] for row in chart.data["lines"]}
    assert len(levels) == len(FITTED)
    label = points["Llama 3.1 405B"]  # below the lowest line, so that no line goes through it
    assert label["place"] == "below right" and label["y"] <= 1.05 * min(levels.values())


@pytest.mark.parametrize(("a_day", "days"), [(1e2, 1e7), (1e8, 10), (1e10, 0.1)])
def test_the_crossing_of_use_and_training_is_in_the_chart_and_named(a_day, days):
    chart = footprint_charts.use_overtakes(
        Quantity("training", 1e9, "Wh", "estimated"), Quantity("use", a_day, "Wh", "estimated")
    )
    (point,) = chart.data["points"]
    assert point["x"] == pytest.approx(days) and point["y"] == 1e9 and point["label"].startswith("after ")
    along = [row["x"] for row in chart.data["lines"]]
    assert min(along) < days < max(along)
