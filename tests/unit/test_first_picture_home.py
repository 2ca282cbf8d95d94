"""The first picture of Home: areas are bytes."""

import pytest

from lessons.experiment import Quantize, shipped
from lessons.ui.home import first_picture
from lessons.vision import build

WIDTHS = ("1", "4", "fp32")


@pytest.fixture(scope="module")
def curve() -> dict:
    return {at: build.measure(shipped() if at == "fp32" else shipped() | Quantize(int(at))) for at in WIDTHS}


def area(square: dict) -> float:
    assert square["x2"] - square["x"] == pytest.approx(square["y2"] - square["y"])
    return (square["x2"] - square["x"]) ** 2


@pytest.mark.parametrize("at", WIDTHS)
def test_areas_are_bytes(curve, at):
    drawn = first_picture.frames(curve)[at].charts[0].data
    (file, enlarged), (song, large) = drawn["model"], drawn["others"]
    assert area(file) == pytest.approx(curve[at]["packed"].value)
    assert area(drawn["whole"][0]) == pytest.approx(curve["fp32"]["packed"].value)
    assert area(song) == pytest.approx(180 * 128_000 / 8)
    assert area(large) == pytest.approx(2 * 8_030_261_248)
    assert area(enlarged) == pytest.approx(first_picture.ENLARGED**2 * area(file))


@pytest.mark.parametrize("at", WIDTHS)
def test_the_words_are_those_of_what_is_drawn(curve, at):
    chart = first_picture.frames(curve)[at].charts[0]
    assert chart.note.startswith(f"The network's file: {curve[at]['packed']}, before {curve['fp32']['packed']};")
    assert f"{curve[at]['accuracy']} of 10,000 images" in chart.note
    assert {"measured", "estimated"} == set(chart.badges)


@pytest.mark.parametrize("at", WIDTHS)
def test_each_square_and_the_lens_are_labelled(curve, at):
    drawn = first_picture.frames(curve)[at].charts[0].data
    said = {of: drawn[of][0]["name"] for of in ("size", "right", "magnified", "now", "before", "own")}
    assert said == {
        "size": "A model that names clothes",
        "right": f"{curve[at]['accuracy']} right, before {curve['fp32']['accuracy']}",
        "magnified": "lens × 2.3",
        "now": f"now: {curve[at]['packed']}",
        "before": f"before: {curve['fp32']['packed']}",
        "own": "on the scale\nof the others",
    }


@pytest.mark.parametrize("at", WIDTHS)
def test_a_leader_goes_from_each_square_under_the_lens_to_its_label(curve, at):
    drawn = first_picture.frames(curve)[at].charts[0].data
    for leader, square, label in zip(
        drawn["leaders"], (drawn["whole"], drawn["model"]), ("before", "now"), strict=False
    ):
        assert leader["x"] == pytest.approx(square[1]["x2"])
        assert square[1]["y"] <= leader["y"] <= square[1]["y2"] + 1e-6
        assert (leader["x2"] < drawn[label][0]["x"]) and leader["y2"] == drawn[label][0]["y"]


def test_the_large_models_label_is_upright_only_where_it_has_no_room_across(curve):
    chart = first_picture.frames(curve)["4"].charts[0]
    (mark,) = (layer["mark"] for layer in chart.spec["layer"] if layer["data"] == {"name": "large"})
    (label,) = chart.data["large"]
    assert mark["angle"] == {"expr": f"width<{first_picture.ACROSS}?270:0"}
    long = 5.5 * max(map(len, label["name"].split("\n")))  # pixels: 12 px letters are about 5.2 wide
    assert label["x"] / first_picture.SIDE + long <= first_picture.ACROSS
    assert label["y"] / first_picture.SIDE + long <= first_picture.HEIGHT


def test_what_is_not_measured_yet_is_not_drawn(curve):
    drawn = first_picture.frames(curve | {"4": None})
    assert drawn["4"] is None and drawn["1"]
    assert not any(first_picture.frames(curve | {"fp32": None}).values())
