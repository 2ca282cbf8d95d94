"""When a lab that waits for jobs is drawn again: at once for what a reader looks at, else after a pause."""

from types import SimpleNamespace

import pytest
import streamlit

from lessons.ui.state.drawing import LONGEST_PAUSE, PAUSE, Drawing, in_callback, under_way, wait_for

TOOK = 0.05  # seconds
PAUSED = 2 * PAUSE * TOOK
SELDOM = 2 * LONGEST_PAUSE


class Job(SimpleNamespace):
    """A ticket, which knows how much it has told by now."""

    __hash__ = object.__hash__

    def __init__(self, told: int = 0, ended: bool = False, urgent: bool = False):
        super().__init__(events=[None] * told, ended=ended, urgent=urgent)


@pytest.mark.parametrize(
    ("jobs", "after", "old"),
    [
        ([Job(), Job()], 0, False),
        ([Job(), Job()], PAUSED, False),  # nothing is new
        ([Job(), Job()], SELDOM, True),  # but others may have gone before them
        ([Job(told=1), Job()], 0, False),
        ([Job(told=1), Job()], PAUSED, True),
        ([Job(ended=True), Job()], 0, False),
        ([Job(ended=True), Job()], PAUSED, True),
        ([Job(ended=True, urgent=True), Job()], 0, True),
        ([Job(urgent=True), Job()], PAUSED, False),
        ([Job(ended=True), Job(ended=True)], 0, True),  # there is no more to wait for
    ],
)
def test_a_drawing_is_old_once_its_jobs_have_more_to_show(monkeypatch, jobs, after, old):
    drawing = Drawing(began=100.0, took=TOOK, told=dict.fromkeys(jobs, 0))
    monkeypatch.setattr("time.monotonic", lambda: 100.0 + after)
    assert drawing.is_old == old


def test_a_drawing_that_took_long_is_not_drawn_more_often_than_every_few_seconds(monkeypatch):
    drawing = Drawing(began=100.0, took=10.0, told={Job(told=1): 0})
    monkeypatch.setattr("time.monotonic", lambda: 100.0 + SELDOM)
    assert drawing.is_old


def test_a_callback_may_look_at_jobs_though_nothing_is_drawn_that_waits_for_them(monkeypatch):
    monkeypatch.setattr(streamlit, "session_state", {})
    with pytest.raises(KeyError):
        wait_for([Job()])
    assert in_callback(lambda: wait_for([Job()]) or "found") == "found" and under_way() is None
