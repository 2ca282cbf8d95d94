"""What labs hand on to each other, and which of them are drawn again: those that were handed what has changed."""

from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.errors import StreamlitAPIException

from lessons.quantity import Quantity
from lessons.ui.state import handing, lab
from lessons.ui.state.drawing import Drawing, being_drawn
from lessons.ui.state.handing import OLD, PAGE, collected, forget_readers, hand_on, handed, keep

ONE = {"one": Quantity("one", 1.0, "bytes", "measured")}


@pytest.fixture(autouse=True)
def state(monkeypatch) -> dict:
    found = {}
    monkeypatch.setattr(st, "session_state", found)
    return found


def reads(name: str, value: str) -> None:
    """A lab of this name reads a value."""
    with being_drawn(Drawing(name, name)):
        assert handed("how") == value


def old(state: dict) -> list[str]:
    return list(state.get(OLD, ()))


def test_those_that_read_what_has_changed_are_drawn_again_in_their_order(state):
    hand_on("how", "a")
    reads("bargain", "a")
    reads("map", "a")
    hand_on("other", 1)
    hand_on("how", "a")
    assert old(state) == []
    hand_on("other", 2)
    assert old(state) == []
    hand_on("how", "b")
    assert old(state) == ["bargain", "map"]
    reads("map", "b")


def test_what_the_page_itself_reads_has_all_of_it_drawn(state):
    hand_on("how", "a")
    assert handed("how") == "a"
    hand_on("how", "b")
    assert old(state) == [PAGE]


def test_readers_of_the_page_before_are_not_drawn_again(state):
    hand_on("how", "a")
    reads("bargain", "a")
    hand_on("how", "b")
    forget_readers()
    assert old(state) == []
    hand_on("how", "c")
    assert old(state) == []


def test_those_that_show_a_labs_numbers_are_drawn_again_unless_they_are_anyway(state):
    def race() -> None: ...

    with being_drawn(Drawing("workings", "drawers")):
        assert collected(race) == ([], {})
    keep("race", [], {})
    assert old(state) == []
    keep("race", [], ONE, are_new=False)
    assert old(state) == []
    assert collected(race) == ([], ONE)
    keep("race", [], {})
    assert old(state) == ["drawers", PAGE]


@pytest.mark.parametrize(
    ("readers", "drawers", "then"),
    [({}, False, [lab.LEDGER]), ({}, True, [lab.LEDGER, lab.DRAWERS]), ({"me": 1.0}, False, [PAGE])],
    ids=["a measurement", "a measurement, drawers open", "a training"],
)
def test_after_its_jobs_have_ended_a_lab_has_others_drawn_that_may_show_them(state, readers, drawers, then):
    class Job(SimpleNamespace):
        __hash__ = object.__hash__

    state[f"{lab.DRAWER}code"] = drawers
    job = Job(readers=readers, events=[])
    lab._note_what_ended("race", Drawing("race", "race", told={job: 0}))
    job.readers = {}  # who has left it
    lab._note_what_ended("race", Drawing("race", "race", told={job: 0}))
    assert old(state) == []
    lab._note_what_ended("race", Drawing("race", "race"))
    assert old(state) == then
    state[OLD].clear()
    lab._note_what_ended("race", Drawing("race", "race"))
    assert old(state) == []


class Asked(Exception):
    """What Streamlit is asked to run."""


@pytest.mark.parametrize(("made_old", "runs"), [(["map", "bargain"], (["map", "bargain"],)), ([], (lab.LEDGER,))])
def test_what_is_old_runs_alone_and_never_the_whole_page(state, monkeypatch, made_old, runs):
    monkeypatch.setattr(st, "rerun", lambda *what: (_ for _ in ()).throw(Asked(*what)))
    handing.is_old(*made_old)
    with pytest.raises(Asked) as asked:
        lab._draw_others()
    assert asked.value.args == runs
    assert old(state) == []


def test_where_a_lab_is_no_longer_on_the_page_all_of_it_runs(state, monkeypatch):
    def rerun(*what) -> None:
        raise StreamlitAPIException("no such part") if what else Asked()

    monkeypatch.setattr(st, "rerun", rerun)
    handing.is_old("gone")
    with pytest.raises(Asked):
        lab._draw_others()
