"""The first picture of the lesson on energy: a weight that is used once, an image in which it is used many times."""

import pytest

from lessons.estimate import silicon
from lessons.models import NAMES
from lessons.ui.energy import first_picture
from lessons.ui.energy.first_picture import Setting
from tests.unit.claims import layers


@pytest.mark.parametrize("node", ["45 nm", "7 nm"])
@pytest.mark.parametrize("model", NAMES)
def test_the_picture_says_how_often_a_weight_is_multiplied(model, node):
    costs = layers(model)
    times = sum(layer.macs for layer in costs) / sum(layer.weights for layer in costs)
    frames = first_picture.frames(costs, Setting("fp32", node, "HBM2"))
    for batch in ("1", "256"):
        chart = frames[batch].charts[0]
        (said,) = (row["said"] for row in chart.data["words"] if row["said"].startswith("each weight"))
        assert said == f"each weight multiplied {times:.0f} times per image, on average"
        assert said in chart.alt


def test_one_use_of_each_weight_as_above_explains_the_bar_of_an_image_below():
    costs, now = layers("cnn"), Setting("fp32", "45 nm", "DDR")
    chart = first_picture.frames(costs, now)["1"].charts[0]
    one = {row["part"]: row["to"] for row in chart.data["whole"]}
    image = {row["part"]: row["to"] - row["x"] for row in chart.data["image"]}
    assert one["compute"] < one["on-chip memory"] and image["compute"] > image["on-chip memory"]
    weights = sum(layer.weights for layer in costs)
    joules = now.of_image(costs, 1)["compute"].value / weights
    uses = joules / silicon.of_weight("fp32", "45 nm", "DDR")["compute"].value
    assert uses == pytest.approx(first_picture.uses_of_a_weight(costs))
    assert chart.data["titles"][0]["said"] == "One weight (fp32): fetched, read, multiplied once"
    assert chart.note.endswith("The total is estimated to within a factor of 10.")


def test_an_estimate_to_within_a_factor_of_ten_has_two_digits_and_on_chip_memory_says_what_else_it_holds():
    chart = first_picture.frames(layers("cnn"), Setting("fp32", "45 nm", "DDR"))["1"].charts[0]
    assert chart.data["titles"][1]["said"] == "One image, batch size 1: about 22 µJ"
    assert chart.note.startswith("At batch size 1 an image costs about 22 µJ: 80 % for DRAM, 11 % for compute.")
    assert [row["said"].rpartition(": ")[2] for row in chart.data["words"][:3]] == ["650 pJ", "50 pJ", "4.6 pJ"]
    said = [row["said"] for row in chart.data["legend"]]
    assert said == ["DRAM\n80 %", "on-chip memory\n9 %, with activations", "compute\n11 %"]
    without = first_picture.frames(layers("cnn"), Setting("int8", "7 nm", "HBM2"))["1"].charts[0]
    assert without.data["legend"][1]["said"] == "on-chip memory\n–"


@pytest.mark.parametrize("now", [Setting("fp32", "45 nm", "DDR"), Setting("int8", "7 nm", "HBM2", 1)])
@pytest.mark.parametrize("model", NAMES)
def test_shares_in_the_legend_add_up_to_a_whole_and_are_those_below(model, now):
    costs = layers(model)
    for batch, frame in first_picture.frames(costs, now).items():
        image, chart = now.of_image(costs, int(batch)), frame.charts[0]
        shares = {
            row["part"]: int(row["said"].split("\n")[1].split(" %")[0])
            for row in chart.data["legend"]
            if "%" in row["said"]
        }
        assert sum(shares.values()) == 100
        for part, share in shares.items():
            assert share == pytest.approx(100 * image[part].value / image["total"].value, abs=1)
        assert f"{shares['DRAM']} % for DRAM, {shares['compute']} % for compute." in chart.note
