"""The network lesson's logic, without a browser: what it shows is what the house counts and measures."""

import base64
import io
import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from lessons import models
from lessons.data import TASKS
from lessons.experiment import Experiment, Trained, shipped
from lessons.jobs import vision
from lessons.measure import per_layer
from lessons.measure.training_cost import summed, training_costs
from lessons.quantity import show
from lessons.training.descent import on_a_curve
from lessons.ui.network import canvas, first_picture
from lessons.vision import build
from tests.pages.reader import (
    captions,
    charts,
    link,
    open_drawer,
    plain,
    press,
    run_until,
    settled,
    tile,
    tiles,
    unbadged,
)


def asked(function, *arguments):
    (found,) = function(*arguments, lambda: None)
    return found


def visited(**query: str) -> AppTest:
    return link("network", **({"guess": "skip"} | query))


def opened(**knobs: str) -> AppTest:
    """The page with its lab open, and knobs set by the ends of their names."""
    page = visited(guess=knobs.pop("guess", "skip"))
    run_until(page, lambda page: tiles(page))
    for name, value in knobs.items():
        page.session_state[f"network_{name}"] = value
    return run_until(page, settled)


def alt(page: AppTest, part: str) -> str:
    """The words of the chart that has this part in them."""
    return next(chart["alt"] for chart in charts(page) if part in chart["alt"])


@pytest.mark.parametrize("task", TASKS)
def test_inside_shows_what_the_waist_measures(task):
    page = opened(task=task)
    measured = build.measure(shipped("cnn", task))
    assert tile(page, "Accuracy") == str(measured["accuracy"])
    assert tile(page, "MACs") == str(measured["macs"])
    assert tile(page, "Parameters") == show(26_618, "parameters")
    assert tile(page, "Energy floor") == show(measured["energy_45nm"].value, "J")
    assert not unbadged(page)
    best = TASKS[task].CLASSES[int(np.argmax(asked(vision.looking, shipped("cnn", task), 0).probabilities))]
    assert f"The most probable: {best}, " in alt(page, "ten classes")
    assert "conv2: 226 kMACs" in alt(page, "Bar chart, MACs")


def test_per_layer_numbers_add_up_to_what_the_waist_measures():
    layers = asked(vision.counting, "cnn")
    measured = build.measure(shipped())
    for name, whole in (("MACs", "macs"), ("energy", "energy_45nm")):
        assert per_layer.total(layers, name).value == pytest.approx(measured[whole].value)
    assert per_layer.total(layers, "bytes").value == measured["theoretical"].value
    conv1 = per_layer.quantities(layers[0])
    assert conv1["MACs"].source == "16 × 14 × 14 outputs × 25 weights each"
    assert conv1["parameters"].source == "16 × 25 weights + 16 biases"


def pictured(page: AppTest, at: str = "fc") -> tuple[str, dict]:
    """The line below the first picture for one position of its slider, and its data, by name."""
    drawn = next(each.proto for each in page.get("bidi_component") if each.proto.component_name == "picture")
    told = json.loads(drawn.mixed.json or drawn.json)
    chart = told["frames"][told["knobs"]["network_walk"].index(at)]["charts"][0]
    texts = lambda column: [told["texts"][at] for at in column["texts"]] if isinstance(column, dict) else column
    columns = lambda table: {name: texts(told["columns"][place]) for name, place in table.items()}
    return chart["note"], {name: columns(table) for name, table in chart["data"].items()}


@pytest.mark.parametrize("at", ["1", "18", "24"])
def test_the_first_picture_shows_what_the_network_computes_of_each_image(at):
    note, data = pictured(opened(picture=at, guess="conv2"))
    costs, seen = asked(vision.counting, "cnn"), asked(vision.looking, shipped(), int(at) - 1)
    for what, each in (("parameters", [c.parameters for c in costs]), ("MACs", [c.macs for c in costs])):
        assert data[what]["share"] == pytest.approx([count / sum(each) for count in each], rel=1e-5)
    first = int(np.argmax(seen.probabilities))
    assert note.startswith(f"Prediction: {TASKS['fashion'].CLASSES[first]}, {100 * seen.probabilities[first]:.1f} %")
    assert ("which is right" in note) == (first == TASKS["fashion"].test_labels()[int(at) - 1])
    start, until = data["likely"]["x"][0], data["likely"]["to"][0]
    assert until - start == pytest.approx(seen.probabilities[first] * (first_picture.ACROSS - start), rel=1e-3)
    strongest = seen.layers["conv3"][np.argmax(seen.layers["conv3"].mean((1, 2)))]
    png = Image.open(io.BytesIO(base64.b64decode(data["images"]["url"][3].partition(",")[2])))
    assert np.array_equal(np.asarray(png)[:28:7, :28:7], strongest)


@pytest.mark.parametrize("passed", range(5))
def test_the_image_has_passed_the_layers_up_to_where_the_slider_stands(passed):
    note, data = pictured(opened(walk="image", guess="conv2"), ("image", *models.LAYERS["cnn"])[passed])
    assert [len(data[name]["x"]) for name in ("parameters", "MACs")] == [4, 4]  # what they cost is no matter of images
    assert len(data["images"]["x"]) == min(passed, 3) + 1 and bool(data["likely"]) == (passed == 4)
    assert data["outputs"]["name"] == ["3,136", "1,568", "768", "10"]
    assert data["inputs"]["name"] == ["25", "144", "288", "768"]
    if 0 < passed < 4:
        cost = asked(vision.counting, "cnn")[passed - 1]
        assert f"{cost.outputs:,} outputs, each of {cost.macs // cost.outputs} multiplications, " in note


