"""Of each kind of widget that pages have, what its browser sends arrives, and what none would send changes nothing."""

import pytest
from streamlit.proto.Common_pb2 import DoubleArray, StringArray
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state.session_state import SessionState, WStates
from streamlit.testing.v1 import AppTest

from lessons.serving import widget_values

FOREIGN = (
    {"string_value": "foreign"},
    {"bytes_value": b"foreign"},
    {"json_value": "{"},
    {"bool_value": True},
    {"double_array_value": DoubleArray(data=[])},
)


@pytest.fixture(autouse=True)
def dropped(monkeypatch):
    monkeypatch.setattr(SessionState, "set_widgets_from_proto", widget_values._take_possible)
    monkeypatch.setattr(WStates, "set_widget_metadata", widget_values._register_and_drop)


@pytest.mark.parametrize(
    ("widget", "sent", "arrives"),
    [
        ("st.number_input('Seed', 0, 99, 0)", {"int_value": 77}, 77),  # of another field than it is registered with
        ("st.number_input('Price', 0.0, 9.0, 1.0)", {"double_value": 0.3}, 0.3),
        ("st.slider('Epochs', 1, 20, 5)", {"double_array_value": DoubleArray(data=[7])}, 7),
        ("st.select_slider('Bits', ['2', '4'])", {"string_array_value": StringArray(data=["4"])}, "4"),
        ("st.radio('Set', ['a', 'b'])", {"string_value": "b"}, "b"),
        ("st.checkbox('On')", {"bool_value": True}, True),
        ("st.text_input('Search')", {"string_value": "ant"}, "ant"),
    ],
)
def test_what_a_browser_sends_arrives_and_nothing_else(widget, sent, arrives):
    page = AppTest.from_string(f"import streamlit as st\n{widget}").run()
    (element,) = page.main.children.values()
    for foreign in FOREIGN:
        if not foreign.keys() & sent.keys():
            page._run(WidgetStates(widgets=[WidgetState(id=element.id, **foreign)]))
            assert not page.exception
            (stands,) = page.main.children.values()
            assert stands.value == element.value, foreign
    page._run(WidgetStates(widgets=[WidgetState(id=element.id, **sent)]))
    (stands,) = page.main.children.values()
    assert stands.value == arrives
