"""What a class trains together is what its lessons train, and is measured and drawn here."""

import json
import re
import time
from types import SimpleNamespace

import pytest

from lessons.catalog import LESSONS
from lessons.classroom.activities import BOARD, OVERLAYS, begin, begin_again
from lessons.classroom.deal import Dealt, dealt
from lessons.classroom.participation import Participation, participation
from lessons.database import SETTING
from lessons.experiment import Adapt, Experiment, Trained, Written, shipped
from lessons.jobs import ask
from lessons.quantity import Measurement, Quantity
from lessons.scripts import FOLDER
from lessons.training.progress import TrainingStep
from lessons.ui.classroom import charts, training
from lessons.ui.distillation.knobs import KNOBS as DISTILLATION
from lessons.ui.distillation.knobs import distilling
from lessons.ui.lora.knobs import KNOBS as LORA
from lessons.ui.lora.learning import adapting
from lessons.ui.network.knobs import KNOBS as NETWORK
from lessons.ui.pruning.knobs import KNOBS as PRUNING
from lessons.ui.pruning.knobs import SPARSITY, pruning
from lessons.ui.state import model_link
from lessons.ui.state.rooms import overlay_of
from lessons.ui.work import class_board
from tests.unit.classes import class_of

ROOMS = {"network": NETWORK, "pruning": PRUNING, "distillation": DISTILLATION, "lora": LORA}
TABLES = (FOLDER / "classroom" / "tables.js").read_text()


def lesson(path: str, settings: dict[str, str]) -> list[Experiment]:
    """What the lesson shows at these settings, from a seed where it races."""
    values = {knob.name: settings.get(knob.name, knob.default) for knob in ROOMS[path]}
    trained = settings.get(model_link.PARAMETER)
    model = Experiment(model_link.from_text(trained)) if trained else None
    if path == "network":
        return [model]
    if path == "pruning":
        return [pruning(values).of(model, int(values[SPARSITY.name]))]
    if path == "lora":
        return [adapting(values).adapted]
    return [*distilling(values).runners(3).values()]


@pytest.mark.parametrize("path", OVERLAYS)
def test_what_is_dealt_is_what_the_lesson_shows_at_its_link(path):
    overlay = overlay_of(path)
    for place in range(8):
        its = Dealt(dealt(place, overlay.values, 0).value, 3)
        settings = overlay.settings(its)
        known = {knob.name: knob.options for knob in ROOMS[path]}
        assert all(name == model_link.PARAMETER or value in known[name] for name, value in settings.items())
        assert [*overlay.runs(its).values()] == lesson(path, settings)
        assert overlay.said(its) and path in {each.path for each in LESSONS}


def test_only_rooms_of_overlays_declare_one():
    found = []
    for each in LESSONS:
        try:
            found.append(overlay_of(each.path) and each.path)
        except ModuleNotFoundError:
            continue
    assert {*found} == {*OVERLAYS}


@pytest.mark.parametrize("kind", [*OVERLAYS, "board"])
def test_a_chart_draws_what_the_browser_is_sent(kind):
    spec = charts.board() if kind == "board" else charts.overlay(overlay_of(kind))
    columns = {"RUN": [], "SPREAD": [], "FILE": []} | {
        name: json.loads(list_) for name, list_ in re.findall(r'(\w+) = (\["[^\]]+\])', TABLES)
    }
    sent = {"others": columns["RUN"], "own": columns["RUN"], "spread": columns["SPREAD"]}
    if kind == "board":
        sent = {"others": columns["FILE"], "own": columns["FILE"], "spread": ["x", "y"], "threshold": ["y"]}
    for layer in spec["layer"]:
        drawn = {each["field"] for each in flat(layer["encoding"]) if "field" in each} - {"series"}
        assert drawn <= {*sent[layer["data"]["name"]]}, layer["data"]["name"]


def flat(encoding: dict) -> list[dict]:
    return [part for each in encoding.values() for part in (each if isinstance(each, list) else [each])]


