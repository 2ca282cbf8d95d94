"""What the browser is told of a headline: every position, and what several have in common once."""

import json

import pytest
import streamlit as st

from lessons.charts.lines import Axis, Point, lines
from lessons.charts.sweep import accuracy_sweep
from lessons.quantity import Quantity
from lessons.ui import browser
from lessons.ui.layout import headline as drawing
from lessons.ui.layout.figures import Sent
from lessons.ui.layout.headline import MEASURING, Frame, headline
from lessons.ui.layout.tiles import Tile, tiles
from lessons.ui.state.knob import Knob

BITS, CONTEXT = Knob("bits", "Bits", ("2", "8"), "8"), Knob("context", "Context", ("512", "1024", "2048"), "512")


def chart(value: float):
    points = [Point("here", value, 2, "kind")]
    return lines("title", Axis("x"), Axis("y"), {"line": [(1, 1), (10, 10)]}, points)


def energy(value: float) -> Quantity:
    return Quantity("energy", value, "J", "estimated", value / 10, value * 10, "MACs × energy of one")


@pytest.fixture
def told(monkeypatch):
    """Draw a headline where the sliders stand so; gives what the browser is told."""

    def draw(frames, *knobs, sweep=None, missing="", folded=(), **stands):
        said = {}
        monkeypatch.setattr(st, "session_state", stands)
        monkeypatch.setattr(drawing, "presenting", lambda: False)
        monkeypatch.setattr(browser, "headline", lambda key, data: said.update(data, key=key))
        headline(frames, *knobs, sweep=sweep, missing=missing, folded=folded)
        return json.loads(json.dumps(said, allow_nan=False))

    return draw


def test_a_tile_says_its_number_how_it_is_known_and_where_from(told):
    frames = {at: Frame(tiles({"Energy": energy(float(at))}, {"Energy": "a note"} if at == "8" else {})) for at in "28"}
    said = told(frames, BITS, bits="8")
    first, last = (frame["tiles"][0] for frame in said["frames"])
    assert first == {
        "label": "Energy", "badge": "estimated", "value": "2 J", "delta": None, "better": "inverse",
        "description": "200 mJ to 20 J", "help": 0,
    }  # fmt: skip
    assert (last["value"], last["description"]) == ("8 J", "a note")
    assert said["texts"][0] == "MACs × energy of one\n\nBand: 200 mJ to 20 J"
    assert said["knobs"] == {"bits": ["2", "8"]}


def test_positions_of_two_sliders_are_in_the_order_in_which_the_browser_looks_them_up(told):
    frames = {(b, c): Frame([Tile("Energy", energy(float(b) * float(c)))]) for b in "28" for c in CONTEXT.options}
    said = told(frames, BITS, CONTEXT, bits="8", context="1024")
    assert said["knobs"] == {"bits": ["2", "8"], "context": ["512", "1024", "2048"]}
    assert said["frames"][1 * 3 + 1]["tiles"][0]["value"] == str(energy(8 * 1024))


def test_where_nothing_is_known_yet_it_says_so_and_what_is_being_measured(told):
    said = told({"2": None, "8": None}, BITS, bits="8")
    assert said["frames"] == [None, None]
    assert said["missing"] == ["not measured yet", MEASURING]


def test_what_nobody_measures_is_not_said_to_be_measured(told):
    said = told({"2": None, "8": None}, BITS, bits="8", missing="not raced yet")
    assert said["missing"] == ["not raced yet"] * 2


def test_a_sweep_of_which_nothing_is_measured_yet_does_not_say_it_is(told):
    sweep = accuracy_sweep("bits", {"in use": {"2": None, "8": None}}, None)
    assert told({"2": None, "8": None}, BITS, sweep=sweep, bits="8")["sweep"]["badges"] == []


def test_what_charts_have_in_common_is_sent_once(told):
    said = told({"2": Frame(charts=[chart(2.0)]), "8": Frame(charts=[chart(8.0)])}, BITS, bits="2")
    assert len(said["specs"]) == 1
    first, last = (frame["charts"][0] for frame in said["frames"])
    assert first["data"]["lines"] == last["data"]["lines"]
    assert said["columns"][last["data"]["points"]["x"]] == [8]
    name = said["columns"][last["data"]["points"]["name"]]
    assert [said["texts"][at] for at in name["texts"]] == ["here"]


def test_equal_texts_and_equal_rows_have_one_place():
    sent = Sent()
    assert [sent.text(text) for text in ("a", "b", "a")] == [0, 1, 0]
    one, other = (sent.chart(chart(2.0), 100)["data"] for _ in range(2))
    assert one == other


def test_of_places_that_are_known_alone_the_browser_is_told_which(told):
    number = lambda value: Frame(tiles({"a": energy(value)}))
    cross = {("8", "512"): number(1), ("2", "512"): number(2), ("8", "2048"): number(3)}
    said = told(cross, BITS, CONTEXT, folded=[CONTEXT], bits="8", context="512")
    assert said["knobs"] == {"bits": ["8", "2"], "context": ["512", "2048"]}
    assert said["known"] == [0, 2, 1]  # of 8, 512; 8, 2048; 2, 512; 2, 2048
    assert said["folded"] == {"context": "512"}
    all_of_them = cross | {("2", "2048"): number(4)}
    assert told(all_of_them, BITS, CONTEXT, bits="8", context="512")["known"] is None
