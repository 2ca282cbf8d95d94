"""Drops widget values that no browser sends: of another type than the widget's, for no widget, or enormous.

Streamlit 1.67 hands on whatever arrives: a text for a slider raises in the middle of a page's program. What is dropped
here counts as never sent: the widget stands where it stood.
"""

from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state.common import WidgetMetadata, is_element_id, unpack_widget_state_value
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX, Serialized, SessionState, WStates

from lessons import checked_json

LARGEST = 2**22  # bytes of one value: what a browser keeps has up to a million characters
LONGEST_ID = 1_000
MOST = 2_000  # values in one message
TAKEN_ONCE = ("file_uploader_state_value", "chat_input_value")  # Streamlit can read them only once
NUMBERS = (
    "double_value",
    "int_value",
)  # a field for numbers registers the one, and sends the other where they are whole
AS_JSON = ("json_value", "json_trigger_value")  # what components send

_take, _register = SessionState.set_widgets_from_proto, WStates.set_widget_metadata


def drop_foreign() -> None:
    """Have Streamlit drop foreign values from now on."""
    SessionState.set_widgets_from_proto = _take_possible
    WStates.set_widget_metadata = _register_and_drop


def fits(state: WidgetState, widget: WidgetMetadata) -> bool:
    """Whether a value is of its widget's type, and the widget can read it; a cleared widget has none."""
    kind = state.WhichOneof("value")
    possible = NUMBERS if widget.value_type in NUMBERS else (widget.value_type,)
    if kind not in (None, *possible):
        return False
    if kind in TAKEN_ONCE:
        return True
    try:
        if kind in AS_JSON:
            checked_json.loads(getattr(state, kind))
        widget.deserializer(unpack_widget_state_value(state))
    except Exception:  # whatever Streamlit's own code raises
        return False
    return True


def _take_possible(session: SessionState, states: WidgetStates) -> None:
    known = session._new_widget_state.widget_metadata
    possible = [
        each
        for each in states.widgets[:MOST]
        if _is_a_widgets(each) and (each.id not in known or fits(each, known[each.id]))
    ]
    _take(session, WidgetStates(widgets=possible))


def _is_a_widgets(state: WidgetState) -> bool:
    of = state.id.removeprefix(f"{STREAMLIT_INTERNAL_KEY_PREFIX}_")  # the events of a component
    return is_element_id(of) and len(of) <= LONGEST_ID and state.ByteSize() <= LARGEST


def _register_and_drop(states: WStates, widget: WidgetMetadata) -> None:
    """Register a widget; what has come for it before it was known is dropped where it does not fit."""
    came = states.states.get(widget.id)
    if isinstance(came, Serialized) and not fits(came.value, widget):
        del states.states[widget.id]
    _register(states, widget)
