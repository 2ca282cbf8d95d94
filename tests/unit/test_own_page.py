"""After a class: the page that each student keeps, and the teacher's table of runs. Nobody sees what is not theirs."""

import csv
import io
import re
from html import unescape

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from lessons.classroom import activities, student, teacher
from lessons.classroom.after_class import runs_csv
from lessons.classroom.own_results import own_results
from lessons.classroom.refusal import NotHere, Refused
from lessons.database import SETTING
from lessons.experiment import FineTune, Prune, Quantize, shipped
from lessons.live.lesson_link import SETTINGS, page_of
from lessons.live.routes import routes
from lessons.short_link import find
from lessons.ui.pruning.recipe import Pruning
from lessons.ui.quantization.recipe import Quantizing
from lessons.ui.state.rooms import knobs_of
from tests.unit.classes import class_of

OPTIONS = ("3", "4", "5")
SMALL = shipped() | Quantize(4, "channel")
TUNED = shipped() | Prune(80) | FineTune(1)


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    monkeypatch.setenv(SETTING, f"sqlite:///{tmp_path}/class.sqlite")


@pytest.fixture(scope="module")
def app():
    return TestClient(Starlette(routes=routes()), base_url="http://testserver")


def kept_of(app: TestClient, key, role: str = "member"):
    app.cookies.clear()
    return app.get(f"/class/{key.code}/mine.html", headers={"cookie": f"ants-{role}-{key.code}={key.token}"})


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)).split())


def held_class():
    """A class with a question that was revealed, one that was not, and a board."""
    key, (ada, eve) = class_of("<b>Ada</b>", "=1+1")
    for lesson, answer in (("quantization", "4"), ("distillation", None)):
        number = teacher.ask(*key, lesson, OPTIONS)
        student.vote(*ada, number, "5")
        student.vote(*eve, number, "3")
        if answer:
            teacher.reveal(*key, answer)
    board = activities.begin(*key, activities.BOARD, 85.0)
    student.post(*ada, board, SMALL, {"accuracy": 88.5, "bytes": 14_200.0})
    student.post(*ada, board, TUNED, {"accuracy": 70.0, "bytes": 9_000.0})
    student.post(*eve, board, TUNED, {"accuracy": 86.0, "bytes": 8_000.0})
    return key, ada, eve


def test_a_student_keeps_what_they_predicted_and_posted_and_nothing_of_others(app):
    key, ada, eve = held_class()
    answer = kept_of(app, ada)
    said = words(answer.text)
    assert answer.status_code == 200 and "&lt;b&gt;Ada" in answer.text and "<b>Ada" not in answer.text
    assert "You: 5 Measured: 4" in said and "You: 5 pp The answer is not revealed yet." in said
    assert "88.5 %" in said and "14.2 kB" in said and "8.00 kB" not in said and "=1+1" not in said
    assert "best model: cnn: weights in 4 bits, one scale per channel. File 14.2 kB" in said
    (code,) = re.findall(r'href="http://testserver/s/(\w+)"', answer.text)
    assert find(code).startswith("/quantization?quantization_bits=4&quantization_grain=channel")
    assert "accuracy 88.5 %, file 14.2 kB" in said
    assert "podium" not in said and "8.00 kB" in words(kept_of(app, eve).text)


def test_an_answer_that_is_not_revealed_is_on_no_page():
    key, (ada,) = class_of("Ada")
    teacher.ask(*key, "quantization", OPTIONS)
    teacher.reveal(*key, "4")
    assert own_results(*ada).votes[0].answer == "4"
    teacher.ask_again(*key)
    assert own_results(*ada).votes[0][1:] == ("", False, "")


def test_a_browser_runs_and_keeps_nothing_of_the_page(app):
    _, ada, _ = held_class()
    answer = kept_of(app, ada)
    policy = answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store" and "default-src 'none'" in policy and "unsafe" not in policy
    assert "<script" not in answer.text and " style=" not in answer.text
    assert "30 days" in words(answer.text)


def test_nobody_else_is_shown_the_page(app):
    key, ada, eve = held_class()
    (other, _) = class_of("Ada")
    assert kept_of(app, key, "teacher").status_code == 404
    assert kept_of(app, ada._replace(code=other.code)).status_code == 404
    assert kept_of(app, ada._replace(token="x")).status_code == 404
    student.leave(*eve)
    with pytest.raises(NotHere):
        own_results(*eve)


def test_the_table_of_runs_is_the_teachers_and_holds_no_formula():
    key, ada, _ = held_class()
    runs = [*csv.DictReader(io.StringIO(runs_csv(*key)))]
    assert [(run["nickname"], run["accuracy"], run["bytes"]) for run in runs] == [
        ("<b>Ada</b>", "88.5", "14200"),
        ("<b>Ada</b>", "70", "9000"),
        ("'=1+1", "86", "8000"),
    ]
    assert runs[0]["model"] == "cnn: weights in 4 bits, one scale per channel" and runs[0]["kind"] == "board"
    with pytest.raises(Refused):
        runs_csv(*ada)


def test_a_link_opens_the_model_that_it_is_for():
    for page, model in (
        ("quantization", Quantizing(grain="group", scheme="affine", group=8).rounded(shipped("depthwise"), "3")),
        ("pruning", Pruning(structure="channels", criterion="random").of(shipped(), 35)),
    ):
        path, _, query = page_of(model).partition("?")
        said = dict(part.split("=") for part in query.split("&"))
        options = {knob.name: knob.options for knob in knobs_of(page)}
        assert path == page and all(value in options[name] for name, value in said.items())
        assert said[f"{page}_network"] == model.source.model
    assert all(
        f"{page}_{name}" in {knob.name for knob in knobs_of(page)}
        for page, names in SETTINGS.values()
        for name in names
    )
    for model in (TUNED, shipped(), shipped() | Prune(50, scope="layer"), shipped(task="digits") | Quantize(4)):
        assert page_of(model) is None


def test_all_numbers_of_a_run_stand_in_one_column_with_their_units(app):
    key, (ada,) = class_of("Ada")
    for lesson, numbers in (
        ("distillation", {"accuracy labels alone": 60.31, "accuracy labels and soft targets": 63.3}),
        ("pruning", {"accuracy 80.0": 68.2}),
    ):
        activity = activities.begin(*key, lesson, None)
        student.post(*ada, activity, TUNED, numbers)
    table = re.search(r"<table>.*</table>", kept_of(app, ada).text, re.DOTALL)[0]
    assert re.findall("<th>(.*?)</th>", table) == ["Posted", "Activity", "Model", "Result"]
    assert "<td>accuracy (labels alone) 60.3\xa0%, accuracy (labels and soft targets) 63.3\xa0%</td>" in table
    assert "<td>accuracy 68.2\xa0%</td>" in table
