"""Figures: what they are given is what they show, in the drawing, in words and in the table."""

import io
import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from starlette.responses import Response

from lessons import charts, pictures
from lessons.charts.stack import stack
from lessons.data import fashion_mnist
from lessons.data.strip import address, numbers
from lessons.experiment import Quantize, shipped
from lessons.measure.layer_view import View
from lessons.quantity import Measurement, Quantity
from lessons.ui.quantization import charts as quantization_charts
from lessons.vision import build
from tests.unit.tables import table


def measured(accuracy: float, answers: bytes = b"") -> Measurement:
    return Measurement((Quantity("accuracy", accuracy, "%", "measured"),), answers)


@pytest.fixture(scope="module")
def sweep() -> charts.Sweep:
    before = build.measure(shipped())
    here = {
        "2": build.measure(shipped() | Quantize(2)),
        "3": None,
        "8": build.measure(shipped() | Quantize(8)),
        "fp32": before,
    }
    return charts.accuracy_sweep("bits per weight", {"cnn": here, "other": dict.fromkeys(here)}, before, guess="3")


def test_a_knob_breaks_a_model_where_it_first_loses_too_much_coming_down():
    curve = {at: measured(a) for at, a in {"1": 70.0, "2": 10.0, "3": 75.0, "4": 88.0, "fp32": 89.0}.items()}
    assert charts.breaks_at(curve, measured(89.0)) == "3"
    assert charts.breaks_at(curve, measured(84.9)) == "2"
    assert charts.breaks_at(curve, measured(20.0)) is None


def test_a_sweep_is_plain_json_with_a_gap_where_nothing_is_measured_yet(sweep):
    data = json.loads(json.dumps(sweep.data))
    assert data["positions"] == ["2", "3", "8", "fp32"]
    values = data["curves"][0]["values"]
    assert values[1] is None
    assert values[3] == build.measure(shipped())["accuracy"].value
    assert data["curves"][1]["values"] == [None] * 4
    assert data["words"][1] == ""
    assert data["guess"] == "3"
    assert sweep.table["cnn, accuracy (%)"].tolist()[0] == values[0]


def test_the_pictures_of_a_sweep_are_those_whose_answer_changed(sweep):
    strip = Image.open(io.BytesIO(asked(sweep.data["strip"]).body))
    columns = np.asarray(strip).reshape(28, -1, 28).transpose(1, 0, 2)
    right = fashion_mnist.test_labels()
    was, now = (np.frombuffer(build.measure(e).answers, np.uint8) for e in (shipped(), shipped() | Quantize(2)))
    shown = sweep.data["pictures"][0]
    assert len(shown) == 12
    for picture in shown:
        (at,) = np.flatnonzero((fashion_mnist.test_pixels() == columns[picture["place"]]).all((1, 2)))[:1]
        names = fashion_mnist.CLASSES
        assert was[at] != now[at]
        assert picture["right"] == names[right[at]]
        assert picture["change"].startswith(f"{names[was[at]]} → {names[now[at]]}")
    assert sweep.data["pictures"][3] == []
    assert sweep.data["words"][3].startswith("0 of 10,000 predictions changed")
    changed = int((was != now).sum())
    assert sweep.data["words"][0].startswith(f"{changed:,} of 10,000 predictions changed: ")


def asked(address: str) -> Response:
    """What the server answers for a strip."""
    name = address.removeprefix("pictures/").removesuffix(".png")
    return pictures.answer(SimpleNamespace(path_params={"name": name}))


@pytest.mark.parametrize(
    "where", ["pictures/no-strip.png", address([10_000]), address([0] * 1_001), "pictures/A.png", "pictures/é.png"]
)
def test_there_are_no_pictures_but_those_of_the_test_set(where):
    assert asked(where).status_code == 404


def test_a_strip_is_asked_for_once_and_its_address_is_short():
    where = address(range(200))
    assert len(where) < 600
    assert asked(where).headers["Cache-Control"].startswith("public, max-age=")
    assert numbers(where.removeprefix("pictures/").removesuffix(".png")) == tuple(range(200))


def test_a_confusion_matrix_counts_every_picture_once():
    right = np.array([0, 0, 1, 2, 2, 2], np.uint8)
    chart = charts.confusion("Before", right, bytes([0, 1, 1, 2, 1, 1]), ("a", "b", "c"))
    assert chart.table.to_numpy().tolist() == [["a", 1, 1, 0], ["b", 0, 1, 0], ["c", 0, 2, 1]]
    assert table(chart, "cells").images.sum() == 6
    assert "3 on the diagonal" in chart.alt
    assert "c predicted as b, 2 times" in chart.alt


@pytest.mark.parametrize(
    ("levels", "drawn", "said"),
    [(7, 7, "7 levels;"), (255, 2, "255 levels, the outermost drawn"), (0, 0, "not rounded")],
)
def test_a_histogram_says_how_many_levels_and_how_much_is_clipped(levels, drawn, said):
    view = View(np.linspace(-1, 1, 61), np.ones(60), levels, np.linspace(-1, 1, drawn), 0.5, 0.0123, 0.02)
    chart = quantization_charts.on_grid("weights of conv1", view)
    assert len(table(chart, "levels")) == drawn
    assert said in chart.note
    assert ("1.2 % clipped" in chart.note) == bool(levels)
    assert "50 % exactly 0, not drawn" in chart.note
    assert chart.note in chart.alt


def test_the_name_of_a_bar_may_have_several_lines():
    bars = {"full, fp32": {"weights": 4e9}, "LoRA, 4 bits": {"weights": 1e9}}
    under = [
        stack("t", "method", bars, "B", "full, fp32", apart=apart).spec["layer"][0]["encoding"]["x"]["axis"]
        for apart in ("", ", ")
    ]
    assert "labelExpr" not in under[0]
    assert under[1]["labelExpr"] == "split(datum.label, ', ')"
