"""What is drawn again when a main slider is let go: what stands below the headline alone, where that will do."""

from types import SimpleNamespace

import pytest
import streamlit as st

from lessons.ui.state import presets, release
from lessons.ui.state.knob import Knob
from lessons.ui.state.lab import DRAWER, DRAWERS
from lessons.ui.state.presets import PRESET, Preset
from lessons.ui.state.release import BELOW, Below, released

BITS, GRAIN = Knob("bits", "Bits", ("1", "2", "8"), "8"), Knob("grain", "Grain", ("tensor", "channel"), "tensor")
PART = Below("below bits", {"bits": frozenset({"2", "8"}), "grain": frozenset({"tensor"})})


class Asked(Exception):
    """What Streamlit is asked to run."""


@pytest.fixture
def state(monkeypatch) -> dict:
    parts = {PART.key: PART}
    found = {BELOW: {"bits": parts, "grain": parts}, "bits": "2", "grain": "tensor"}
    monkeypatch.setattr(st, "session_state", found)
    monkeypatch.setattr(st, "query_params", {})

    def rerun(parts: list[str]) -> None:
        raise Asked(*parts)

    monkeypatch.setattr(st, "rerun", rerun)
    runs(monkeypatch, ["lab"])
    return found


def runs(monkeypatch, fragments: list[str] | None) -> None:
    """A move has these parts of the page run; None: all of it."""
    monkeypatch.setattr(release, "get_script_run_ctx", lambda: SimpleNamespace(fragment_ids_this_run=fragments))


def asked(knob: Knob = BITS) -> tuple[str, ...]:
    """The parts that run in place of the lab; none where the lab does."""
    try:
        released(knob)
    except Asked as what:
        return what.args
    return ()


def test_only_what_stands_below_is_drawn_again(state):
    assert asked() == asked(GRAIN) == ("below bits",)


def test_all_that_stands_below_is_drawn_again_or_the_lab(state):
    narrow = Below("above bits", {"bits": frozenset({"2"})})
    state[BELOW]["bits"] = {PART.key: PART, narrow.key: narrow}
    assert asked() == ("below bits", "above bits")
    state["bits"] = "8"
    assert asked() == ()


@pytest.mark.parametrize("moved", [{"bits": "1"}, {"grain": "channel"}])
def test_where_more_would_change_the_lab_is_drawn(state, moved):
    state.update(moved)
    assert asked() == ()


def test_a_lab_that_has_drawn_nothing_below_is_drawn(state):
    release.forget(BITS)
    assert asked() == ()
    del state[BELOW]
    assert asked() == ()


@pytest.mark.parametrize("fragments", [None, [], ["lab", "another"]], ids=["a page", "no part", "another part, too"])
def test_whatever_else_was_asked_for_at_the_same_time_is_not_lost(state, monkeypatch, fragments):
    runs(monkeypatch, fragments)
    assert asked() == ()


def test_what_is_said_about_a_preset_changes_with_it(state):
    tries = (Preset("eight", {BITS: "8"}), Preset("two", {BITS: "2"}))
    assert presets.say_of(tries, (BITS, GRAIN)).name == "two"
    assert asked() == ("below bits",)
    state["bits"] = "8"
    assert asked() == (PRESET, "below bits")


def test_open_drawers_are_drawn_again_closed_ones_are_not(state):
    state[f"{DRAWER}code"] = False
    assert asked() == ("below bits",)
    state[f"{DRAWER}numbers"] = True
    assert asked() == ("below bits", DRAWERS)
