"""What a page shows of a model: measured where it was made here, else as it was recorded, and nothing else."""

from types import SimpleNamespace

import pytest
import streamlit as st

from lessons.experiment import Experiment, FineTune, Quantize, Trained, shipped
from lessons.jobs import ask, recordings, vision
from lessons.jobs.events import Outcome
from lessons.jobs.recordings import Recording
from lessons.quantity import Measurement, Quantity
from lessons.ui.network import sizes
from lessons.ui.state import drawing
from lessons.ui.work import results

HERE = Outcome(Measurement((Quantity("accuracy", 80, "%", "measured"),), b""), ("before", "after"), None, {"fc": None})
KEPT = Measurement((Quantity("accuracy", 79, "%", "recorded"),), b"")
EIGHT, FOUR, TWO = (shipped() | Quantize(bits) for bits in (8, 4, 2))


@pytest.fixture
def machine(monkeypatch) -> SimpleNamespace:
    """Which models have been measured here, which trainings done, and what was recorded."""
    has = SimpleNamespace(measured=[], trained=[], recorded=[], asked=[])

    def measure(experiment: Experiment, **_) -> SimpleNamespace:
        has.asked.append(experiment)
        done = experiment in has.measured
        return SimpleNamespace(ended=done, state="done" if done else "running", result=HERE if done else None)

    def find(job, *arguments) -> Recording | None:
        return Recording((KEPT,), "", 1.0, 0.1) if (job, *arguments) in has.recorded else None

    monkeypatch.setattr(ask, "measure", measure)
    monkeypatch.setattr(ask, "tuned", lambda experiment: not experiment.trainings or experiment in has.trained)
    monkeypatch.setattr(recordings, "find", find)
    for name in ("wait_for", "visitor"):
        monkeypatch.setattr(results, name, lambda *_: None)
    return has


def test_a_sweep_is_as_it_was_recorded_until_it_is_measured(machine):
    machine.measured, machine.recorded = [EIGHT], [(vision.measuring, EIGHT), (vision.measuring, FOUR)]
    found = results.outcomes({"8": EIGHT, "4": FOUR, "2": TWO})
    assert found["8"] is HERE
    assert (found["4"].measurement, found["4"].whole) == (KEPT, False)
    assert found["2"] is None
    assert machine.asked == [EIGHT, FOUR, TWO]  # it is measured all the same
    assert results.curve({"4": FOUR, "2": TWO}) == {"4": KEPT, "2": None}


def test_what_must_be_trained_is_measured_where_it_was_and_not_trained_to_be_shown(machine):
    here, recorded, never = (each | FineTune(2) for each in (EIGHT, FOUR, TWO))
    machine.trained, machine.measured = [here], [here]
    machine.recorded = [(vision.measuring, here), (vision.measuring, recorded)]
    assert results.known({"2": never, "4": recorded, "8": here}) == {"4": KEPT, "8": HERE.measurement}
    assert machine.asked == [here]
    machine.measured = []
    assert results.known({"8": here}) == {"8": KEPT}


def test_only_two_that_were_made_here_are_compared_in_all():
    kept = Outcome(KEPT, None, None, {})
    assert results.both_whole(HERE, HERE) == (HERE, HERE)
    for before, after in ((HERE, kept), (kept, HERE), (None, HERE), (HERE, None)):
        assert results.both_whole(before, after) is None


def test_an_answer_about_what_was_trained_here_is_never_taken_from_a_recording(machine):
    tuned = EIGHT | FineTune(2)
    machine.recorded = [(vision.scanning, tuned, "magnitude"), (vision.listening, (Experiment(Trained()),))]
    assert ask.instead(vision.scanning, tuned, "magnitude") == KEPT
    assert ask.instead(vision.scanning, tuned, "random") is None
    machine.trained = [tuned]
    assert ask.instead(vision.scanning, tuned, "magnitude") is None


def test_the_same_failure_is_said_once_in_a_lab_and_tried_again_in_all_its_places(monkeypatch):
    said, buttons, forgotten = [], [], []
    monkeypatch.setattr(st, "error", lambda text, title: said.append(title))
    monkeypatch.setattr(st, "button", lambda label, on_click, args, key: buttons.append((key, on_click, args)))
    pool = SimpleNamespace(forget=forgotten.append)
    one, two, three = (SimpleNamespace(state="failed", complaint="it broke", pool=pool) for _ in range(3))
    well = SimpleNamespace(state="done")
    monkeypatch.setattr(st, "session_state", {drawing.DRAWN: drawing.Drawing("lab", "page.lab")})
    assert results.failed([one, well], "A point is missing")
    assert results.failed([two], "A point is missing")
    assert not results.failed([well], "A point is missing")
    assert results.failed([three], "It cannot be written")
    assert said == ["A point is missing", "It cannot be written"]
    _, again, arguments = buttons[0]
    again(*arguments)
    assert forgotten == [one, two]
    st.session_state[drawing.DRAWN] = drawing.Drawing("lab", "page.other")
    results.failed([one], "A point is missing")
    assert len({key for key, *_ in buttons}) == 3  # no two have the same


def test_a_network_that_is_not_trained_here_is_as_it_was_recorded(machine, monkeypatch):
    source = Trained()
    monkeypatch.setattr(results.store, "has", lambda _: False)
    monkeypatch.setattr(
        ask, "train", lambda *_, **__: SimpleNamespace(ended=False, state="running", result=None, events=[])
    )
    machine.recorded.append((vision.measuring, Experiment(source)))
    assert results.trained([source]) == {source: KEPT}


def test_all_networks_that_the_page_compares_are_recorded():
    for size in sizes.all_sizes():
        assert (
            recordings.find(vision.measuring, Experiment(sizes.network("fashion", size))).result["accuracy"].value > 10
        )
