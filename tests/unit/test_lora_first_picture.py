"""The first picture of low-rank adaptation: matrices as large as they are, and parameters as many as are trained."""

from dataclasses import replace

import numpy as np
import pytest

from lessons.adaptation.build import base_model
from lessons.adaptation.weights import shapes
from lessons.experiment import SMOLLM2
from lessons.experiment.adapt import IN_PICTURES, IN_TEXTS
from lessons.jobs import adaptation, language, recordings
from lessons.ui.lora import first_picture, matrices
from lessons.ui.lora.learning import RANK
from lessons.ui.lora.recipe import TASKS, Adapting
from tests.unit.tables import table

RANKS = [int(rank) for rank in RANK.options]
SMALL = [
    *(Adapting("bible", where=where, kind=kind) for where in IN_TEXTS for kind in ("lora", "dora")),
    *(Adapting("turned", where=where, kind=kind) for where in IN_PICTURES for kind in ("lora", "dora")),
]


def net(adapting: Adapting):
    return base_model(adapting.of.model).net


@pytest.mark.parametrize("how", SMALL, ids=lambda how: f"{how.task}, {how.where}, {how.kind}")
def test_matrices_and_parameters_are_those_of_the_model(how):
    real = net(how)
    there = shapes(real, how.low)
    assert matrices.trained(how) == sum(map(np.prod, there.values()))
    assert matrices.weights(how.of.base) == sum(each.numel() for each in real.parameters())
    name, (out, into) = matrices.shown(how)
    place = next(each for each in there if each.endswith(f"{name}.down"))
    assert there[place] == (how.rank, into)
    assert there[place.replace("down", "up")] == (out, how.rank)


def test_of_the_large_model_they_follow_from_its_published_shape():
    how = Adapting(SMOLLM2)
    assert matrices.shown(how) == ("q_proj", (576, 576))
    assert matrices.trained(how) == 30 * 8 * (576 + 576 + 576 + 192)


def recorded(adapting: Adapting) -> dict:
    """What was recorded on the new task at each rank."""
    each = {rank: replace(adapting, rank=int(rank)).adapted for rank in RANK.options if rank != "0"}
    found = {rank: recordings.find(adaptation.judging, model, adapting.of.to) for rank, model in each.items()}
    return {rank: recording.result for rank, recording in found.items() if recording}


def drawn(adapting: Adapting) -> dict[int, dict]:
    """The boxes of the picture at each rank, by name: width and height."""
    found = {}
    for rank, frame in first_picture.frames(adapting, recorded(adapting)).items():
        (chart,) = frame.charts
        boxes = [*chart.data["frozen"], *chart.data["adapter"]]
        found[int(rank)] = {each["matrix"]: (each["x2"] - each["x"], each["y2"] - each["y"]) for each in boxes}
    return found


@pytest.mark.parametrize("how", [Adapting(), Adapting("turned", where="every layer")], ids=lambda how: how.task)
def test_w_stays_and_a_and_b_grow_with_the_rank(how):
    _, (out, into) = matrices.shown(how)
    seen = drawn(how)
    assert list(seen) == RANKS
    assert seen.pop(0) == {"W": (into, out)}
    for rank, boxes in seen.items():
        assert boxes == {
            "W": (into, out),
            "A": (pytest.approx(into), pytest.approx(rank)),
            "B": (pytest.approx(rank), out),
        }


@pytest.mark.parametrize("rank", [1, 8, 64])
def test_it_says_of_the_matrices_which_are_frozen_and_trained_and_their_shapes(rank):
    (chart,) = first_picture.frames(Adapting(), {})[str(rank)].charts
    assert chart.title == "W is frozen; only A and B are trained"
    assert chart.data["frozen_name"][0]["name"] == "Old weights, frozen\nW: 128 × 128"
    assert chart.data["trained_name"][0]["name"] == f"Adapter, trained\nB: 128 × {rank}\nA: {rank} × 128"
    letters = {row["name"] for name in ("letters", "letters_inside") for row in chart.data[name]}
    assert letters == {"A", "B"}


def test_rank_0_trains_nothing():
    (chart,) = first_picture.frames(Adapting(), {})["0"].charts
    assert chart.data["trained_name"][0]["name"] == "No adapter"
    assert "All 812,288 weights are frozen" in chart.note


@pytest.mark.parametrize("rank", [1, 8, 64])
def test_the_line_below_says_what_was_recorded_of_this_rank(rank):
    how = replace(Adapting(), rank=rank)
    (chart,) = first_picture.frames(Adapting(), recorded(Adapting()))[str(rank)].charts
    found = recordings.find(adaptation.judging, how.adapted, "bible").result
    assert found["trained"].value == matrices.trained(how)
    for said in (
        f"One of 8 pairs of A and B. Together they train {matrices.trained(how):,} weights",
        f"{found['share']} of the model's 812,288",
        str(found["adapter"]),
        f"Loss on the new text: {found['loss'].value:.3f}",
    ):
        assert said in chart.note
    assert chart.badges == ("recorded",)
    assert table(chart, "frozen").shape[0] == 1


def test_what_was_not_recorded_is_not_said():
    (chart,) = first_picture.frames(Adapting(), {})["8"].charts
    assert "16,384" in chart.note and "kB" not in chart.note
    assert chart.badges == ("estimated",)


@pytest.mark.parametrize("task", ["bible", "names"])
def test_the_texts_are_those_that_were_written_without_and_with_the_adapter(task):
    how = Adapting(task)
    told = lambda model: recordings.find(language.telling, model, first_picture.BEGIN, *first_picture.WRITTEN).result
    for rank, shown in first_picture.texts(how).items():
        off, on = ("".join(piece for piece, _ in passage.pieces) for passage in shown.passages)
        assert off == told(how.below).text
        assert on == told(replace(how, rank=int(rank)).adapted).text
        assert shown.passages[0].title == "Adapter off: trained on Shakespeare"
        assert how.of.new in shown.passages[1].title or rank == "0"
        assert (off == on) == (rank == "0")


def test_a_classifier_of_images_writes_nothing():
    assert not any(first_picture.texts(Adapting("turned", where="every layer")).values())
    assert not TASKS["turned"].writes


@pytest.mark.parametrize("task", ["bible", "names"])
def test_a_loss_stands_beside_what_it_was_before(task):
    how = Adapting(task)
    before = recordings.find(adaptation.judging, how.below, how.of.to).result
    (chart,) = first_picture.frames(how, recorded(how) | {"0": before})["8"].charts
    assert f", before {before['loss'].value:.3f}." in chart.note
    assert chart.badges == ("recorded",)