def test_squares_are_drawn_to_scale():
    size = next(layer["encoding"]["size"] for layer in first_picture._spec()["layer"] if "size" in layer["encoding"])
    assert size["scale"]["domain"][0] == 0 and size["scale"]["range"][0] == 0 and "type" not in size["scale"]


def test_where_the_macs_are_is_not_told_before_the_reader_has_answered():
    page = opened()
    note, data = pictured(page)
    assert not data["MACs"] and len(data["unknown"]["x"]) == 4 and "conv2" not in note
    note, data = pictured(page, "conv2")
    assert not data["MACs"] and "42 %" not in note
    note, data = pictured(opened(guess="fc"))
    assert data["MACs"] and not data["unknown"] and "conv2 does 42 % of the multiplications" in " ".join(note.split())


@pytest.mark.parametrize(
    ("guess", "said"),
    [("conv2", "You predicted **conv2**. Multiplications are"), ("conv1", "**conv2** does the most")],
)
def test_the_prediction_is_judged_by_what_is_counted(guess, said):
    page = opened(guess=guess)
    most = max(asked(vision.counting, "cnn"), key=lambda layer: layer.macs)
    assert most.name == "conv2"
    run_until(page, lambda page: any(said in plain(text.value) for text in page.markdown))


def test_a_size_is_counted_at_once_and_trained_for_its_accuracy():
    page = opened(part="size", width="4", depth="1", task="digits")
    here = asked(vision.counting, "cnn-4x1")
    assert tile(page, "Parameters") == str(per_layer.total(here, "parameters"))
    assert tile(page, "MACs") == str(per_layer.total(here, "MACs"))
    last = here[-1]
    share = 100 * last.parameters / sum(layer.parameters for layer in here)
    assert tile(page, "Share of parameters in fc") == f"{share:.1f} %"
    assert share > 95 > 60 > 100 * last.macs / sum(layer.macs for layer in here)
    run_until(page, lambda page: any(metric.label.startswith("Accuracy") for metric in tiles(page)))
    source = Trained("digits", "cnn-4x1", epochs=10)
    assert tile(page, "Accuracy") == str(build.measure(Experiment(source))["accuracy"])
    assert any("networks are trained" in bar.proto.text for bar in page.get("progress"))
    assert not unbadged(page)


def test_twice_the_width_costs_nearly_four_times_as_much():
    costs = {name: sum(layer.macs for layer in asked(vision.counting, name)) for name in models.SIZED}
    assert 3.5 < costs["cnn-32x3"] / costs["cnn-16x3"] < 4
    assert costs["cnn-4x3"] / costs["cnn-2x3"] < 3  # in narrow ones the first layer counts, which grows linearly


def test_steps_are_walked_on_what_was_measured():
    page = opened(part="learning", rate="10", steps="12", layer="conv1")
    tried = asked(vision.trying, shipped(), "conv1")
    path, gone = on_a_curve(tried.values, tried.losses, tried.gradients, 10, 12)
    assert gone == 0
    assert tile(page, "Loss at the start") == f"{path[0][1]:.3f} nats"
    assert tile(page, "Loss at step 12") == f"{path[-1][1]:.3f} nats"
    assert path[-1][1] < path[0][1] - 0.1
    assert not unbadged(page)
    counted = summed(training_costs(asked(vision.counting, "cnn")))
    assert tile(page, "Training example") == str(counted["Training example"])
    assert tile(page, "Counted") == "2.85×"
    open_drawer(page, "code")
    assert "def descend" in page.code[0].value


def test_break_it_leaves_the_curve_and_a_tenth_of_the_rate_settles():
    page = opened()
    press(page, "Break it")
    run_until(page, settled)
    assert any("Step 1 leaves the measured range" in caption.value for caption in captions(page))
    page.select_slider("network_rate").set_value("10")
    run_until(page, settled)
    assert not any("leaves the measured range" in caption.value for caption in captions(page))
    tried = asked(vision.trying, shipped(), "conv1")
    path, _ = on_a_curve(tried.values, tried.losses, tried.gradients, 10, 12)
    assert path[-1][1] == pytest.approx(tried.losses.min(), abs=0.005)


@pytest.mark.parametrize(
    "given",
    [
        None,
        "x",
        {"of": "0"},
        {"of": "1", "pixels": base64.b64encode(bytes([9] * 784)).decode()},
        {"of": "0", "pixels": "no base64"},
        {"of": "0", "pixels": base64.b64encode(bytes([9] * 783)).decode()},
        {"of": "0", "pixels": base64.b64encode(bytes(784)).decode()},
        {"of": "0", "pixels": ["a"]},
    ],
)
def test_what_is_no_drawing_of_this_picture_is_none(monkeypatch, given):
    monkeypatch.setattr(canvas.browser, "canvas", lambda **_: SimpleNamespace(drawing=given))
    assert canvas.canvas("key", "0") is None


def test_a_drawing_is_its_bytes(monkeypatch):
    given = {"of": "0", "pixels": base64.b64encode(bytes([9] * 784)).decode()}
    monkeypatch.setattr(canvas.browser, "canvas", lambda **_: SimpleNamespace(drawing=given))
    assert canvas.canvas("key", "0") == bytes([9] * 784)
