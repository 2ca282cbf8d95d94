"""Who is before a reader's run, and how far work is: own runs are nobody else's, and no bar stands at 0 while work is
done."""

from types import SimpleNamespace

import pytest
import streamlit as st

from lessons.experiment import Experiment, Trained
from lessons.jobs import ask, vision
from lessons.jobs.events import ModelKept, Progress
from lessons.jobs.pool import Pool
from lessons.jobs.ticket import Ticket
from lessons.training.progress import TrainingStep
from lessons.ui.distillation.race import survey
from lessons.ui.work import progress, results, training_panel


class Lane:
    def __init__(self, *tickets):
        self.tickets = list(tickets)


@pytest.fixture
def pool(monkeypatch) -> Pool:
    """A pool without processes: what is asked of it waits."""
    monkeypatch.setattr(st, "session_state", {"visitor": "me"})
    found = Pool(0)
    yield found
    found.close()


def asked(pool: Pool, *payers: str) -> list[Ticket]:
    return [pool.ask(at, vision.training, long=True, reader=who, payer=who) for at, who in enumerate(payers)]


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ([], ""),
        (["me"] * 5, "5 runs of yours are ahead"),
        (["me"], "1 run of yours is ahead"),
        (["me", "you", "me"], "1 run of other readers is ahead"),
        (["you", "he", "me"], "2 runs of other readers are ahead"),
    ],
)
def test_a_readers_own_runs_are_not_counted_as_those_of_others(pool, before, said):
    assert progress.ahead(asked(pool, *before, "me")[-1]) == said


def test_runs_at_work_are_counted_by_whose_they_are(pool):
    running, last = asked(pool, "me", "me")
    pool._waiting.remove(running)
    pool._lanes = [Lane(running)]
    assert (pool.ahead_of(last), pool.ahead_of(last, but_of="me"), pool.ahead_of(last, but_of="you")) == (1, 0, 1)
    pool._lanes = []


def told(*events, state: str = "running") -> SimpleNamespace:
    return SimpleNamespace(events=list(events), state=state, result=None, ended=state == "done")


@pytest.mark.parametrize(
    ("ticket", "share"),
    [
        (None, 0),
        (told(), 0),
        (told(Progress(0.25)), 0.25),
        (told(Progress(0.0), TrainingStep(30, 120, 1.0, None, 1.0)), 0.25),
        (told(TrainingStep(60, 120, 1.0, None, 1.0), ModelKept(Experiment(Trained()))), 0.5),
        (told(TrainingStep(60, 120, 1.0, None, 1.0), state="done"), 1),
    ],
)
def test_how_far_work_is(ticket, share):
    assert progress.share(ticket) == share


@pytest.fixture
def bars(monkeypatch) -> list[tuple[float, str]]:
    found = []
    monkeypatch.setattr(st, "session_state", {"visitor": "me"})
    for module in (results, training_panel):
        monkeypatch.setattr(module, "wait_for", lambda under_way: None)
    monkeypatch.setattr(st, "progress", lambda share, text: found.append((share, text)))
    return found


def test_the_bar_of_several_networks_moves_while_the_first_is_trained(monkeypatch, bars):
    half = told(TrainingStep(60, 120, 1.0, None, 1.0))
    monkeypatch.setattr(ask, "train", lambda source, *_, **__: half if source.seed == 70 else told(state="waiting"))
    assert results.trained(Trained(seed=seed) for seed in range(70, 74)) == {
        Trained(seed=at): None for at in range(70, 74)
    }
    assert bars == [(0.125, "0 of 4 networks are trained and measured")]


def test_the_bar_of_a_survey_moves_while_its_first_is_trained(monkeypatch, bars):
    points = {at: Experiment(Trained(seed=at)) for at in range(70, 74)}
    half = told(TrainingStep(60, 120, 1.0, None, 1.0))
    monkeypatch.setattr(ask, "tuning", lambda each: half if each.source.seed == 70 else None)
    monkeypatch.setattr(training_panel, "panel", lambda *_: {})
    survey("map", "Measure", points)
    assert bars == [(0.125, "0 of 4 are trained")]
