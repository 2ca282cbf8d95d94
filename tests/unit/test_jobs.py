"""Workers: runs that do not disturb each other, deaths survived, tickets forgotten. What holds on a cluster, too, is in
`test_jobs_contract.py`."""

import os
import queue
import signal
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import replace

import pytest

from lessons import store
from lessons.experiment import Experiment, Quantize, Trained, shipped
from lessons.jobs import ask, worker
from lessons.jobs.events import ModelKept, Notice, Outcome
from lessons.jobs.messages import Command, Ended, Job
from lessons.jobs.pool import Pool, pool
from lessons.training.progress import TrainingStep
from lessons.vision import build
from tests.unit.jobs import counting, hearing, looking_up, until, wait


@pytest.fixture(scope="module")
def one() -> Iterator[Pool]:
    """A pool of one worker, so that things queue."""
    workers = Pool(1)
    yield workers
    workers.close()


def test_a_run_whose_readers_are_gone_while_it_waits_never_begins(one, monkeypatch):
    ticket = one.ask("abandoned", counting, 10_000, reader="me")
    late = one.ask("abandoned in the queue", counting, 10_000, reader="me")
    until(lambda: ticket.events)
    monkeypatch.setattr("lessons.jobs.ticket.ABANDONED", 0.3)
    until(lambda: ticket.ended)
    after = one.ask("after it", counting, 1)
    wait(after)
    assert late.state == "waiting"


def test_a_stop_that_meets_a_dead_worker_is_not_lost(one):
    wait(one.ask("alive", counting, 1))
    (process,) = one.processes()
    os.kill(process, signal.SIGKILL)
    ticket = one.ask("stopped at once", counting, 10_000)
    one.command(ticket, "stop")
    wait(ticket)
    assert (ticket.state, ticket.result) == ("done", 0)


def test_a_job_hears_only_words_that_are_meant_for_it():
    commands: queue.Queue[Command] = queue.Queue()
    for number, word in ((1, "stop"), (2, "keep"), (2, "stop")):
        commands.put(Command(number, word))
    heard = []
    copy_context().run(worker._run, Job(2, hearing, ()), commands, heard.append)  # its variables end with it
    assert heard[:-1] == ["keep", "stop", None]
    assert isinstance(heard[-1], Ended)
    assert heard[-1].error is None


def test_a_worker_that_dies_while_it_has_nothing_to_do_harms_no_job(one):
    wait(one.ask("before an idle death", counting, 1))
    (idle,) = one.processes()
    os.kill(idle, signal.SIGKILL)
    later = one.ask("after an idle death", counting, 2)
    wait(later)
    assert later.result == 1


def test_a_worker_that_is_started_later_has_the_variables_of_the_first(one, monkeypatch):
    monkeypatch.setenv("SET_AFTER_THE_POOL_BEGAN", "yes")
    wait(one.ask("to be killed", counting, 1))
    os.kill(one.processes()[0], signal.SIGKILL)
    later = one.ask("a variable", looking_up, "SET_AFTER_THE_POOL_BEGAN")
    wait(later)
    assert later.state == "done"
    assert later.result is None


def test_old_tickets_are_forgotten(one, monkeypatch):
    monkeypatch.setattr("lessons.jobs.pool.REMEMBERED", 5)
    tickets = [one.ask(f"old {n}", counting, 1) for n in range(8)]
    wait(*tickets)
    one.ask("newest", counting, 1)
    assert len(one._tickets) <= 6
    assert one.ask("old 7", counting, 1) is tickets[7]


def test_workers_end_with_the_pool():
    workers = Pool(1)
    wait(workers.ask("one", counting, 1))
    (process,) = workers.processes()
    workers.close()
    assert workers.processes() == []
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_worker_measures_what_this_process_measures():
    experiment = shipped() | Quantize(3)
    ticket = ask.measure(experiment)
    wait(ticket)
    outcome: Outcome = ticket.result
    assert outcome.measurement == build.measure(experiment)
    assert all(timing.value > 0 for timing in outcome.timing)
    assert set(outcome.layers) == {"conv1", "conv2", "conv3", "fc"}


def test_two_runs_at_once_do_not_change_each_other():
    sources = [Trained(seed=seed, epochs=1, stopped_at=40) for seed in (11, 12)]
    together = [ask.train(source, "me") for source in sources]
    wait(*together)
    for source, ticket in zip(sources, together, strict=True):
        assert isinstance(ticket.result, ModelKept)
        assert ticket.result.experiment == Experiment(source)
        *_, (_, alone) = build.training(source)
        kept = store.load(Experiment(source).stored_as)
        for name, weight in alone.state_dict().items():
            assert (weight.numpy() == kept[name]).all()


def test_a_stopped_run_is_kept_as_an_experiment_of_its_own():
    source = Trained(seed=21)
    ticket = ask.train(source, "me")
    until(lambda: any(isinstance(event, TrainingStep) for event in ticket.events))
    pool().leave(ticket, "me")
    wait(ticket)
    kept = ticket.result.experiment
    last = [event for event in ticket.events if isinstance(event, TrainingStep)][-1]
    assert kept == Experiment(replace(source, stopped_at=last.step))
    assert last.step < source.steps
    assert store.has(kept.stored_as)
    again = ask.train(source, "me")
    assert again is not ticket
    pool().leave(again, "me")


def test_stopping_a_shared_run_leaves_it_to_the_others():
    source = Trained(seed=22, epochs=1)
    mine, theirs = ask.train(source, "me"), ask.train(source, "you")
    assert mine is theirs
    until(lambda: any(isinstance(event, TrainingStep) for event in mine.events))
    pool().leave(mine, "me")
    wait(mine)
    first, *_, last = [event.experiment.source for event in mine.events if isinstance(event, ModelKept)]
    assert first.stopped_at is not None
    assert last == source


def test_stopping_a_run_that_waits_takes_it_out_of_the_queue():
    busy = [ask.train(Trained(seed=seed), "me") for seed in range(31, 36)]
    late = ask.train(Trained(seed=99), "me")
    pool().leave(late, "me")
    again = ask.train(Trained(seed=99), "me")
    assert late.state == "waiting"
    assert again is not late
    for ticket in (*busy, again):
        pool().leave(ticket, "me")
    until(lambda: all(ticket.ended or ticket.state == "waiting" for ticket in busy))


def test_a_failed_run_is_tried_again():
    source = Trained(seed=98, epochs=1, stopped_at=1)
    ticket = ask.train(source, "me")
    wait(ticket)
    ticket.state = "failed"
    assert ask.train(source, "me") is not ticket


def test_without_the_full_data_a_run_says_so_and_trains_on_the_bundled(monkeypatch):
    from lessons.data import examples
    from lessons.jobs import vision

    bundled = examples.training_set

    def unavailable(which: str, task: str):
        if which == "full":
            raise examples.DataUnavailable("Offline.")
        return bundled(which, task)

    monkeypatch.setattr(examples, "training_set", unavailable)
    notice, *_, kept = vision.training(Trained(data="full", epochs=1, stopped_at=10), lambda: None)
    assert notice == Notice("Offline. Training on those instead.")
    assert kept.experiment == Experiment(Trained(data="bundled", epochs=1, stopped_at=10))
