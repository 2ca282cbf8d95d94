"""Clocks that jump, as they do when a machine hears what time it is: nothing is lost by it, and nobody counts as
gone."""

import os
import time

import numpy as np
import pytest

from lessons import keeping, store
from lessons.classroom import opening
from lessons.jobs import begun, vision
from lessons.jobs.messages import Job
from lessons.jobs.pool import Pool
from lessons.jobs.ticket import Ticket
from lessons.serving import lifespan

HOUR, YEAR = 3600, 365 * 24 * 3600
JUMPS = (-10 * YEAR, -YEAR, -2 * HOUR, -60, 60, 2 * HOUR, YEAR, 10 * YEAR)
ONE = {"w": np.ones(10, np.float32)}


@pytest.fixture(params=JUMPS)
def jump(request, monkeypatch):
    """What makes the clock jump."""
    real = time.time

    def now() -> None:
        monkeypatch.setattr(time, "time", lambda: real() + request.param)

    return now


@pytest.fixture(autouse=True)
def own_places(tmp_path, monkeypatch):
    (tmp_path / "memory").mkdir()
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path / "disk"))
    monkeypatch.setattr(keeping, "MEMORY", tmp_path / "memory")


@pytest.mark.reliability("faults", "The clock jumps while something is kept")
def test_what_was_kept_is_kept(jump, monkeypatch, tried):
    store.save("before", ONE)
    replace = os.replace

    def meanwhile(source, target):
        jump()
        keeping.sweep_all()  # as another server does
        replace(source, target)

    monkeypatch.setattr(os, "replace", meanwhile)
    store.save("meanwhile", ONE)
    monkeypatch.setattr(os, "replace", replace)
    store.save("after", ONE)
    for name in ("before", "meanwhile", "after"):
        assert store.has(name)
        assert store.load(name) is not None
        tried()


@pytest.mark.reliability("faults", "The clock jumps: what was never finished goes all the same")
def test_what_was_never_finished_goes(jump, tried):
    store.save("one", ONE)
    left = store.folder() / "left.part"
    left.write_bytes(b"half")
    for at in (time.time() - keeping.LEFT_OVER - 60, time.time() + YEAR):
        os.utime(left, (at, at))
        keeping.sweep_all()
        assert not left.exists()
        left.write_bytes(b"half")
        tried()


@pytest.mark.reliability("faults", "The clock jumps while readers watch")
def test_who_watches_is_there(jump, tried):
    pool = Pool(0)
    ticket = Ticket(Job(0, vision.training, ()), True, False, "me", pool)
    ticket.seen("me")
    jump()
    assert not ticket.abandoned
    pool.close()
    tried()


@pytest.mark.reliability("faults", "The clock jumps while a training runs")
def test_a_training_under_way_is_not_lost(jump, tried):
    job = Job(0, vision.training, ("seed 1",))
    with begun.noted(job):
        jump()
        begun.forget_old()
        assert not begun.lost(*(job.function, *job.arguments))
    tried()


@pytest.mark.reliability("faults", "The clock jumps: no class is wiped by it")
def test_no_class_is_wiped(jump, monkeypatch, tried):
    wiped = []
    monkeypatch.setattr(lifespan, "wipe_old", lambda: wiped.append(1))
    lifespan.wipe_if_the_clock_is_right()
    assert wiped == [1]
    jump()
    lifespan.wipe_if_the_clock_is_right()
    moved = abs(time.time() - time.monotonic() - lifespan.CLOCKS_APART)
    assert wiped == ([1] if moved > lifespan.JUMPED else [1, 1])
    assert opening.WIPED > lifespan.JUMPED  # what is less does not wipe what is in use
    tried()
