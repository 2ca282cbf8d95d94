"""What lessons open with: it is of today's code, comes back as it was told, and says that it was recorded."""

import importlib
import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from string import Formatter
from types import SimpleNamespace

import numpy as np
import pytest

from lessons import record, recorded
from lessons.adaptation.results import DeltaAnalysis, NamedPictures
from lessons.experiment import Experiment, Prune, Quantize, Trained, Written, shipped
from lessons.jobs import recordings, vision
from lessons.jobs.events import GeneratedText, ModelKept, Outcome, Piece, Progress, TextSample
from lessons.jobs.plain_json import decoded, encoded
from lessons.jobs.recordings import code_of, find, named, read
from lessons.measure import machine
from lessons.measure.layer_view import Scanned
from lessons.quantity import Measurement, Quantity, as_recorded, badges_of
from lessons.record import ROOMS, NotRecorded
from lessons.text import sections
from lessons.training.progress import TrainingStep
from lessons.vision import build

SURE = Quantity("accuracy", 88.4, "%", "measured", 88.0, 89.0, "all test pictures")
JOULES = Quantity("energy", 2.5e-6, "J", "estimated", source="a formula")


def questions(room: str) -> list[recordings.Question]:
    return list(dict.fromkeys(importlib.import_module(f"lessons.ui.{room}.recorded").questions()))


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_recorded_is_what_is_asked_for_by_todays_code(room):
    asked = {named(*question): code_of(question) for question in questions(room)}
    rows = {json.dumps(row["question"], sort_keys=True): row["code"] for row in read(room)}
    assert rows.keys() == asked.keys()
    old = [question for question in asked if rows[question] != asked[question]]
    assert old == [], "make recordings"


TEXTS = ("measure", "adaptation", "estimate", "jobs")  # that measured numbers are told in


def in_words(source: str) -> bool:
    """Whether one of today's texts says so, whatever values are put in."""
    words = (words for text in TEXTS for words in sections(text).values())
    parts = ([(re.escape(part), ".+" * bool(value)) for part, value, *_ in Formatter().parse(each)] for each in words)
    return any(re.fullmatch("".join(map("".join, each)), source) for each in parts if any(part for part, _ in each))


def sources(code: object) -> Iterator[str]:
    """The source of every quantity in a recorded event, as it is written in its line."""
    if isinstance(code, dict):
        yield from (code["Quantity"][-1:] if "Quantity" in code else [])
    for each in code.values() if isinstance(code, dict) else code if isinstance(code, list) else ():
        yield from sources(each)


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_recorded_is_told_in_todays_words(room):
    """A text that is put in other words makes no result old; what was recorded would go on in the old ones."""
    found = {source for row in read(room) for source in sources(row["events"]) if source}
    assert [source for source in found if not in_words(source)] == [], "make recordings --again"


def test_words_of_before_are_found():
    assert in_words("all 10,000 test images") and not in_words("all 10,000 test pictures")


def test_every_room_that_records_is_listed_and_every_file_is_of_a_room():
    rooms = {file.parent.name for file in (recorded.HERE.parent / "ui").glob("*/recorded.py")}
    assert rooms == set(ROOMS) == {file.stem for file in recorded.HERE.glob("*.jsonl")}


@pytest.mark.parametrize(
    "event",
    [
        TrainingStep(80, 800, 1.25, None, 0.5),
        TextSample(10, "And it came to pass"),
        GeneratedText("And so", 2),
        Measurement((SURE, JOULES), bytes([0, 1, 2, 255])),
        ModelKept(shipped() | Prune(50)),
        Scanned(1, 400, 30, SURE),
        {"before": SURE, "after": replace(SURE, value=71.0)},
        NamedPictures(np.arange(8, dtype=np.uint8).reshape(2, 2, 2), (1, 2), (1, 3)),
    ],
    ids=lambda event: type(event).__name__,
)  # fmt: skip
def test_what_a_job_tells_comes_back_as_it_was(event):
    back = decoded(json.loads(json.dumps(encoded(event))))
    assert type(back) is type(event)
    assert parts(back) == parts(event)


