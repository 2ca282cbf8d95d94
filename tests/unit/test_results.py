"""Kept answers: measured once, found again bit for bit by another process, and never instead of a measurement."""

import base64
import io
import os
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lessons import keeping, shared_files
from lessons.experiment import Adapt, Experiment, File, Quantize, Trained, shipped
from lessons.jobs import adaptation, language, machine, results, vision
from lessons.jobs.events import Outcome, Progress
from lessons.jobs.messages import Job
from lessons.jobs.pool import Pool
from lessons.measure import machine as machine_facts
from lessons.measure.layer_view import Scanned
from lessons.quantity import Measurement, Quantity
from lessons.shared_files import Held, Limits, SharedFiles, too_much
from tests.unit.jobs import wait

ROOT = Path(__file__).parents[2]
SWEEP = tuple(shipped() | Quantize(bits) for bits in (2, 5))
THIRD = Quantity("accuracy", 100 / 3, "%", "measured", source="all test images")
OUTCOME = Outcome(Measurement((THIRD,), b"\1\2"), (THIRD, THIRD), None, {})


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of what is kept, empty at first."""
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path))
    monkeypatch.delenv(shared_files.SETTING)
    yield tmp_path / "results"
    shared_files._shared.cache_clear()


def name(at: Experiment = SWEEP[0]) -> str:
    return results.name_of(vision.measuring, at)


def bits(outcome: Outcome) -> bytes:
    """All numbers of a measurement, to the last bit, and all answers."""
    measured = outcome.measurement
    return np.array([quantity.value for quantity in measured.quantities]).tobytes() + measured.answers


@pytest.mark.reliability(
    "sameness", "A sweep that was measured is there after a restart, bit for bit, and no worker starts"
)
def test_a_sweep_is_measured_once(kept, tried):
    first = Pool(1)
    measured = [first.ask(each, vision.measuring, each) for each in SWEEP]
    wait(*measured)
    first.close()
    restarted = Pool(0)  # there is no worker that could measure anything
    found = [restarted.ask(each, vision.measuring, each) for each in SWEEP]
    wait(*found, seconds=30)
    for one, other in zip(measured, found, strict=True):
        assert bits(one.result) == bits(other.result)
        assert one.result.timing[1].value == other.result.timing[1].value
        assert {*one.result.layers} == {*other.result.layers}
        for layer, view in one.result.layers.items():
            assert np.array_equal(view.picture, other.result.layers[layer].picture)
            assert view.weights.edges.tobytes() == other.result.layers[layer].weights.edges.tobytes()
        accuracy = other.result.measurement["accuracy"]
        assert accuracy.badge == "measured"
        assert accuracy.source.startswith(one.result.measurement["accuracy"].source + "; measured on ")
        tried()
    assert all(ticket.seconds == 0 for ticket in found)
    restarted.close()


@pytest.mark.parametrize(
    "question",
    [
        (vision.looking, shipped(), bytes(784)),  # a drawing
        (language.comparing, shipped(), "a reader's words"),
        (language.telling, shipped(), "a reader's words", 9, 0.8, 0),
        (language.reading, Experiment(File("/home/somebody/model.gguf", "0" * 64))),
        (adaptation.judging, shipped() | Adapt("turned", where="every layer", file="0" * 64), "turned"),
        (adaptation.taking, shipped(), (("adapter.zip", b"PK"),)),
        (vision.racing, shipped()),
        (vision.pacing, shipped()),
        (machine.benching,),
        (vision.training, Trained()),
    ],
    ids=lambda question: question[0].__qualname__,
)
@pytest.mark.reliability("security", "Words, drawings and files of a reader are never among the results that are kept")
def test_what_is_a_readers_own_or_of_this_moment_is_not_kept(question, kept, tried):
    assert not results.keeps(*question) and results.name_of(*question) is None
    told = list(results.answer(Job(1, telling_all, question[1:]), lambda: None))
    assert told == [question[1:]] and not kept.exists()
    tried()


def telling_all(*arguments):
    yield arguments[:-1]


def answered(told: list, asked=lambda: None) -> list:
    """The events of a job that tells these, if nothing is kept of it."""

    def telling(asked):
        for event in told:
            asked()
            yield event

    return list(results.answer(Job(1, telling, (), kept_as="scanning-0.json"), asked))


def test_what_a_job_told_comes_back_and_is_not_computed_again(kept):
    points = [Scanned(0, 36, share, replace(THIRD, value=share / 3)) for share in (0, 10)]
    assert answered([Progress(0.5), *points]) == [Progress(0.5), *points]
    again = answered(["computed again"])
    assert [point.accuracy.value for point in again] == [0 / 3, 10 / 3]
    assert all(point.accuracy.source.startswith("all test images; measured on 2") for point in again)


@pytest.mark.parametrize("told", [[Progress(0.5)], []], ids=["stopped before it had a result", "told nothing"])
def test_what_has_no_result_is_not_kept(told, kept):
    answered(told)
    assert answered([1]) == [1]


def test_what_a_reader_stopped_is_not_kept(kept):
    answered([1], asked=lambda: "stop")
    assert answered([2]) == [2]


def test_a_job_that_fails_keeps_nothing(kept):
    def failing(asked):
        yield 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(results.answer(Job(1, failing, (), kept_as="scanning-0.json"), lambda: None))
    assert answered([2]) == [2]


def test_numbers_come_back_bit_for_bit():
    values = [0.1 + 0.2, 1e-320, -0.0, float("nan"), float("inf"), 2**0.5, 10**30, True, None, "µ\ud800"]
    arrays = [np.float32(values[:3]), np.arange(6, dtype=np.int64).reshape(2, 3).T, np.zeros((0, 4), np.float16)]
    results.put("a.json", (vision.counting, "cnn"), [[values, (1, [2.5])], {3: b"\0" * 9}, *arrays])
    (one, (two, three)), held, *back = results.get("a.json")
    assert [repr(each) for each in one] == [repr(each) for each in values] and [two, three] == [1, [2.5]]
    assert held == {3: b"\0" * 9}
    for array, other in zip(arrays, back, strict=True):
        assert (array.dtype, array.shape, array.tobytes()) == (other.dtype, other.shape, other.tobytes())


def broken() -> dict[str, bytes]:
    """Files that are not what was written under their name, by what is wrong with them."""
    results.put("whole.json", (vision.counting, "cnn"), [OUTCOME])
    file = (results.keeping.places(1, results.FOLDER)[0].folder / "whole.json").read_bytes()
    bomb = results._to_bytes("name.json", {"date": "", "machine": "", "events": [{"bytes": results_bomb()}]})
    sealed = lambda kept: results._to_bytes("name.json", kept)
    return {
        "cut off": file[: len(file) // 2],
        "empty": b"",
        "of another name": file,
        "one bit": file[:-9] + bytes([file[-9] ^ 1]) + file[-8:],
        "a pickle": b"\x80\x04cposix\nsystem\n(S'true'\ntR.",
        "other JSON": sealed({"answer": 42}),
        "no object": sealed([1, 2]),
        "an unknown kind": sealed({"date": "", "machine": "", "events": [{"Popen": ["true"]}]}),
        "a kind of other fields": sealed({"date": "", "machine": "", "events": [{"Outcome": [1]}]}),
        "a pickled array": sealed({"date": "", "machine": "", "events": [{"array": pickled_array()}]}),
        "deep": sealed({"date": "", "machine": "", "events": []}).replace(b"[]", b"[" * 10_000 + b"]" * 10_000),
        "a bomb": bomb,
    }


def results_bomb() -> str:
    return base64.b64encode(zlib.compress(bytes(2**27), 9)).decode()


def pickled_array() -> str:
    file = io.BytesIO()
    np.save(file, np.array([print], object), allow_pickle=True)
    return base64.b64encode(zlib.compress(file.getvalue())).decode()


@pytest.mark.reliability("faults", "A kept result is truncated, bit-flipped, pickled or of another name")
def test_what_is_damaged_counts_as_none_and_is_measured_again(kept, caplog, tried):
    for what, file in broken().items():
        path = kept / "name.json"
        path.write_bytes(file)
        caplog.clear()
        assert results.get("name.json") is None, what
        assert "counts as none" in caplog.text and not path.exists(), what
        results.put("name.json", (vision.counting, "cnn"), [OUTCOME])
        assert results.get("name.json"), what
        tried()


def test_another_version_is_another_name(kept, monkeypatch):
    before = name()
    assert before == name() != name(SWEEP[1])
    for part, value in {"code_of": "other", "data_hash": "other", "_packages": ("other",)}.items():
        with monkeypatch.context() as patch:
            patch.setattr(results, part, lambda *_, value=value: value)
            assert name() != before
    with monkeypatch.context() as patch:
        patch.setattr(machine_facts, "name", lambda: "64 cores of another")
        assert name() != before  # its timings are of another machine
        assert results.name_of(vision.counting, "cnn") == results.name_of(vision.counting, "cnn")


def test_data_decide_the_name(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "ROOT", tmp_path)
    monkeypatch.setattr(results, "DATA", (tmp_path,))
    found = set()
    for data in (b"one", b"two"):
        (tmp_path / "images").write_bytes(data)
        results.data_hash.cache_clear()
        found.add(results.data_hash())
    results.data_hash.cache_clear()
    assert len(found) == 2


def test_code_that_changed_under_a_running_server_keeps_nothing(kept, monkeypatch, caplog):
    assert name()
    monkeypatch.setattr(results, "AS_STARTED", (0, 0))
    results._changed_at.cache_clear()
    assert name() is None and "restart" in caplog.text
    results._changed_at.cache_clear()


@pytest.mark.reliability("faults", "The disk is full or read-only where results are kept")
def test_what_cannot_be_kept_is_still_told(kept, monkeypatch, caplog, tried):
    monkeypatch.setattr(keeping, "can_keep", lambda place: False)
    assert answered([1]) == [1] and answered([2]) == [2]
    monkeypatch.setattr(keeping, "can_keep", lambda place: True)

    def full(path, file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping, "write", full)
    assert answered([1]) == [1] and "cannot be kept" in caplog.text
    tried(2)


def test_no_more_is_kept_than_may_be(kept, monkeypatch):
    monkeypatch.setattr(results, "LIMITS", Limits(files=20, bytes=2**20))
    monkeypatch.setattr(results, "TIDIED_EVERY", 1)
    for at in range(30):
        results.put(f"{at}.json", (vision.counting, "cnn"), [at])
        os.utime(kept / f"{at}.json", (at, at))
        results.get("0.json")  # it is used again and again
    left = {path.stem for path in kept.glob("*.json")}
    assert len(left) <= 20 and {"0", "29"} <= left


def test_what_was_used_longest_ago_goes_first():
    held = [Held(str(at), 10, used=float(at)) for at in range(10)]
    assert too_much(held, Limits(10, 100)) == []
    assert [each.name for each in too_much(held[::-1], Limits(10, 50))] == [str(at) for at in range(6)]
    assert [each.name for each in too_much(held, Limits(5, 1_000))] == [str(at) for at in range(6)]


WRITER = """
import sys
from lessons.jobs import results, vision
for at in range(int(sys.argv[1])):
    results.put("same.json", (vision.counting, "cnn"), [[at] * 5_000])
    results.put(f"{sys.argv[2]}-{at}.json", (vision.counting, "cnn"), [at])
    found = results.get("same.json")
    assert found and len(set(found[0])) == 1, found
