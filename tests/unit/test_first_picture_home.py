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


def test_what_is_not_measured_yet_is_not_drawn(curve):
    drawn = first_picture.frames(curve | {"4": None})
    assert drawn["4"] is None and drawn["1"]
    assert not any(first_picture.frames(curve | {"fp32": None}).values())
