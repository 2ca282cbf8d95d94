"""Who is before a reader's run, and how far work is: own runs are nobody else's, and no bar stands at 0 while work is
done."""

from types import SimpleNamespace

import pytest
import streamlit as st

from lessons.experiment import Experiment, Trained
from lessons.jobs import ask, vision
from lessons.jobs.events import ModelKept, Progress
from lessons.jobs.pool import Pool
from lessons.jobs.recordings import Recording
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


def told(*events, state: str = "running", began: float | None = None) -> SimpleNamespace:
    return SimpleNamespace(events=list(events), state=state, result=None, ended=state == "done", began=began)


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


@pytest.mark.parametrize(
    ("share", "seconds", "said"),
    [
        (0.25, 10, " · about 30 s left"),
        (0.5, 7, " · about 7 s left"),
        (0.98, 1, " · about 1 s left"),
        (0.05, 10, " · about 3 min left"),
        (0.049, 10, ""),  # too little to go by
        (1.0, 10, ""),
        (0.5, None, ""),  # it waits
    ],
)
def test_how_long_work_still_takes_follows_from_how_long_it_has_taken(clock, share, seconds, said):
    assert progress.left(share, seconds and clock - seconds) == said


def test_work_that_runs_one_after_another_takes_as_long_each_as_the_first(clock):
    half = told(Progress(0.5), began=clock - 10)
    waits, done = told(state="waiting"), told(state="done", began=clock - 60)
    assert progress.left_of_all([half, waits, waits]) == " · about 50 s left"
    assert progress.left_of_all([half, waits, done]) == " · about 30 s left"
    assert progress.left_of_all([waits, done]) == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.1, "1 s"), (8.4, "8 s"), (44, "40 s"), (89, "90 s"), (90, "2 min"), (3_000, "50 min"), (9_000, "2 h")],
)
def test_a_time_that_is_not_known_exactly_has_few_digits(seconds, said):
    assert progress.about(seconds) == f"about {said}"


def test_what_was_recorded_takes_as_much_longer_as_this_machine_is_slower(monkeypatch):
    monkeypatch.setattr(progress.os, "cpu_count", lambda: 2)
    here = SimpleNamespace(result=SimpleNamespace(timing=(SimpleNamespace(value=0.3), None)))
    monkeypatch.setattr(ask, "measure", lambda experiment: here)
    kept = [Recording((), "", seconds, 0.1) for seconds in (2.0, 4.0)]
    assert progress.takes_here(kept) == ", in about 12 s"  # the longest
    assert progress.takes_here([*kept, *kept]) == ", in about 18 s"  # two at a time
    here.result = None
    assert progress.takes_here(kept) == ""


@pytest.fixture
def clock(monkeypatch) -> float:
    """A clock that stands still."""
    monkeypatch.setattr(progress.time, "monotonic", lambda: 1_000.0)
    return 1_000.0


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
