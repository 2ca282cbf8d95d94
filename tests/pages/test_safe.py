"""What a page says where something on the server fails: a disk without room, a training that ended badly."""

import re

import pytest

from lessons import keeping, store
from lessons.experiment import Trained, Written
from lessons.jobs import ask, begun, vision
from lessons.jobs.messages import Ended, Job
from lessons.jobs.pool import pool
from lessons.jobs.ticket import Ticket
from tests.pages.reader import language as opened
from tests.pages.reader import press, run_until, settled
from tests.pages.reader import quantization as visited


@pytest.fixture
def no_folder(tmp_path, monkeypatch):
    """A file where the cache folder should be."""
    (tmp_path / "memory").mkdir()
    (tmp_path / "cache").write_text("in its place")
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(keeping, "MEMORY", tmp_path / "memory")


def test_without_a_disk_a_page_works_and_says_where_weights_will_be(no_folder):
    page = run_until(visited(guess="skip"), settled)
    assert any("kept in memory, until the machine restarts" in warning.value for warning in page.warning)
    press(page, "Train")  # there is a button still


def test_with_a_disk_nothing_is_said():
    assert store.where() == "disk"
    page = run_until(visited(guess="skip"), settled)
    assert not page.warning


def test_where_there_is_no_room_at_all_that_is_said_without_a_path(monkeypatch):
    monkeypatch.setattr(store, "where", lambda: None)
    page = run_until(visited(guess="skip"), settled)
    (error,) = page.error
    assert "no room for trained weights" in error.value
    assert "/" not in error.value


@pytest.mark.reliability("faults", "A training was lost: its page says so, and offers it again")
def test_a_training_that_was_lost_is_offered_again(failing, tried):
    source = Trained(seed=77)
    note = begun._place(vision.training, source)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.touch()  # which nobody holds
    try:
        page = visited(guess="skip", trained="seed77")
        page = run_until(page, settled)
        assert any("This training was lost" in warning.value for warning in page.warning)
        assert failing == []  # it is offered, and does not begin by itself
        press(page, "Try again").run()
        assert failing == [source]
        tried()
    finally:
        note.unlink()


@pytest.fixture
def failing(monkeypatch) -> list:
    """Every training fails; gives what was asked for."""
    asked = []

    def fail(source, reader, background=False):
        asked.append(source)
        ticket = Ticket(Job(0, vision.training, ()), True, False, reader, pool())
        ticket.end(Ended("The worker is gone."))
        return ticket

    monkeypatch.setattr(ask, "train", fail)
    monkeypatch.setattr(ask, "learn", fail)
    return asked


def test_a_failed_training_keeps_its_settings_and_can_be_tried_again(failing):
    page = run_until(visited(guess="skip"), settled)
    page.number_input(key="train_seed").set_value(7)
    page.slider(key="train_epochs").set_value(2)
    press(page, "Train with these").run()
    assert any(re.search(r"The worker is gone.*error [0-9a-f]{8}", error.value) for error in page.error)
    press(page, "Try again").run()
    assert failing == 2 * [Trained(epochs=2, seed=7)]


def test_so_does_a_failed_training_of_a_language_model(failing):
    page = opened("train", lambda page: any(each.label == "Train" for each in page.button), steps="100", corpus="names")
    press(page, "Train").run()
    press(page, "Try again").run()
    assert failing == 2 * [Written("names", steps=100)]