def ticket(result: object = None, events: tuple = (), ended: bool = True) -> SimpleNamespace:
    return SimpleNamespace(result=result, events=events, ended=ended, error=None)


def measured(accuracy: float) -> Measurement:
    return Measurement((Quantity("accuracy", accuracy, "%", "measured"),), b"")


def test_both_networks_of_a_distillation_are_one_post():
    how, its = overlay_of("distillation"), Dealt("", 7)
    alone, taught = how.runs(its).values()
    known = {alone: ticket(measured(60.0)), taught: ticket(ended=False)}
    measures = lambda run, payer: known[run]
    how = SimpleNamespace(**vars(how) | {"measures": measures})
    assert training.measured(how, its, "me") == [*known.values()]
    known[taught] = ticket(measured(68.0))
    run = training.measured(how, its, "me")
    assert run.experiment == taught and run.points == [(how.names[0], 60.0), (how.names[1], 68.0)]
    assert run.numbers == {f"accuracy {how.names[0]}": 60.0, f"accuracy {how.names[1]}": 68.0}


def test_a_curve_is_what_the_training_told_and_trained_anew_where_nobody_knows(monkeypatch):
    how, its = overlay_of("network"), Dealt("", 7)
    how = SimpleNamespace(**vars(how) | {"measures": lambda run, payer: ticket(measured(86.0))})
    steps = [TrainingStep(at, 320, 0.5, accuracy, 1.0) for at, accuracy in ((70, None), (80, 77.0), (160, 82.0))]
    again = ticket(events=(), ended=False)
    monkeypatch.setattr(ask, "tune", lambda run, payer: ticket(events=()))
    monkeypatch.setattr(ask, "train", lambda source, payer: again)
    monkeypatch.setattr(training, "Ticket", SimpleNamespace)
    assert training.measured(how, its, "me") == [again]
    again.events, again.ended = steps, True
    assert training.measured(how, its, "me").points == [(80, 77.0), (160, 82.0)]
    assert training.measured(how, its, "me").numbers == {"accuracy": 86.0}


def test_each_activity_deals_seeds_of_its_own_and_low_rank_adaptation_those_of_the_lesson():
    mine = Participation(2, "network", 0, True, False, 4, False, 0)
    assert training.dealt_to(mine, overlay_of("network")) == Dealt("", 605)
    assert training.dealt_to(mine, overlay_of("lora")) == Dealt("16", 0)


def test_the_board_takes_whole_fashion_networks_alone(monkeypatch):
    monkeypatch.setattr(ask, "tuned", lambda run: run != Experiment(Trained(seed=5)))
    refused = [
        shipped("cnn", "digits"),
        shipped() | Adapt("turned", where="every layer"),
        Experiment(Written("shakespeare")),
        Experiment(Trained(seed=5)),
    ]
    assert all(map(class_board._why_not, refused)) and not class_board._why_not(shipped())
    assert len({*map(class_board._why_not, refused)}) == 2


def test_a_run_is_offered_to_the_board_again_once_its_teacher_begins_again(monkeypatch, tmp_path):
    monkeypatch.setenv(SETTING, f"sqlite:///{tmp_path}/class.sqlite")
    monkeypatch.setattr(class_board.st, "session_state", {})
    drawn = []
    monkeypatch.setattr(class_board.st, "button", lambda *_, **how: drawn.append("button"))
    monkeypatch.setattr(class_board.st, "caption", drawn.append)
    desk, (ada,) = class_of("Ada")
    begin(*desk, BOARD, 85.0)
    class_board._post(ada, participation(*ada), shipped)
    class_board._postings()[ada].said = "posted"
    class_board._offer(ada, participation(*ada), shipped)
    time.sleep(0.01)  # by when it was begun, in ms, a board is known
    begin_again(*desk)
    class_board._offer(ada, participation(*ada), shipped)
    assert drawn == ["posted", "button"]
