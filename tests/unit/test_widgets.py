"""Widgets of knobs, and what the server says of the address."""

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.state.query_params import QueryParams
from streamlit.testing.v1 import AppTest


@pytest.fixture
def sent(monkeypatch) -> list[dict]:
    """Every address that the server sends."""
    found: list[dict] = []
    monkeypatch.setattr(QueryParams, "_send_query_param_msg", lambda address: found.append(address.to_dict()))
    return found


def hidden() -> None:
    """A page whose knobs no browser has drawn yet; each second run begins again by itself."""
    import streamlit as st

    from lessons.ui.state.knob import Knob
    from lessons.ui.state.widgets import choice, more, slider

    with more():
        grain = choice(Knob("grain", "Grain", ("tensor", "channel"), "tensor"))
        st.text(grain + slider(Knob("bits", "Bits", ("1", "2", "8"), "8")))
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    if st.session_state["runs"] % 2 == 0:
        st.rerun()


def test_a_page_that_runs_again_by_itself_leaves_the_address_to_the_reader(sent):
    page = AppTest.from_function(hidden)
    page.query_params.update({"grain": "channel", "bits": "2"})
    page.run()
    page._run(WidgetStates())  # as a browser asks that has drawn no knob yet
    assert page.session_state["runs"] == 3
    assert page.text[0].value == "channel2"
    assert not sent
