"""A talk on a stage: the page is set as the state is scripted, once; what an address or a browser says wrongly counts
for nothing."""

import pytest
import streamlit as st

from lessons.catalog import HOME, LESSONS
from lessons.talk import State, Talk
from lessons.ui.state import talk_run, url_write
from lessons.ui.state.knob import Knob
from lessons.ui.state.presets import KEYS

BITS, GRAIN = Knob("bits", "Bits", ("1", "2", "8"), "8"), Knob("grain", "Grain", ("tensor", "channel"), "tensor")
KNOBS = (BITS, GRAIN)
QUANTIZATION = next(lesson for lesson in LESSONS if lesson.path == "quantization")
TALK = Talk(
    "a-talk",
    "A talk",
    (
        State("home", "The start", "Welcome.", 30),
        State("quantization", "Two bits", "Look.", 40, {"bits": "2"}),
        State("quantization", "All of them", "And now?", 50, {"bits": "8", "grain": "channel"}, "levels"),
    ),
)


@pytest.fixture
def state(monkeypatch) -> dict:
    found = {}
    monkeypatch.setattr(st, "session_state", found)
    monkeypatch.setattr(st, "query_params", {})
    monkeypatch.setattr(url_write, "rewrite", lambda query: (st.query_params.clear(), st.query_params.update(query)))
    monkeypatch.setattr(talk_run, "find", {TALK.name: TALK}.get)
    return found


def opened(**query: str) -> None:
    """What happens to an address of a stage."""
    st.query_params.update({"present": "1"} | query)
    talk_run.follow_address(HOME.path, presenting=True)


def told(state: dict, **to: object) -> None:
    state[KEYS] = {"to": to}
    talk_run.go()


def test_a_page_is_set_as_the_state_is_scripted_once(state):
    opened(talk="a-talk", at="2")
    assert talk_run.elsewhere(HOME.path) == QUANTIZATION
    assert talk_run.arrive(HOME, KNOBS) is None
    state |= {"bits": "1", "grain": "channel"}
    assert talk_run.arrive(QUANTIZATION, KNOBS) == TALK.states[1]
    assert (state["bits"], state["grain"]) == ("2", "tensor")
    assert st.query_params == {"present": "1", "talk": "a-talk", "at": "2", "bits": "2"}
    state["bits"] = "1"  # the speaker moves it
    assert talk_run.arrive(QUANTIZATION, KNOBS) is None
    assert state["bits"] == "1"


def test_the_same_state_told_again_brings_it_back(state):
    opened(talk="a-talk", at="2")
    talk_run.arrive(QUANTIZATION, KNOBS)
    state["bits"] = "1"
    told(state, at=2, time=1)
    assert talk_run.arrive(QUANTIZATION, KNOBS) == TALK.states[1]
    assert state["bits"] == "2"


def test_a_link_that_says_where_knobs_stand_is_shown_as_it_is(state):
    opened(talk="a-talk", at="2", bits="1")
    assert talk_run.arrive(QUANTIZATION, KNOBS) == TALK.states[1]
    assert "bits" not in state  # its widget reads the address
    told(state, at=3, time=1)
    talk_run.arrive(QUANTIZATION, KNOBS)
    assert st.query_params == {
        "present": "1", "talk": "a-talk", "at": "3", "exercise": "levels", "grain": "channel",
    }  # fmt: skip


def test_what_names_no_state_is_left(state):
    opened(talk="a-talk", at="2")
    for at in (0, 4, -1, "2", 2.5, None, [3]):
        told(state, at=at, time=1)
        assert talk_run.under_way().at == 2
    state[KEYS] = {"to": "3"}
    talk_run.go()
    assert talk_run.under_way().at == 2
    told(state, at=3, time=1)
    assert talk_run.under_way().at == 3


def test_the_browser_hears_of_what_it_told_also_on_another_page(state):
    opened(talk="a-talk", at="1")
    told(state, at=2, time=7.5)
    del state[KEYS]  # Streamlit forgets it on the way
    assert talk_run.as_data() | {"states": []} == {"name": "a-talk", "at": 2, "states": [], "heard": 7.5}


def test_an_address_that_arrives_late_does_not_go_back(state):
    opened(talk="a-talk", at="2")
    talk_run.arrive(QUANTIZATION, KNOBS)
    told(state, at=3, time=1)
    talk_run.arrive(QUANTIZATION, KNOBS)
    opened(at="2")  # as the page before said
    assert talk_run.under_way().at == 3


def test_a_talk_ends_with_the_stage(state):
    opened(talk="a-talk", at="2")
    talk_run.follow_address("quantization", presenting=False)
    assert talk_run.under_way() is None
    assert st.query_params == {"present": "1"}
    opened(talk="a-talk", at="2")
    talk_run.follow_address("talk", presenting=True)  # its page is no part of it
    assert talk_run.under_way() is None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, ""),
        ({"talk": "a-talk", "at": "2"}, ""),
        ({"talk": "a-talk"}, ""),
        ({"talk": "another", "at": "99"}, "no talk"),
        ({"talk": "a-talk", "at": "4"}, "no state"),
        ({"talk": "a-talk", "at": "0"}, "no state"),
        ({"talk": "a-talk", "at": "²"}, "no state"),
        ({"talk": "a-talk", "at": "1e1"}, "no state"),
        ({"at": "2"}, "needs a talk"),
    ],
)
def test_a_bad_address_gives_one_complaint_and_an_ordinary_stage(state, query, said):
    opened(**query)
    found = talk_run.complaints({name: [value] for name, value in query.items()})
    assert len(found) == bool(said)
    assert all(said in each for each in found)
    assert (talk_run.under_way() is None) == bool(said or not query)


def test_a_talk_off_a_stage_is_complained_of(state):
    assert "present=1" in talk_run.complaints({"talk": ["a-talk"], "at": ["2"]})[0]