def test_a_change_of_weights_comes_back_with_its_arrays_and_its_ranks():
    spectrum = np.linspace(3, 0, 6, dtype=np.float32).reshape(2, 3)
    told = DeltaAnalysis(
        ("q", "v"), spectrum, spectrum, spectrum, {"q": spectrum}, {1: 0.5, 8: 0.25}, {1: 2.0}, 1, 2, 3
    )
    back = decoded(json.loads(json.dumps(encoded(told))))
    assert back.full.dtype == np.float32
    assert np.array_equal(back.overlap["q"], spectrum)
    assert (back.matrices, back.cut, back.before) == (told.matrices, told.cut, 3)


def parts(event: object) -> object:
    """All that an event holds, comparable."""
    if is_dataclass(event):
        return [parts(getattr(event, field.name)) for field in fields(event)]
    if isinstance(event, np.ndarray):
        return event.dtype, event.tolist()
    if isinstance(event, dict):
        return {name: parts(each) for name, each in event.items()}
    return [parts(each) for each in event] if isinstance(event, tuple | list) else event


def test_what_is_no_event_is_not_recorded_and_not_read():
    with pytest.raises(TypeError, match="Progress is not recorded"):
        encoded(Progress(0.5))
    with pytest.raises(KeyError):
        decoded({"Popen": ["rm"]})


def test_a_question_is_found_by_its_job_and_all_of_its_arguments():
    first = (vision.measuring, shipped() | Quantize(4))
    others = [
        (vision.tuning, first[1]),
        (vision.measuring, shipped() | Quantize(5)),
        (vision.measuring, shipped() | Quantize(4) | Prune(50)),
        (vision.scanning, first[1], "magnitude"),
        (vision.scanning, first[1], "random"),
    ]
    assert len({named(*question) for question in (first, *others)}) == 6
    assert named(vision.training, Trained(seed=3)) == named(vision.training, Experiment(Trained(seed=3)))
    assert named(vision.training, Written(seed=3)) != named(vision.training, Written(seed=4))


def test_its_code_is_the_jobs_the_steps_and_the_figures_energies_are_worked_out_from(monkeypatch, tmp_path):
    plain, pruned = shipped(), shipped() | Prune(50)
    assert code_of((vision.measuring, plain)) != code_of((vision.measuring, pruned))
    before = code_of((vision.measuring, plain))
    other = tmp_path / "energy.csv"
    other.write_text(recordings.FACTS.read_text() + "\n")
    monkeypatch.setattr(recordings, "FACTS", other)
    assert code_of((vision.measuring, plain)) != before


def test_measured_numbers_say_that_they_were_recorded_and_how_estimates_do_not(recording):
    measurement, scanned = recording([Measurement((SURE, JOULES), b""), Scanned(0, 4, 30, SURE)])
    accuracy, energy = measurement.quantities
    assert (accuracy.badge, accuracy.value, accuracy.low) == ("recorded", 88.4, 88.0)
    assert accuracy.source == "all test pictures; recorded by `make recordings` on 2026-11-29, 2 cores of a test"
    assert energy == JOULES
    assert scanned.accuracy == accuracy
    assert recording([{"after": SURE}])[0]["after"] == accuracy


@pytest.fixture
def recording(monkeypatch):
    """What is found where a job has told these events."""

    def told(events: list) -> tuple:
        row = {"date": "2026-11-29", "machine": "2 cores of a test", "seconds": 3.5, "pass_ms": 1e-4}
        row["events"] = [encoded(event) for event in events]
        monkeypatch.setattr(recordings, "_rows", lambda: {named(vision.measuring, shipped()): row})
        find.cache_clear()
        return find(vision.measuring, shipped()).events

    yield told
    find.cache_clear()


def test_of_what_was_never_asked_nothing_is_found():
    assert find(vision.measuring, Experiment(Trained(seed=999))) is None


def test_ways_of_knowing_are_told_once_each_in_one_order():
    assert badges_of([JOULES, as_recorded(SURE, "by me"), SURE, SURE]) == ("measured", "recorded", "estimated")
    assert badges_of([]) == ()


def test_what_was_recorded_is_what_is_measured_now():
    """One cell of the scan: half a second, and no training."""
    cells = find(vision.scanning, shipped(), "magnitude").events
    cell = next(each for each in cells if (each.layer, each.sparsity) == (1, 80))
    alone = shipped() | Prune(criterion="magnitude", scope="given", ratios=(0, 80, 0, 0))
    assert build.measure(alone)["accuracy"].value == pytest.approx(cell.accuracy.value, abs=0.05)


# recording


