"""What a reader has done: entries that can be are taken, a record that was changed is not, and its models can be run
again."""

import json
from dataclasses import replace

import pytest

from lessons import reader_record
from lessons.__main__ import main
from lessons.ant import Ant, Numbers
from lessons.catalog import LESSONS
from lessons.exercise import RIGHT
from lessons.experiment import Quantize, shipped
from lessons.jobs import recordings, vision
from lessons.progress import BadEntry, check
from lessons.text.exercises import exercises
from lessons.ui.my_ant import record

RUN = shipped() | Quantize(4)
FOUND, BEFORE = (recordings.find(vision.measuring, each).result for each in (RUN, shipped()))
ANT = Ant.measured(RUN, FOUND, BEFORE)
SOLVED = {"outcome": RIGHT, "given": "31", "asked": "How many?", "tries": 2, "solved": True}
VALUES = {
    "exercise/quantization/levels": SOLVED,
    "prediction/quantization": {"guess": "3", "outcome": "right"},
    "prediction/pruning": {"guess": "90", "outcome": "wrong"},
    "ant/images/home": ANT.to_json(),
    "spent/0123abcd": {"joules": 12},
}
KEPT = {"cleared": 0, "entries": {name: {"value": value, "at": n} for n, (name, value) in enumerate(VALUES.items(), 1)}}


def test_what_is_written_is_read_again():
    text = reader_record.written(KEPT, "2026-11-30")
    assert reader_record.read(text) == KEPT
    shuffled = json.dumps(dict(reversed(json.loads(text).items())))
    assert reader_record.read(shuffled) == KEPT  # however it is laid out


@pytest.mark.parametrize("name", VALUES)
def test_entries_that_can_be_are_taken(name):
    check(name, VALUES[name])


LIES = {
    "of no kind": ("secret/quantization", {}),
    "a field more": ("exercise/quantization/levels", SOLVED | {"score": 5}),
    "a field less": ("prediction/quantization", {"guess": "3"}),
    "another type": ("exercise/quantization/levels", SOLVED | {"tries": "2"}),
    "true is no number": ("exercise/quantization/levels", SOLVED | {"tries": True}),
    "no such lesson": ("exercise/alchemy/levels", SOLVED),
    "no such exercise": ("exercise/quantization/gold", SOLVED),
    "no such outcome": ("exercise/quantization/levels", SOLVED | {"outcome": "brilliant"}),
    "never tried": ("exercise/quantization/levels", SOLVED | {"tries": -1}),
    "right and not solved": ("exercise/quantization/levels", SOLVED | {"solved": False}),
    "a long text": ("exercise/quantization/levels", SOLVED | {"given": "9" * 3_000}),
    "a prediction of a page": ("prediction/glossary", {"guess": "3", "outcome": "right"}),
    "a prediction half right": ("prediction/quantization", {"guess": "3", "outcome": "nearly"}),
    "a model elsewhere": ("ant/text/home", ANT.to_json()),
    "a model of no lesson": ("ant/images/moon", ANT.to_json()),
    "a better model": ("ant/images/home", ANT.to_json() | {"now": {"quality": 101, "size": 1, "energy": 1}}),
    "energy for nothing": ("spent/0123abcd", {"joules": -1}),
}


@pytest.mark.parametrize(("name", "value"), LIES.values(), ids=LIES)
def test_a_lie_is_refused_in_one_sentence(name, value):
    with pytest.raises(BadEntry) as refused:
        reader_record.read(reader_record.written({"cleared": 0, "entries": {name: {"value": value, "at": 1}}}, ""))
    said = str(refused.value)
    assert said.endswith(".") and "\n" not in said and len(said) < 300


TEXT = reader_record.written(KEPT, "2026-11-30")
FILES = {
    "no JSON": "{",
    "too deep": "[" * 100_000,
    "a list": "[]",
    "something else": '{"kind": "models-for-ants record"}',
    "changed": TEXT.replace('"tries": 2', '"tries": 1'),
    "another version": TEXT.replace('"version": 1', '"version": 2'),
    "too long": TEXT + " " * reader_record.LONGEST,
    "no times": TEXT.replace('"at": 1', '"at": "now"'),
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_file_that_is_no_record_is_refused(text):
    with pytest.raises(BadEntry):
        reader_record.read(text)


def test_a_record_is_verified_by_running_its_models_again(tmp_path, capsys):
    (tmp_path / "record.json").write_text(TEXT)
    assert main(["verify", str(tmp_path / "record.json")]) == 0
    said = capsys.readouterr().out
    assert "verified" in said
    assert reader_record.runs_digest(reader_record.ants(KEPT)) in said


def test_a_record_of_a_better_model_than_was_run_is_found_out(tmp_path, capsys):
    better = replace(ANT, now=ANT.now._replace(quality=99.0))  # written by somebody who can write a SHA-256
    kept = {"cleared": 0, "entries": {"ant/images/home": {"value": better.to_json() | {"answers": "0" * 64}, "at": 1}}}
    (tmp_path / "record.json").write_text(reader_record.written(kept, ""))
    assert main(["verify", str(tmp_path / "record.json")]) == 1
    assert "99.0 %, but 87.8 % now" in capsys.readouterr().out
    (tmp_path / "record.json").write_text(TEXT.replace("87.8", "88.8"))
    assert main(["verify", str(tmp_path / "record.json")]) == 2
    assert "was changed" in capsys.readouterr().err


def test_predictions_decide_whether_a_model_is_the_same():
    assert reader_record.compared("home", ANT, FOUND).verdict == "same"
    assert reader_record.compared("home", replace(ANT, answers="0" * 64), FOUND).verdict == "close"
    longer = replace(ANT, now=ANT.now._replace(size=round(ANT.now.size * 1.005)))
    assert reader_record.compared("home", longer, FOUND).verdict == "close"
    other = replace(ANT, now=Numbers(80.0, ANT.now.size, 1.0), answers="0" * 64)
    assert reader_record.compared("home", other, FOUND).verdict == "other"
    assert reader_record.compared("home", replace(ANT, now=ANT.now._replace(size=1)), FOUND).verdict == "other"
    assert reader_record.compared("home", replace(ANT, now=ANT.now._replace(quality=99.0)), FOUND).verdict == "other"


def test_the_printed_page_says_what_was_done_and_escapes_what_a_reader_wrote():
    page = record.html(KEPT, "2026-11-30", "<b>Ada</b>")
    assert "&lt;b&gt;Ada&lt;/b&gt;, 2026-11-30" in page and "<b>Ada" not in page
    every = sum(len(exercises(lesson.path)) for lesson in LESSONS)
    assert f"Predictions right: 1 of 2. Exercises solved: 1 of {every}. Energy for all runs: about 12 J." in page
    assert page.count("<tr>") == 1 + len(LESSONS) + 1 + 1
    assert "weights in 4 bits, one scale per tensor" in page
    assert reader_record.runs_digest(reader_record.ants(KEPT)) in page
    assert "No model was kept." in record.html({"cleared": 0, "entries": {}}, "2026-11-30")


def test_a_lesson_is_done_with_its_prediction_and_all_its_exercises():
    lesson = next(lesson for lesson in LESSONS if lesson.path == "quantization")
    solved = {f"exercise/quantization/{name}": SOLVED for name in exercises("quantization")}
    assert not record.is_done(lesson, solved)
    assert record.is_done(lesson, solved | {"prediction/quantization": {"guess": "3", "outcome": "wrong"}})
