"""What readers can rely on, wherever jobs run: in worker processes of this machine, or on the workers of a Dask
scheduler."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

import psutil
import pytest

from lessons import store
from lessons.checksum import owner_of
from lessons.experiment import Experiment, Trained
from lessons.jobs import lanes, vision, watch
from lessons.jobs.events import ModelKept
from lessons.jobs.pool import Pool, hashed
from lessons.training.progress import TrainingStep
from lessons.vision import build
from tests.unit.cluster import ROOT, RunningCluster, cluster
from tests.unit.jobs import (
    counting,
    drawing,
    failing,
    forbidden,
    keeping,
    never,
    numbered,
    printing,
    refusing,
    until,
    wait,
    working,
)

LANES = 3  # one of which takes no long jobs


class Bench(NamedTuple):
    """A pool, and the cluster that does its jobs, if one does."""

    pool: Pool
    cluster: RunningCluster | None

    def call(self, function: Callable, *arguments: object) -> None:
        """Call a function where processes are looked after."""
        if self.cluster:
            self.pool._cluster._client.run(function, *arguments)
        else:
            function(*arguments)


@pytest.fixture(scope="module", params=["embedded", "dask"])
def bench(request) -> Iterator[Bench]:
    if request.param == "embedded":
        pool = Pool(LANES)
        yield Bench(pool, None)
        pool.close()
        return
    pytest.importorskip("distributed", reason="pip install -r requirements-cluster.txt")
    with cluster(LANES) as running, replica(running) as pool:
        yield Bench(pool, running)


@pytest.fixture
def on_dask(bench) -> Bench:
    """A bench whose jobs are done by Dask."""
    if not bench.cluster:
        pytest.skip("is about a cluster")
    return bench


@contextmanager
def replica(running: RunningCluster) -> Iterator[Pool]:
    """The pool of an app whose jobs a cluster does, once it has found the workers."""
    pool = Pool(1, scheduler=running.address)
    until(lambda: pool.ready and not pool.falls_back)
    yield pool
    pool.close()


@contextmanager
def impatient(bench: Bench) -> Iterator[None]:
    """A minute is a moment, but not for a worker that starts."""
    quiet = watch.QUIET
    bench.call(_be_quiet_for, 0.5)
    try:
        yield
    finally:
        bench.call(_be_quiet_for, quiet)


def _be_quiet_for(seconds: float) -> None:
    watch.QUIET = seconds


# what is told


def test_a_job_tells_its_events_and_the_last_is_the_result(bench):
    ticket = bench.pool.ask("count", counting, 5)
    wait(ticket)
    assert (ticket.state, ticket.events, ticket.result) == ("done", [0, 1, 2, 3, 4], 4)


def test_the_same_question_is_one_ticket(bench):
    assert bench.pool.ask("once", counting, 3) is bench.pool.ask("once", counting, 3)


def test_a_job_tells_while_it_runs_in_order_and_nothing_is_lost(bench):
    ticket = bench.pool.ask("told", counting, 60)
    until(lambda: 3 < len(ticket.events) < 60)
    assert not ticket.ended
    wait(ticket)
    assert ticket.events == list(range(60))


def test_a_failed_job_says_why_and_the_worker_goes_on(bench):
    ticket = bench.pool.ask("fail", failing)
    wait(ticket)
    assert (ticket.state, ticket.error, ticket.result) == ("failed", "ZeroDivisionError: a job's own fault", None)
    assert ticket.events == [1]
    bench.pool.forget(ticket)
    assert bench.pool.ask("fail", failing) is not ticket
    after = bench.pool.ask("print", printing)
    wait(after)
    assert after.result == "well"


def test_a_refused_file_is_no_failure_and_needs_no_id(bench):
    ticket = bench.pool.ask("refuse", refusing)
    wait(ticket)
    assert (ticket.state, ticket.refused, ticket.complaint) == ("failed", True, "pack it again")


@pytest.mark.parametrize("kind", ["system", "another"])
def test_no_path_of_the_server_is_told(bench, kind):
    ticket = bench.pool.ask(kind, forbidden, kind)
    wait(ticket)
    assert ticket.error in ("PermissionError: Permission denied", "RuntimeError: cannot open '…' (os error 13)")


def test_what_is_kept_is_kept_for_who_asked(bench):
    names = [f"{whose}-{os.getpid()}-{bool(bench.cluster)}" for whose in ("owned", "the-servers-own")]
    wait(
        *[bench.pool.ask(name, keeping, name, payer=payer) for name, payer in zip(names, ("grace", None), strict=True)]
    )
    (owned,), (own,) = (list(store.folder().glob(f"{name}.*")) for name in names)
    assert owner_of(owned) == hashed("grace")
    assert owner_of(own) == ""
    assert b"grace" not in owned.read_bytes()


def test_who_asked_first_is_charged_for_the_processor_time(bench):
    pool = bench.pool
    first, second = pool.ask("work", working, 0.2, payer="anna"), pool.ask("work", working, 0.2, payer="ben")
    wait(first, second, pool.ask("idle", counting, 20, payer="ben"))
    assert second is first
    spent = pool.spent("anna")
    assert spent >= 0.2
    assert 0 < pool.spent("ben") < spent  # it slept
    assert pool.spent("nobody") == 0
    wait(pool.ask("fails", failing, payer="ben"))
    assert pool.spent("anna") == spent


# what readers ask for


def test_stop_is_heard_long_before_the_end(bench):
    ticket = bench.pool.ask("stopped", counting, 10_000)
    until(lambda: len(ticket.events) > 3)
    bench.pool.command(ticket, "stop")
    wait(ticket)
    assert ticket.state == "done"
    assert len(ticket.events) < 5_000
    assert ticket.events == list(range(len(ticket.events)))


def test_who_leaves_takes_a_copy_along_and_the_job_ends_with_the_last_reader(bench):
    ticket = bench.pool.ask("left", drawing, 10_000, long=True, reader="me")
    assert bench.pool.ask("left", drawing, 10_000, long=True, reader="you") is ticket
    until(lambda: ticket.events)
    bench.pool.leave(ticket, "me")
    until(lambda: any(isinstance(event, ModelKept) for event in ticket.events))
    before = len(ticket.events)
    until(lambda: len(ticket.events) > before)
    bench.pool.leave(ticket, "you")
    wait(ticket)
    kept = [event for event in ticket.events if isinstance(event, ModelKept)]
    assert len(kept) == 2
    assert ticket.result is kept[-1]
    assert bench.pool.asked_before("left") is None


def test_a_run_whose_readers_are_gone_ends(bench, monkeypatch):
    ticket = bench.pool.ask("abandoned", counting, 10_001, reader="me")
    until(lambda: ticket.events)
    monkeypatch.setattr("lessons.jobs.ticket.ABANDONED", 0.3)
    until(lambda: ticket.ended)
    assert len(ticket.events) < 5_000
    assert bench.pool.ask("abandoned", counting, 1) is not ticket


# whose turn it is


@contextmanager
def busy(pool: Pool, *keys: str) -> Iterator[list]:
    """Long jobs that run until they are left."""
    tickets = [pool.ask(key, counting, 20_000 + at, long=True, reader=key) for at, key in enumerate(keys)]
    until(lambda: all(ticket.state == "running" for ticket in tickets))
    yield tickets
    for ticket in tickets:
        pool.leave(ticket, next(iter(ticket.readers)))
    wait(*tickets)


def test_urgent_tickets_go_first_and_know_their_place(bench):
    pool = bench.pool
    with busy(pool, "long 1", "long 2"):
        running = pool.ask("running", counting, 40)
        until(lambda: running.state == "running")
        later = [pool.ask(f"later {at}", counting, 2 + at) for at in range(3)]
        urgent = pool.ask("urgent", counting, 6, urgent=True)
        long = pool.ask("a long one", counting, 7, long=True, reader="me")
        assert [pool.ahead_of(ticket) for ticket in (urgent, *later)] == [1, 2, 3, 4]
        assert urgent.turn < long.turn < later[0].turn
        assert pool.ahead_of(long) == 2
        pool.ask("later 2", counting, 4, urgent=True)
        assert [pool.ahead_of(ticket) for ticket in (later[2], urgent, *later[:2])] == [1, 2, 3, 4]
        pool.leave(long, "me")
        wait(running, urgent, *later)
        assert pool.ahead_of(running) == 0
        assert long.state == "waiting"


def test_long_jobs_leave_a_worker_to_the_short_ones(bench):
    with busy(bench.pool, "long 3", "long 4") as long:
        third = bench.pool.ask("long 5", counting, 20_002, long=True, reader="me")
        short = bench.pool.ask("short", counting, 8)
        wait(short)
        assert short.result == 7
        assert [ticket.state for ticket in (*long, third)] == ["running", "running", "waiting"]
        bench.pool.leave(third, "me")


def test_what_runs_in_the_background_goes_last_and_one_at_a_time(bench):
    pool, how = bench.pool, {"long": True, "background": True, "reader": "me"}
    behind = [pool.ask(f"behind {at}", counting, 30_000 + at, **how) for at in range(2)]
    until(lambda: behind[0].events)
    run = pool.ask("a reader's run", counting, 31, long=True, reader="me")
    later = pool.ask("another's", counting, 9, long=True, reader="you")
    until(lambda: run.events)  # there was a worker for it
    assert [ticket.state for ticket in behind] == ["running", "waiting"]
    assert run.turn < later.turn < behind[1].turn
    wait(run, later)
    assert pool.ask("behind 1", counting, 30_001, long=True, reader="you") is behind[1]
    until(lambda: behind[1].events)  # now somebody watches it, and another may run beside it
    for ticket in behind:
        for reader in ("me", "you"):
            pool.leave(ticket, reader)
    wait(*behind)


def test_visitors_take_turns(bench):
    pool = bench.pool
    mine = [pool.ask(f"mine {at}", counting, 40_000 + at, long=True, reader="me", payer="me") for at in range(3)]
    until(lambda: mine[0].events and mine[1].events)
    theirs = pool.ask("theirs", counting, 10, long=True, reader="you", payer="you")
    pool.leave(mine[0], "me")
    wait(theirs)
    assert theirs.result == 9
    for ticket in mine:
        pool.leave(ticket, "me")
    wait(*mine[:2])


# what goes wrong


@pytest.mark.reliability("faults", "The process is killed that does a job: on a cluster the job is done again")
def test_of_a_process_that_dies_only_the_job_is_lost_and_on_a_cluster_not_even_that(bench, tried):
    ticket = bench.pool.ask("doomed", numbered, 100)
    until(lambda: len(ticket.events) > 3)
    before = list(ticket.events)
    os.kill(ticket.events[0], signal.SIGKILL)
    tried()
    wait(ticket)
    assert ticket.events[: len(before)] == before
    if bench.cluster:
        assert (ticket.state, ticket.events[1:]) == ("done", list(range(100)))
    else:
        assert (ticket.state, ticket.error) == ("failed", lanes.DIED)
    after = bench.pool.ask("after death", counting, 11)
    wait(after)
    assert after.result == 10


@pytest.mark.reliability("faults", "A job hangs, and the process that does it is stopped")
def test_a_job_that_hangs_is_ended_and_said_so(bench, tried):
    hangs, stopped = bench.pool.ask("never", never), bench.pool.ask("is stopped", numbered, 10_002)
    until(lambda: hangs.events and stopped.events)
    os.kill(stopped.events[0], signal.SIGSTOP)
    with impatient(bench):
        wait(hangs, stopped)
    tried(2)
    assert {ticket.error for ticket in (hangs, stopped)} == {lanes.HUNG}
    assert hangs.events == [1]
    after = bench.pool.ask("after hanging", counting, 12)
    wait(after)
    assert after.result == 11


# real work


@pytest.mark.reliability("sameness", "The same network trained in this process, by a worker and by a cluster")
def test_a_training_gives_the_same_weights_everywhere_and_a_stopped_one_is_kept(bench, tried):
    source = Trained(seed=61 + bool(bench.cluster), epochs=1, stopped_at=40)
    whole = replace(source, stopped_at=None, epochs=20)
    ticket = bench.pool.ask("a training", vision.training, source, long=True, reader="me")
    stopped = bench.pool.ask("a stopped training", vision.training, whole, long=True, reader="me")
    until(lambda: any(isinstance(event, TrainingStep) for event in stopped.events))
    bench.pool.leave(stopped, "me")
    wait(ticket, stopped)
    assert ticket.result == ModelKept(Experiment(source))
    *_, (_, alone) = build.training(source)
    kept = store.load(Experiment(source).stored_as)
    assert all((weight.numpy() == kept[name]).all() for name, weight in alone.state_dict().items())
    tried(2)
    last = [event for event in stopped.events if isinstance(event, TrainingStep)][-1]
    assert stopped.result == ModelKept(Experiment(replace(whole, stopped_at=last.step)))
    assert store.has(stopped.result.experiment.stored_as)


# several machines


@pytest.mark.reliability("many machines", "Two apps ask a cluster the same: it is computed once, and both are told all")
def test_replicas_share_what_runs_and_one_that_leaves_leaves_it_to_the_other(on_dask, tried):
    with replica(on_dask.cluster) as another:
        mine = on_dask.pool.ask("shared", drawing, 10_003, long=True, reader="me")
        until(lambda: len(mine.events) > 5)
        theirs = another.ask("shared, too", drawing, 10_003, long=True, reader="you")
        until(lambda: len(theirs.events) > 10)
        on_dask.pool.leave(mine, "me")
        wait(mine)
        until(lambda: len(theirs.events) > len(mine.events) + 3)
        assert mine.state == "done"
        assert isinstance(mine.result, ModelKept)
        assert mine.events == theirs.events[: len(mine.events)]  # numbers drawn by chance: it is one job
        again = on_dask.pool.ask("shared", drawing, 10_003, long=True, reader="me")
        until(lambda: len(again.events) > len(mine.events))
        another.leave(theirs, "you")
        wait(theirs)
        assert not again.ended
        on_dask.pool.leave(again, "me")
        wait(again)
        assert again.events[: len(theirs.events)] == theirs.events
        tried(2)


def test_a_reader_who_stops_stops_nothing_of_another_app(on_dask):
    with replica(on_dask.cluster) as another:
        mine = on_dask.pool.ask("quick", drawing, 60, long=True, reader="me")
        until(lambda: mine.events)
        on_dask.pool.command(mine, "stop")
        theirs = another.ask("quick", drawing, 60, long=True, reader="you")
        wait(mine, theirs)
    assert isinstance(mine.result, ModelKept)
    assert len([event for event in theirs.events if isinstance(event, float)]) == 60


def test_a_worker_with_other_code_says_so(on_dask, monkeypatch):
    from lessons.jobs import dask_lanes

    monkeypatch.setattr(dask_lanes, "code_of", lambda question: "another")
    ticket = on_dask.pool.ask("other code", counting, 13)
    wait(ticket)
    assert "another version" in ticket.error


@pytest.mark.long
@pytest.mark.reliability("faults", "A machine of a cluster goes while it works: its jobs are done again elsewhere")
def test_a_host_that_goes_is_a_pause_for_readers(on_dask, tried):
    pool, running = on_dask.pool, on_dask.cluster
    old, ticket = running.hosts[0], pool.ask("moved", numbered, 100)
    until(lambda: len(ticket.events) > 3)
    running.start_host(2)
    until(lambda: len(pool._lanes) == LANES + 2)
    children = running.processes()
    old.kill()
    tried()
    wait(ticket)
    assert ticket.events[0] in children
    assert (ticket.state, ticket.events[1:]) == ("done", list(range(100)))
    until(lambda: len(pool._lanes) == 2)
    until(lambda: not psutil.pid_exists(ticket.events[0]))


@pytest.mark.long
@pytest.mark.reliability("faults", "The scheduler of a cluster goes and comes back: the app works by itself meanwhile")
def test_a_lost_scheduler_is_a_pause_for_readers_too(on_dask, tried, monkeypatch):
    from lessons.jobs import dask_lanes

    pool, running = on_dask.pool, on_dask.cluster
    monkeypatch.setattr(dask_lanes, "PATIENCE", 0.5)
    ticket = pool.ask("survives", numbered, 100)
    until(lambda: len(ticket.events) > 3)
    running.scheduler.kill()
    running.scheduler.wait()
    tried()
    until(lambda: pool.falls_back)
    wait(ticket)
    assert (ticket.state, ticket.events[1:]) == ("done", list(range(100)))
    (here,) = pool.processes()
    running.start_scheduler()
    running.start_host(1)
    until(lambda: pool.ready and not pool.falls_back)
    until(lambda: not psutil.pid_exists(here))
    back = pool.ask("back", numbered, 2)
    wait(back)
    assert back.events[0] in running.processes()


def test_without_a_cluster_nothing_of_dask_is_needed():
    code = (
        "import sys; sys.modules.update(dask=None, distributed=None)\n"
        "from lessons.jobs.pool import Pool; from tests.unit.jobs import counting, wait\n"
        "pool = Pool(1); ticket = pool.ask('n', counting, 2); wait(ticket); pool.close(); print(ticket.result)"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["1"]
