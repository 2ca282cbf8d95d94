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
    (file,), (song,), (large,) = drawn["model"], drawn["song"], drawn["LLM"]
    assert area(file) == pytest.approx(curve[at]["packed"].value)
    assert area(drawn["whole"][0]) == pytest.approx(curve["fp32"]["packed"].value)
    assert area(song) == pytest.approx(180 * 128_000 / 8)
    assert area(large) == pytest.approx(2 * 8_030_261_248)


@pytest.mark.parametrize("at", WIDTHS)
def test_the_words_are_those_of_what_is_drawn(curve, at):
    chart = first_picture.frames(curve)[at].charts[0]
    assert chart.note.startswith(f"The network's file: {curve[at]['packed']}, before {curve['fp32']['packed']};")
    assert f"{curve[at]['accuracy']} of 10,000 images" in chart.note
    assert {"measured", "estimated"} == set(chart.badges)


@pytest.mark.parametrize("at", WIDTHS)
def test_the_model_is_labelled(curve, at):
    drawn = first_picture.frames(curve)[at].charts[0].data
    said = {of: drawn[of][0]["name"] for of in ("size", "right", "now", "before")}
    assert said == {
        "size": "A model that\nnames clothes",
        "right": f"{curve[at]['accuracy']} right,\n{curve['fp32']['accuracy']} in 32 bits",
        "now": f"now: {curve[at]['packed']}",
        "before": f"32 bits: {curve['fp32']['packed']}",
    }


@pytest.mark.parametrize("at", WIDTHS)
def test_a_leader_goes_from_each_square_of_the_model_to_its_label(curve, at):
    drawn = first_picture.frames(curve)[at].charts[0].data
    for leader, of, label in zip(drawn["leaders"], ("model", "whole"), ("now", "before"), strict=True):
        (square,), (text,) = drawn[of], drawn[label]
        assert square["x"] < leader["x"] < square["x2"]
        assert square["y2"] == leader["y"] < leader["y2"] < text["y"]
        assert text["x"] < leader["x"] < text["x"] + 70 * first_picture.SIDE  # pixels that it is wide


def test_no_label_of_the_model_covers_the_leader_of_another_or_the_song(curve):
    drawn = first_picture.frames(curve)["4"].charts[0].data
    assert drawn["leaders"][0]["x"] < drawn["before"][0]["x"]
    for name in ("size", "right", "now", "before"):
        (label,) = drawn[name]
        long = (7.2 if name == "size" else 5.3) * max(map(len, label["name"].split("\n")))  # pixels of its letters
        above = label["y"] - drawn["song"][0]["y2"] > 34 * first_picture.SIDE  # two lines
        assert above or label["x"] / first_picture.SIDE + long < first_picture.LEFT["song"]


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