"""


@pytest.mark.reliability("many machines", "Several processes keep results at once, the same ones among them")
def test_processes_may_write_at_once(kept, tried, long, tmp_path):
    writers, rounds = (4, 1_000) if long else (3, 20)
    shared = {shared_files.SETTING: str(tmp_path / "shared")}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(rounds), str(number)],
            cwd=ROOT,
            env=os.environ | (shared if number % 2 else {}),
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(writers)
    ]
    for writer in running:
        assert writer.wait(600) == 0, writer.stderr.read()
        assert "counts as none" not in writer.stderr.read()
    assert not list(tmp_path.rglob("*.part"))
    assert len(list(kept.glob("*.json"))) == writers * rounds + 1
    tried(writers * rounds)


ADDRESSES = {"a directory": "{folder}", "a URL": "file://{folder}", "another file system": "memory://{folder}"}


@pytest.fixture(params=ADDRESSES.values(), ids=ADDRESSES)
def address(request, tmp_path, monkeypatch) -> str:
    """Where several servers share what they keep."""
    address = request.param.format(folder=tmp_path / "shared")
    monkeypatch.setenv(shared_files.SETTING, address)
    return address


@pytest.mark.reliability("many machines", "What one server measured is there on another that shares its results")
def test_servers_share_what_they_measured(address, tmp_path, monkeypatch, tried):
    results.put("a.json", (vision.counting, "cnn"), [OUTCOME])
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path / "another machine"))
    assert results.get("a.json", far=False) is None
    (outcome,) = results.get("a.json")
    assert bits(outcome) == bits(OUTCOME)
    assert machine_facts.name() in outcome.measurement["accuracy"].source
    assert results.get("a.json", far=False)  # and it is kept there, too
    tried()


def test_what_cannot_say_where_it_was_measured_is_not_shared(address):
    others = results.shared(results.LIMITS)
    results.put("a.json", (vision.listening, (shipped(),)), [np.zeros(3)])
    assert results.get("a.json") and others.read("results", "a.json") is None
    results.put("b.json", (vision.scanning, shipped(), "magnitude"), [Progress(0.5), Scanned(0, 9, 50, THIRD)])
    assert others.read("results", "b.json")


@pytest.mark.reliability("faults", "Shared results are damaged, hang, or cannot be reached")
def test_what_is_shared_may_fail(address, kept, tmp_path, monkeypatch, caplog, tried):
    others = results.shared(results.LIMITS)
    others.write("results", "b.json", b"no result")
    assert results.get("b.json") is None and "of other servers counts as none" in caplog.text
    calls = []

    def failing(*_):
        calls.append("tried")
        raise ConnectionError("no route to host")

    monkeypatch.setattr(shared_files, "_opened", failing)
    assert answered([1]) == [1]  # is computed, kept here
    assert answered([2]) == [1]
    assert results.get("c.json") is None  # and asks no more for a while
    assert len(calls) == 1 and "left alone" in caplog.text
    monkeypatch.setattr(others, "_rests_until", 0)
    monkeypatch.setattr(shared_files, "WAIT", 0.05)
    monkeypatch.setattr(shared_files, "_opened", lambda *_: threading.Event().wait())  # for ever
    assert results.get("c.json") is None and "TimeoutError" in caplog.text
    tried(3)


def test_an_unknown_kind_of_address_is_said_and_nothing_else_fails(monkeypatch, caplog):
    monkeypatch.setenv(shared_files.SETTING, "nothing://like/this")
    assert answered([1]) == [1] and "left alone" in caplog.text


def test_what_is_shared_is_bounded(address, monkeypatch):
    monkeypatch.setattr(shared_files, "TIDIED_EVERY", 1)
    files = SharedFiles(address, Limits(files=10, bytes=2**20))
    for at in range(25):
        files.write("results", f"{at:02}.json", bytes(9))
    left = files.look("results")
    assert len(left) <= 10 and "24.json" in left
    opened, folder = shared_files._opened(address, "results")
    opened.pipe_file(f"{folder}/unfinished.part", b"")
    monkeypatch.setattr(shared_files, "LEFT_OVER", -1)
    files.write("results", "last.json", b"")
    assert "unfinished.part" not in files.look("results")


def test_off_keeps_nothing(kept, monkeypatch):
    monkeypatch.setenv(shared_files.SETTING, "off")
    assert results.name_of(vision.measuring, shipped()) is None
