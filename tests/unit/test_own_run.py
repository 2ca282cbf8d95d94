"""What a member trains in a class is looked at again, though it ends while its page is drawn."""

from types import SimpleNamespace

import pytest
import streamlit as st

from lessons.ui.classroom import own_run
from lessons.ui.state import drawing
from lessons.ui.state.drawing import Drawing, being_drawn


class Ended:
    ended, urgent, events = True, True, ()


@pytest.fixture
def drawn(monkeypatch) -> Drawing:
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(drawing, "say_who_works", lambda: None)
    monkeypatch.setattr(own_run, "failed", lambda *_: False)
    return Drawing()


MINE = SimpleNamespace(posted=False, is_open=True, started=True)
OVERLAY = SimpleNamespace(title="", said=lambda _: "", runs=lambda _: {1: "a run"})


def test_a_measurement_that_ended_meanwhile_is_posted_in_the_next_drawing(drawn):
    with being_drawn(drawn):
        own_run._draw(None, MINE, OVERLAY, None, [Ended()])
    assert drawn.told and drawn.is_old


def test_a_training_that_ended_meanwhile_is_measured_in_the_next_drawing(drawn, monkeypatch):
    monkeypatch.setattr(own_run.training_panel, "panel", lambda *_: {"a run": Ended()})
    monkeypatch.setattr(own_run.ask, "tuned", lambda _: True)
    with being_drawn(drawn):
        own_run._draw(None, MINE, OVERLAY, None, ())
    assert drawn.told and drawn.is_old
