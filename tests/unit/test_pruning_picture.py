"""The first picture of pruning: its wires are the real weights, and what it says of them is so at either end."""

import json

import numpy as np
import pytest

from lessons.data import fashion_mnist
from lessons.experiment import Experiment, shipped
from lessons.jobs import vision
from lessons.models.layers import weighted
from lessons.ui.layout import headline
from lessons.ui.layout.headline import Frame
from lessons.ui.pruning import first_picture
from lessons.ui.pruning.knobs import SPARSITY, SWEPT
from lessons.ui.pruning.recipe import Pruning
from lessons.vision import build

NETS = ("cnn", "depthwise")


def drawn(monkeypatch, how: Pruning, model: str = "cnn", measured: bool = True):
    """The chart at every sparsity, measured now or as it was recorded."""
    now = lambda _, *asked: [*vision.wiring(*asked, lambda: None)][-1] if measured else None
    monkeypatch.setattr(first_picture, "answer", now)
    frames = first_picture.frames(shipped(model), how.along(shipped(model), SWEPT), fashion_mnist.CLASSES)
    return {at: frame.charts[0] for at, frame in frames.items()}


def weights(experiment: Experiment) -> list[np.ndarray]:
    return [layer.weight.numpy() for layer in weighted(build.build(experiment).net).values()]


@pytest.mark.parametrize("sparsity", ["0", "90", "99"])
def test_a_wire_is_the_sum_of_what_is_left_between_two_channels(monkeypatch, sparsity):
    table = drawn(monkeypatch, Pruning())[sparsity].table
    conv2 = weights(Pruning().of(shipped(), int(sparsity)))[1]
    wires = table[table.layer == "conv2"]
    assert len(wires) == 49
    for come, to, found in wires[["from channel", "to channel", "sum of |w|"]].itertuples(index=False):
        assert found == pytest.approx(np.abs(conv2[to, come]).sum(), abs=1e-5)


@pytest.mark.parametrize("model", NETS)
def test_wires_are_few_and_those_drawn_are_those_that_are_left(monkeypatch, model):
    charts = drawn(monkeypatch, Pruning(), model)
    for at, chart in charts.items():
        thick = [wire["width"] for wire in chart.data["wires"]]
        assert len(thick) <= 250
        gone = int((chart.table["sum of |w|"] == 0).sum())
        assert f" {gone} of the {len(thick)} wires" in " ".join(chart.note.split())
        assert sum(width > 0 for width in thick) <= len(thick) - gone
        left = sum(int(np.count_nonzero(each)) for each in weights(Pruning().of(shipped(model), int(at))))
        assert chart.note.startswith(f"{left:,} of {sum(each.size for each in weights(shipped(model))):,} weights")
    assert max(wire["width"] for wire in charts["0"].data["wires"]) == first_picture.THICKEST
    assert "0 of the" in charts["0"].note


def test_the_channels_shown_go_from_the_largest_to_the_smallest(monkeypatch):
    table = drawn(monkeypatch, Pruning())["0"].table
    sizes = np.abs(weights(shipped())[2]).mean((1, 2, 3))
    shown = list(dict.fromkeys(table[table.layer == "conv3"]["to channel"]))
    assert sizes[shown].tolist() == sorted(sizes[shown].tolist(), reverse=True)
    assert sizes[shown[0]] == sizes.max() and sizes[shown[-1]] == sizes.min()


@pytest.mark.parametrize("model", NETS)
def test_a_channel_that_is_removed_takes_its_wires_and_one_that_is_zeroed_leaves_those_that_read_it(monkeypatch, model):
    zeroed = drawn(monkeypatch, Pruning(structure="channels"), model)["80"].data
    removed = drawn(monkeypatch, Pruning(structure="channels", removed=True), model)["80"].data
    gone = {(node["x"], node["y"]) for node in removed["channels"] if node["state"] == "removed"}
    assert gone == {(node["x"], node["y"]) for node in zeroed["channels"] if node["state"] == "zeroed"} != set()
    for wire, kept in zip(removed["wires"], zeroed["wires"], strict=True):
        reads, feeds = (wire["x"], wire["y"]) in gone, (wire["x2"], wire["y2"]) in gone
        assert wire["width"] == 0 or not (reads or feeds)
        assert kept["width"] == 0 or (kept["width"] < 0) == reads
        assert kept["width"] == 0 or not feeds
    assert any(wire["width"] < 0 for wire in zeroed["wires"])
    assert any(wire["width"] for wire in removed["wires"])


@pytest.mark.parametrize("sparsity", ["0", "50", "90"])
def test_bars_say_what_is_left_and_pale_wires_what_there_was(monkeypatch, sparsity):
    chart = drawn(monkeypatch, Pruning())[sparsity]
    there = (chart.table["sum of |w|"] > 0).mean()
    weights_left, wires_left = chart.data["left"]
    assert (weights_left["name"], wires_left["name"]) == ("weights left", "wires left")
    assert weights_left["said"] == f"{100 - int(sparsity)} %"
    assert wires_left["said"] == f"{100 * there:.0f} %"
    assert there == 1 or sparsity == "90"
    for bar, share in ((weights_left, 1 - int(sparsity) / 100), (wires_left, there)):
        assert (bar["to"] - bar["x"]) / (bar["end"] - bar["x"]) == pytest.approx(share, abs=0.001)
    for before, wire in zip(chart.data["before"], chart.data["wires"], strict=True):
        assert before["width"] >= wire["width"]
        assert {**before, "width": 0} == {**wire, "width": 0}
    assert chart.data["before"] == drawn(monkeypatch, Pruning())["0"].data["wires"]


@pytest.mark.parametrize("model", NETS)
def test_all_its_positions_are_quick_to_send(monkeypatch, model):
    charts = drawn(monkeypatch, Pruning("channels"), model)
    frames = {at: Frame(charts=[chart]) for at, chart in charts.items()}
    assert len(json.dumps(headline._sent(frames, (SPARSITY,), None))) < 60_000  # 77,000 once


@pytest.mark.parametrize("model", NETS)
def test_what_was_recorded_is_what_is_measured(monkeypatch, model):
    now, then = (drawn(monkeypatch, Pruning(), model, measured) for measured in (True, False))
    assert {chart.badges for chart in then.values()} == {("recorded",)}
    assert [chart.note for chart in then.values()] == [chart.note for chart in now.values()]