class Asked:
    """A pool that does a job at once, and remembers which it was asked for."""

    def __init__(self):
        self.asked = []

    def ask(self, key, job, *arguments):
        self.asked.append(key)
        events = list(job(*arguments, lambda: None))
        return SimpleNamespace(ended=True, events=events, error=None, seconds=2.345)


def told(number: int, asked: object):
    yield Progress(0.5)
    yield Piece("one")
    yield TextSample(number, "one two")
    yield Outcome(Measurement((SURE,), b"\1\2"), (SURE, SURE), None, {})


def tells(experiment: Experiment, asked: object):
    yield TextSample(1, "one")


@pytest.fixture
def room(monkeypatch, tmp_path):
    """A room of two questions, whose file is elsewhere."""
    asks = SimpleNamespace(questions=lambda: [(told, 1), (told, 2), (told, 1)])
    asks.shows_answers = lambda question: question[1] == 2
    monkeypatch.setattr(record.importlib, "import_module", lambda name: asks)
    monkeypatch.setattr(recorded, "HERE", tmp_path)
    monkeypatch.setattr(record, "pass_ms", lambda pool: 1e-4)
    return asks


def test_each_question_is_a_line_without_what_is_fleeting_or_of_a_machine(room):
    record.record("a_room", Asked())
    first, second = read("a_room")
    assert first["question"] == json.loads(named(told, 1))
    assert first["machine"] == machine.name()
    assert (first["seconds"], first["pass_ms"]) == (2.35, 1e-4)
    sample, measurement = map(decoded, first["events"])
    assert sample == TextSample(1, "one two")
    assert measurement == Measurement((SURE,), b"")
    assert decoded(second["events"][1]).answers == b"\1\2"  # the page shows them


def test_what_is_of_todays_code_is_kept_and_the_rest_is_asked_again(room):
    record.record("a_room", Asked())
    path = recorded.results("a_room", "jsonl")
    first, second = read("a_room")
    path.write_text("\n".join(json.dumps(row) for row in (first | {"date": "1999-01-01"}, second | {"code": "old"})))
    pool = Asked()
    record.record("a_room", pool)
    assert pool.asked == [(told, 2)]
    assert [row["date"] == "1999-01-01" for row in read("a_room")] == [True, False]
    record.record("a_room", pool := Asked(), again=True)
    assert pool.asked == [(told, 1), (told, 2)]


def test_only_trainings_that_a_missing_question_builds_on_are_done_again(room, monkeypatch):
    trained, other = Experiment(Trained(seed=1)), Experiment(Trained(seed=2))
    asked = [(told, trained), (told, other), (tells, trained | Quantize(4)), (tells, shipped() | Quantize(4))]
    monkeypatch.setattr(room, "questions", lambda: asked)
    monkeypatch.setattr(record, "TRAIN", (told,))
    monkeypatch.setattr(record, "row_of", lambda question, *_: {"question": [], "code": code_of(question)})
    monkeypatch.setattr(record, "read", lambda room: [])
    record.record("a_room", pool := Asked())
    assert pool.asked == asked
    for missing, done in ((2, [0, 2]), (3, [3]), (1, [1])):
        rows = [{"question": json.loads(named(*each)), "code": code_of(each)} for each in asked]
        monkeypatch.setattr(record, "read", lambda room, rows=rows, at=missing: rows[:at] + rows[at + 1 :])
        record.record("a_room", pool := Asked())
        assert pool.asked == [asked[at] for at in done]


def test_where_a_job_fails_nothing_is_lost(room, monkeypatch):
    record.record("a_room", Asked())
    before = recorded.results("a_room", "jsonl").read_text()
    failed = SimpleNamespace(ended=True, events=[], error="out of memory")
    monkeypatch.setattr(Asked, "ask", lambda self, *question: failed)
    with pytest.raises(NotRecorded, match="out of memory"):
        record.record("a_room", Asked(), again=True)
    assert recorded.results("a_room", "jsonl").read_text() == before


def test_a_machine_is_called_what_its_processors_are(tmp_path):
    said = tmp_path / "cpuinfo"
    said.write_text("processor\t: 0\nmodel name\t: Intel(R) Xeon(R) Gold 6254 CPU @ 3.10GHz\n")
    assert machine.name(said).endswith(" cores of Intel Xeon Gold 6254")
    assert machine.name(tmp_path / "none").partition(" of ")[2]
