"""Workers that die, starve or hang: a reader who asked is told in a sentence, all others are answered, and another
worker takes the place."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lessons import store
from lessons.experiment import Experiment, Quantize, Trained, shipped
from lessons.experiment.language_source import ready_written
from lessons.jobs import begun, lanes, language, vision, watch
from lessons.jobs.alive import GOES_FIRST
from lessons.jobs.events import GeneratedText, ModelKept, Outcome
from lessons.jobs.pool import Pool
from lessons.jobs.ticket import Ticket
from lessons.jobs.worker import WORDS
from lessons.training.progress import TrainingStep
from tests.faults import faulty_jobs
from tests.faults.left import as_before, runs, unfinished, until
from tests.unit.jobs import counting, wait

DEAD = ("failed", lanes.DIED)
HUNG = ("failed", lanes.HUNG)
STARTS = """
import sys, time
from lessons.jobs.limited import UploadReader
from lessons.jobs.pool import Pool
from tests.unit.jobs import counting
pools, reader = (Pool(2), Pool(1, resident=True)), UploadReader()
tickets = [pool.ask("n", counting, 100_000) for pool in pools]
reader._started()
while not all(ticket.events for ticket in tickets) or len(pools[0].processes()) < 2:
    time.sleep(0.01)
print(*(pid for pool in pools for pid in pool.processes()), reader.process.pid, flush=True)
time.sleep(1_000)
"""
ROOT = Path(__file__).parents[2]
WORKERS = 3  # of all these tests
GROUPS = Path("/sys/fs/cgroup/memory")
LIMIT = 2**30  # bytes of a group of processes: more than a worker takes, and less than the machine has


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """One worker that measures, one that also trains."""
    workers = Pool(2)
    wait(workers.ask("ready", counting, 1), workers.ask("ready to train", counting, 1, long=True, reader="me"))
    yield workers
    workers.close()


@pytest.fixture(scope="module")
def resident() -> Iterator[Pool]:
    workers = Pool(1, resident=True)
    wait(workers.ask("ready", counting, 1))
    yield workers
    workers.close()


@pytest.fixture(autouse=True)
def nothing_left(request) -> Iterator[None]:
    """After each fault there are as many processes and open files as before, and no unfinished file."""
    chosen = getattr(request.node, "callspec", None)
    for name in {"pool", "resident"} & {*request.fixturenames, *(chosen.params.values() if chosen else ())}:
        request.getfixturevalue(name)
    with as_before(workers=WORKERS):
        yield


def ended(ticket: Ticket) -> tuple[str, str | None]:
    """How a job ended; it is not asked again."""
    wait(ticket)
    ticket.pool.forget(ticket)
    return ticket.state, ticket.error


def train(pool: Pool, source: Trained, reader: str = "me") -> Ticket:
    return pool.ask((vision.training, source), vision.training, source, long=True, reader=reader, payer=reader)


def measure(pool: Pool, experiment: Experiment) -> Ticket:
    return pool.ask((vision.measuring, experiment), vision.measuring, experiment)


def kill(pool: Pool, ticket: Ticket) -> None:
    """End the worker that is at a job as the system would."""
    at_it = lambda: [lane.process.pid for lane in pool._lanes if ticket in lane.tickets and lane.alive]
    until(lambda: at_it() or ticket.ended)
    for process in at_it():
        os.kill(process, signal.SIGKILL)


def kill_after(pool: Pool, ticket: Ticket, steps: int) -> None:
    """The same, once a training has told more than so many steps."""
    until(lambda: sum(isinstance(event, TrainingStep) for event in ticket.events) > steps)
    kill(pool, ticket)


def others_are_answered(pool: Pool) -> None:
    fine = pool.ask(object(), counting, 3)
    wait(fine)
    assert (fine.state, fine.result) == ("done", 2)


@pytest.mark.reliability("faults", "A worker is killed while it trains")
def test_a_worker_is_killed_while_it_trains(pool, tried, long, caplog):
    finished = Trained(seed=201, epochs=1, stopped_at=20)
    wait(train(pool, finished))
    for at in range(4 if long else 1):
        source = Trained(seed=202, epochs=1)
        ticket = train(pool, source)
        kill_after(pool, ticket, at)
        asked_meanwhile = measure(pool, shipped() | Quantize(2 + at))
        assert ended(ticket) == DEAD
        assert begun.lost(vision.training, source)
        others_are_answered(pool)
        wait(asked_meanwhile)
        assert isinstance(asked_meanwhile.result, Outcome)
        assert store.has(Experiment(finished).stored_as)
        tried()
    again = train(pool, source)
    wait(again)
    assert again.result == ModelKept(Experiment(source))
    assert store.has(Experiment(source).stored_as)
    assert not begun.lost(vision.training, source)
    assert f"a worker has ended (status -{signal.SIGKILL.value})" in caplog.text


@pytest.mark.long
@pytest.mark.reliability("faults", "A worker is killed in the middle of a sweep")
def test_a_worker_is_killed_in_the_middle_of_a_sweep(pool, tried):
    sweep = [measure(pool, shipped("depthwise") | Quantize(bits)) for bits in range(1, 17)]
    for ticket in sweep[::5]:
        until(lambda ticket=ticket: ticket.state != "waiting")
        if not ticket.ended:
            kill(pool, ticket)
            tried()
    wait(*sweep)
    assert {ticket.state for ticket in sweep} == {"done"}  # what had told nothing yet is done again
    assert all(isinstance(ticket.result, Outcome) for ticket in sweep)


@pytest.mark.long
@pytest.mark.reliability("faults", "A worker is killed while it packs a model")
def test_a_worker_is_killed_while_it_packs_a_model(pool, tried):
    model = shipped("large") | Quantize(3)
    right = pool.ask("right", vision.packing, model)
    wait(right)
    for at in range(5):
        workers = [psutil.Process(process) for process in pool.processes()]
        for each in workers:
            each.suspend()  # packing takes milliseconds
        ticket = pool.ask(("killed", at), vision.packing, model)
        until(lambda ticket=ticket: ticket.state != "waiting")
        for each in workers:
            each.resume()
        time.sleep(0.002 * at)
        if not ticket.ended:
            kill(pool, ticket)
            tried()
        wait(ticket)
        assert ticket.result == right.result
        assert not unfinished()


@pytest.mark.reliability("faults", "The memory that a job asks for is refused")
@pytest.mark.parametrize("what", ["numpy", "torch", "python"])
def test_memory_is_refused(pool, tried, what):
    before = pool.processes()
    ticket = pool.ask(("starving", what), faulty_jobs.starving, what)
    assert ended(ticket) == ("failed", WORDS["no memory"])
    others_are_answered(pool)
    assert set(before) <= set(pool.processes())  # the worker itself goes on
    tried()


@pytest.fixture
def small_group() -> Iterator[Callable[[int], None]]:
    """Puts a process where it may have no more than LIMIT."""
    own = next((line for line in Path("/proc/self/cgroup").read_text().splitlines() if ":memory:" in line), None)
    if own is None:
        pytest.skip("no memory groups here")
    group = GROUPS / own.rpartition(":")[2].lstrip("/") / "models-for-ants-test"
    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(LIMIT))
    except OSError as error:
        pytest.skip(f"memory groups cannot be made here: {error}")
    yield lambda process: (group / "cgroup.procs").write_text(str(process)) and None
    until(lambda: not (group / "cgroup.procs").read_text())
    group.rmdir()


@pytest.mark.long
@pytest.mark.reliability("faults", "The system ends a worker because memory runs out")
def test_the_system_ends_a_worker_because_memory_runs_out(pool, small_group, tried):
    ticket = pool.ask("growing", faulty_jobs.growing, long=True, reader="me")
    until(lambda: ticket.events)
    small_group(ticket.events[0])
    assert ended(ticket) == DEAD
    assert "out of memory" in ticket.error
    others_are_answered(pool)
    tried()


@pytest.mark.reliability("faults", "Memory runs out: workers go before the server")
def test_where_memory_runs_out_workers_go_before_the_server(pool, tried):
    before = int(Path("/proc/self/oom_score_adj").read_text())
    for process in pool.processes():
        assert int(Path(f"/proc/{process}/oom_score_adj").read_text()) == GOES_FIRST > before
        tried()


@pytest.mark.parametrize("kind", ["pool", "resident"])
@pytest.mark.reliability("faults", "A job waits for ever")
def test_a_job_waits_for_ever(request, kind, monkeypatch, tried):
    pool: Pool = request.getfixturevalue(kind)
    ticket = pool.ask("waits", faulty_jobs.waiting, long=True, reader="me")
    until(lambda: ticket.events)
    with monkeypatch.context() as patched:
        patched.setattr(watch, "QUIET", 0.3)
        assert ended(ticket) == HUNG
    others_are_answered(pool)
    tried()


@pytest.mark.long
@pytest.mark.parametrize("kind", ["pool", "resident"])
@pytest.mark.reliability("faults", "A job computes for ever and reports nothing")
def test_a_job_computes_for_ever(request, kind, monkeypatch, tried):
    pool: Pool = request.getfixturevalue(kind)
    ticket = pool.ask("spins", faulty_jobs.spinning, long=True, reader="me")
    until(lambda: ticket.events)
    with monkeypatch.context() as patched:
        patched.setattr(watch, "SPENT", 2)
        assert ended(ticket) == HUNG
    others_are_answered(pool)
    tried()


@pytest.mark.reliability("faults", "A job waits for its training: it has longer than one that need not train")
def test_what_may_train_has_longer(tried):
    lane = lanes.Lane.__new__(lanes.Lane)
    lane.process = type("Runs", (), {"poll": lambda self: None})()
    lane._starts, lane.lived, lane.told = False, 0, 0
    for about, seconds in (
        (shipped() | Quantize(3), watch.SPENT),
        (Experiment(ready_written("shakespeare")), watch.LOADS),
        (Experiment(Trained(seed=1)), watch.TRAINS),
        ((shipped(), Experiment(Trained(seed=1))), watch.TRAINS),
    ):
        lane.tickets = [type("Ticket", (), {"job": type("Job", (), {"arguments": (about,)})})]
        for spent in (seconds, seconds + 1):
            lane._spent = [7.0, 7.0 + spent]
            assert watch.hangs(lane, 0) == (spent > seconds)
            tried()


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
@pytest.mark.reliability("faults", "The resident language model is killed while it answers")
def test_the_resident_is_killed_while_it_answers(resident, how, tried):
    model, settings = Experiment(ready_written("shakespeare")), (200, 0.8, 1)
    asked = [
        resident.ask((reader, how), language.telling, model, begins, *settings, reader=reader, payer=reader)
        for reader, begins in (("me", "KING"), ("you", "QUEEN"))
    ]
    until(lambda: all(ticket.events for ticket in asked))
    os.kill(resident.processes()[0], how)
    assert [ended(ticket) for ticket in asked] == [DEAD, DEAD]
    again = resident.ask("again", language.telling, model, "KING", 5, 0.8, 1, reader="me", payer="me")
    wait(again)
    assert isinstance(again.result, GeneratedText)
    assert len(resident.processes()) == 1
    resident.forget(again)
    tried()


@pytest.mark.parametrize("kind", ["pool", "resident"])
@pytest.mark.reliability("faults", "What a worker says cannot be read")
def test_what_a_worker_says_cannot_be_read(request, kind, tried):
    pool: Pool = request.getfixturevalue(kind)
    assert ended(pool.ask("babbles", faulty_jobs.babbling)) == DEAD
    others_are_answered(pool)
    tried()


@pytest.mark.parametrize("kind", ["pool", "resident"])
@pytest.mark.reliability("faults", "A job cannot be sent to a worker")
def test_a_job_cannot_be_sent_to_a_worker(request, kind, tried):
    pool: Pool = request.getfixturevalue(kind)
    before = pool.processes()
    assert ended(pool.ask("a local function", counting, lambda: 1)) == DEAD
    others_are_answered(pool)
    assert set(before) <= set(pool.processes())
    tried()


@pytest.mark.long
@pytest.mark.reliability("faults", "No process can be started for a while")
def test_no_process_can_be_started_for_a_while(pool, monkeypatch, tried):
    with monkeypatch.context() as patched:
        patched.setattr(lanes, "program", lambda code: ["/there/is/no/such/program"])
        for process in pool.processes():
            psutil.Process(process).kill()
        until(lambda: not pool.processes())
        tickets = [pool.ask(("none", at), counting, 1) for at in range(4)]
        assert {ended(ticket) for ticket in tickets} == {DEAD}
    others_are_answered(pool)
    wait(train(pool, Trained(seed=203, epochs=1, stopped_at=5)))
    tried(4)


@pytest.mark.long
@pytest.mark.reliability("faults", "Workers, resident and upload reader end with a killed server")
def test_all_kinds_of_processes_end_with_the_server(tried):
    server = subprocess.Popen([sys.executable, "-c", STARTS], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    below = [psutil.Process(int(pid)) for pid in server.stdout.readline().split()]
    assert len(below) == 4
    for each in below[::2]:
        each.suspend()
    server.kill()
    server.communicate()
    try:
        until(lambda: not any(map(runs, below)))
    finally:
        for each in filter(runs, below):
            each.kill()
    tried(len(below))
