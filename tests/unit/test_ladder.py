"""The ladder that the page on footprints opens with, and what a reader writes beside it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons import facts
from lessons.charts.line_names import HALO
from lessons.estimate import accelerator_energy, footprint
from lessons.facts.architectures import models
from lessons.quantity import Quantity, show
from lessons.ui.footprint import first_picture, headline_figure
from lessons.ui.footprint.first_picture import Seen

BATCHES = [str(2**n) for n in range(10)]


def answers(model: str = "Llama 3.1 70B", task: str = "chat") -> dict[str, Quantity]:
    board = next(iter(accelerator_energy.usable().values()))
    use = (models()[model], footprint.TASKS[task], board, "native")
    return {at: footprint.by_boards(footprint.Scenario(*use, int(at), facts.figure("pue_microsoft"))) for at in BATCHES}


def marks(frame, *sets: str) -> dict[str, dict]:
    (chart,) = frame.charts
    return {row["what"]: row for each in sets or ("marks",) for row in chart.data[each]}


def test_the_answer_on_the_ladder_is_what_the_method_says_and_moves_with_the_batch():
    found = answers()
    drawn = first_picture.frames(found, Seen("chat", 10, None, model="Llama 3.1 70B"))
    for at, one in found.items():
        answer, people = (row for row in drawn[at].charts[0].data["bands"])
        assert (answer["energy"], answer["low"], answer["high"]) == (one.value, one.low, one.high)
        assert people["energy"] == pytest.approx(one.value * 10 * 80e6)
        assert f"takes {one} (pale band: {one.band})" in drawn[at].charts[0].note
        assert answer["name"] == f"one answer, Llama 3.1 70B: {one}"
    alone, many = (drawn[at].charts[0].data["bands"][0]["energy"] for at in ("1", "512"))
    assert alone > 50 * many


def test_only_figures_of_the_same_boundary_stand_beside_the_answer():
    rows = marks(first_picture.frames(answers(), Seen("chat", 10, None))["64"])
    published = {use.label: use for use in facts.published_uses()}
    beside = [published[what] for what in rows if what in published]
    assert {use.label for use in beside} == {"median Gemini text prompt", "short GPT-4o query, from API latency"}
    assert all(use.boundary.startswith("whole facility") and use.task == "chat" for use in beside)
    assert all(rows[use.label]["energy"] == use.watt_hours for use in beside)


def test_the_line_below_says_what_a_phone_charge_is_and_a_batch_only_where_one_matters():
    charge = facts.everyday()["phone_charge"].watt_hours
    found = {"1": Quantity("a", charge / 4, "Wh", "estimated"), "2": Quantity("a", charge * 3, "Wh", "estimated")}
    few, many = (frame.charts[0].note for frame in first_picture.frames(found, Seen("chat", 1, None)).values())
    assert few == "At batch size 1, one answer takes 4.75 Wh. Charging a phone takes about as much as 4 answers."
    assert many == "At batch size 2, one answer takes 57 Wh, about as much as charging 3 phones."
    video = first_picture.frames(found, Seen("video", 1, None, batched=False))["2"].charts[0]
    assert video.note.startswith("One video takes 57 Wh")


@pytest.mark.parametrize("counts", footprint.BOUNDARIES)
def test_a_headline_stands_beside_figures_that_count_the_same(counts):
    typed = headline_figure.read("3 Wh", counts)
    rows = marks(first_picture.frames(answers(), Seen("chat", 10, typed))["64"])
    assert rows["the typed figure: 3 Wh"]["energy"] == 3
    beside = {what for what in rows if what in {use.label for use in facts.published_uses()}}
    assert beside == {
        use.label
        for use in facts.published_uses()
        if use.task == "chat" and use.watt_hours and use.boundary.removesuffix(", estimated") == counts
    }


def test_every_boundary_of_an_energy_is_one_a_reader_can_choose():
    known = {use.boundary.removesuffix(", estimated") for use in facts.published_uses() if use.watt_hours}
    assert known == set(footprint.BOUNDARIES)


def test_a_figure_counts_as_that_of_a_server_only_where_its_source_says_so():
    servers = {label for task in footprint.TASKS for label in footprint.peers(task, "server")}
    said = {use.label for use in facts.published_uses() if use.boundary.startswith("server")}
    assert servers == said and len(said) == 3
    assert set(footprint.peers("chat", "GPU ×2")) == {"reply of Llama 3.1 8B", "reply of Llama 3.1 405B"}
    assert set(footprint.peers("classify", "node with idle GPUs")) == {"classifying one text, mean of several models"}


def test_things_on_the_ladder_are_sourced_and_none_is_written_on_another():
    drawn = first_picture.frames(answers(), Seen("chat", 10, headline_figure.read("3 Wh", "whole facility")))
    things = drawn["64"].charts[0].data["things"]
    by_label = {thing.label: thing for thing in facts.everyday().values()}
    assert [row["energy"] for row in things] == sorted(by_label[row["what"]].watt_hours for row in things)
    assert all(by_label[row["what"]].source == row["source"] for row in things)
    for frame in drawn.values():
        rows = [row for side in first_picture.SIDES for row in frame.charts[0].data[f"names-{side}"]]
        rows.sort(key=lambda row: row["y"])
        for upper, lower in pairwise(rows):
            more = first_picture.LINE * upper["name"].count("\n")
            assert lower["y"] - upper["y"] - more >= first_picture.APART
        assert rows[-1]["y"] < first_picture.PLOT


def test_a_name_stands_right_beside_its_mark_and_band_and_no_line_runs_through_its_letters():
    chart = first_picture.frames(answers(), Seen("chat", 10, None))["64"].charts[0]
    for row in chart.data["bands"]:
        assert row["edge"] == (row["high"] if row["side"] == "right" else row["low"])
    (named,) = (row for row in chart.data["names-right"] if row["what"].startswith("published by others"))
    others = [row["energy"] for row in chart.data["marks"] if row["kind"] == "published"]
    assert named["edge"] == max(others) and named["y"] == first_picture.PLACES["published"]
    assert named["what"] == "published by others, whole facility: 0.24 Wh to 0.43 Wh"
    texts = [layer["mark"] for layer in chart.spec["layer"] if layer["mark"]["type"] == "text"]
    assert [mark.get("stroke") for mark in texts] == [HALO, None] * 2


def test_the_axis_is_labelled_as_far_as_its_last_mark_and_has_a_line_at_each_decade():
    chart = first_picture.frames(answers(), Seen("chat", 10, None))["64"].charts[0]
    axis = next(layer["encoding"]["x"]["axis"] for layer in chart.spec["layer"] if "axis" in layer["encoding"]["x"])
    labelled = [tick for tick in axis["values"] if f"datum.value == {tick:g} ?" in axis["labelExpr"]]
    energies = [row["energy"] for name in ("marks", "things") for row in chart.data[name]]
    assert labelled[0] <= min(energies) <= max(energies) <= labelled[-1]
    assert [later / earlier for earlier, later in pairwise(labelled)] == pytest.approx([1000] * 6)
    assert axis["grid"] and [b / a for a, b in pairwise(axis["values"])] == pytest.approx([10] * 20)


@given(st.floats(1e-4, 1e14))
def test_a_figure_is_read_as_this_app_would_write_it(value):
    shown = show(value, "Wh")
    assert headline_figure.read(shown, "GPU only").energy.value == pytest.approx(value, rel=0.06)


@pytest.mark.parametrize(
    ("written", "watt_hours"),
    [
        ("3 Wh", 3),
        ("2,9 Wh", 2.9),
        ("1,000 J", 1000 / 3600),
        ("0.3Wh per query", 0.3),
        ("47 kwh", 47_000),
        ("5 MJ", 5e6 / 3600),
    ],
)
def test_a_number_and_a_unit_are_read(written, watt_hours):
    assert headline_figure.read(written, "server").energy.value == pytest.approx(watt_hours)


@given(st.text(max_size=200))
def test_nonsense_is_named_or_read_and_never_breaks(written):
    try:
        found = headline_figure.read(written, "server")
    except headline_figure.NotShown as reason:
        assert str(reason) in ("unreadable", "beyond")
    else:
        assert (found is None) == (not written.strip())


@pytest.mark.parametrize("written", ["three", "3", "Wh", "-3 Wh", "1.2.3 Wh", "3 Whales", "3 W"])
def test_what_is_no_energy_is_refused(written):
    with pytest.raises(headline_figure.NotShown, match="unreadable"):
        headline_figure.read(written, "server")
