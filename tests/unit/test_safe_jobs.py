"""Workers left running: those that hang are noticed, visitors take turns, training gives way, and none outlives its
server."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from lessons.jobs import alive, lanes, watch
from lessons.jobs.messages import Ended
from lessons.jobs.pool import Pool
from lessons.jobs.ticket import Ticket
from lessons.jobs.worker import NICE
from tests.unit.jobs import counting, never, until, wait

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def resident() -> Iterator[Pool]:
    workers = Pool(1, resident=True)
    yield workers
    workers.close()


@contextmanager
def impatient(monkeypatch) -> Iterator[None]:
    """A minute is a moment, but not for a worker that starts."""
    with monkeypatch.context() as patched:
        patched.setattr(watch, "QUIET", 0.5)
        yield


# workers that hang


def test_a_resident_that_is_stopped_is_noticed_and_replaced(resident, monkeypatch):
    ticket = resident.ask("stopped", counting, 10_000)
    until(lambda: ticket.events)
    (process,) = resident.processes()
    os.kill(process, signal.SIGSTOP)
    with impatient(monkeypatch):
        wait(ticket)
    assert (ticket.state, ticket.error) == ("failed", lanes.HUNG)
    after = resident.ask("after", counting, 3)
    wait(after)
    assert after.result == 2


def test_a_job_of_a_resident_that_never_answers_is_ended(resident, monkeypatch):
    ticket = resident.ask("never", never)
    until(lambda: ticket.events)
    with impatient(monkeypatch):
        wait(ticket)
    assert (ticket.events, ticket.error) == ([1], lanes.HUNG)


def test_a_worker_that_computes_is_alive_for_longer_but_not_for_ever(monkeypatch):
    lane = lanes.Lane.__new__(lanes.Lane)
    lane.process = type("Runs", (), {"poll": lambda self: None})()
    lane._starts, lane.tickets, lane._spent = False, ["a job"], []
    lane.told, lane.lived = 0, 100
    assert not watch.hangs(lane, 100 + watch.QUIET)
    assert watch.hangs(lane, 101 + watch.QUIET)
    lane.lived = watch.SILENT + 1
    assert watch.hangs(lane, watch.SILENT + 1)
    lane.tickets = []
    assert not watch.hangs(lane, 1e9)  # it has nothing to do


@pytest.mark.parametrize("does", ["computes", "writes"])
def test_work_is_a_sign_of_life_and_waiting_is_none(monkeypatch, tmp_path, does):
    monkeypatch.setattr(alive, "PULSE", 0.2)
    monkeypatch.setattr(alive, "LEAST_SHARE", 0.1 if does == "computes" else 1e9)
    pulses = []
    threading.Thread(target=alive.tell, args=(pulses.append,), daemon=True).start()
    time.sleep(0.3)  # it has looked once
    pulses.clear()
    time.sleep(1)
    assert len(pulses) <= 1
    with (tmp_path / "file").open("wb") as file:
        works = (lambda: sum(range(10**7))) if does == "computes" else lambda: file.write(bytes(2**16)) and file.flush()
        until(lambda: pulses or works() == 0)


# visitors take turns


def _started(pool: Pool, most: int, lanes: int = 2) -> list[Ticket]:
    """Tickets in the order in which they start, where each ends when a lane is needed."""
    running, order = [], []
    while len(order) < most:
        while len(running) < lanes and (ticket := _next(pool)):
            running.append(ticket)
            order.append(ticket)
        pool.end(running.pop(0), Ended())
    return order


def _next(pool: Pool) -> Ticket | None:
    """The next ticket that may start now."""
    found: list[Ticket | None] = []
    threading.Thread(target=lambda: found.append(pool.next_ticket(True)), daemon=True).start()
    until(lambda: found)
    return found[0]


def test_five_visitors_with_twenty_trainings_each_take_turns():
    pool = Pool(0)
    for visitor in range(5):
        for at in range(20):
            pool.ask((visitor, at), counting, long=True, reader=f"v{visitor}", payer=f"v{visitor}")
    last = pool.asked_before((4, 0))
    assert pool.ahead_of(last) == 4  # and not 80
    order = [ticket.payer for ticket in _started(pool, 100, lanes=4)]
    for begins in range(0, 100, 5):
        assert set(order[begins : begins + 5]) == {f"v{visitor}" for visitor in range(5)}
    assert Counter(order) == Counter({f"v{visitor}": 20 for visitor in range(5)})
    pool.close()


def test_a_visitor_runs_two_at_a_time_and_a_newcomer_starts_at_once():
    pool = Pool(0)
    mine = [pool.ask(at, counting, long=True, reader="me", payer="me") for at in range(20)]
    first = [_next(pool), _next(pool)]
    assert first == mine[:2]
    waits: list[Ticket | None] = []
    lane = threading.Thread(target=lambda: waits.append(pool.next_ticket(True)), daemon=True)
    lane.start()
    theirs = pool.ask("theirs", counting, long=True, reader="you", payer="you")
    lane.join()
    assert waits == [theirs]  # and not a third of mine
    pool.end(first[0], Ended())
    assert _next(pool) is mine[2]
    pool.close()


def test_a_lane_that_waits_for_a_visitors_turn_hears_that_one_has_ended():
    pool = Pool(0)
    mine = [pool.ask(at, counting, long=True, reader="me", payer="me") for at in range(3)]
    first, _ = _next(pool), _next(pool)
    found: list[Ticket | None] = []
    lane = threading.Thread(target=lambda: found.append(pool.next_ticket(True)), daemon=True)
    lane.start()
    pool.end(first, Ended())
    lane.join(timeout=10)
    assert found == [mine[2]]
    pool.close()


def test_a_training_that_another_waits_for_too_counts_as_theirs():
    pool = Pool(0)
    mine = [pool.ask(at, counting, long=True, reader="me", payer="me") for at in range(3)]
    _next(pool), _next(pool)
    pool.ask(2, counting, long=True, reader="you", payer="you")
    assert _next(pool) is mine[2]
    pool.close()


def test_short_questions_take_turns_too():
    pool = Pool(0)
    for at in range(20):
        pool.ask(("sweep", at), counting, payer="me")
    pool.ask("slider", counting, payer="you")
    assert [ticket.payer for ticket in _started(pool, 4, lanes=1)] == ["me", "you", "me", "me"]
    pool.close()


def test_training_gives_way_to_sliders(monkeypatch):
    monkeypatch.delenv("MODELS_FOR_ANTS_NICE")
    own = psutil.Process().nice()
    workers = Pool(2)
    until(lambda: len(workers.processes()) == 2)
    sliders, training = map(psutil.Process, workers.processes())
    until(lambda: training.nice() == own + NICE)
    assert sliders.nice() == own
    workers.close()


# what is left behind, and what is said


def test_a_stopped_worker_does_not_outlive_its_server():
    code = (
        "from lessons.jobs.pool import Pool; from tests.unit.jobs import counting; import time\n"
        "pool = Pool(1); t = pool.ask('n', counting, 10_000)\n"
        "while not t.events: time.sleep(.01)\n"
        "print(*pool.processes(), flush=True); time.sleep(1000)"
    )
    server = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    worker = psutil.Process(int(server.stdout.readline()))
    worker.suspend()
    server.kill()
    server.wait()
    try:
        until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    finally:
        if worker.is_running():
            worker.kill()
