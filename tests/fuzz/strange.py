"""Strange query strings and values of widgets, drawn by Hypothesis."""

import json
from collections.abc import Sequence

from hypothesis import strategies as st
from streamlit.proto.WidgetStates_pb2 import WidgetState

from lessons.ui.state.rooms import knobs_of
from lessons.ui.state.talk_run import SCRIPTED
from tests.fuzz.visits import quoted

NAMES = (
    *("guess", "present", "talk", "at", "speaker", "lock", "hide", "assignment", "exercise", "trained", "embed"),
    *("embed_options", "code", "another", "x", ""),
)
VALUES = (
    *("", "1", "0", "-1", "4", "fp32", "999", "9" * 400, "1e999", "nan", "inf", "null", "[]", "{}", "%00", "%ff%fe"),
    *("%ED%A0%80", "%F0%9F%90%9C", "%E2%80%AE", "../../etc/passwd", "<script>alert(1)</script>", "$x$", ":smile:"),
    *("![x](http://evil.example/x)", "{0}", "{x!r}", "%25s", "a" * 3_000, "8,192", "8192", "37c3", "seed3", "１", "٣"),
    *("seed3.epochs8.full", "seed1.step0", "skip", "cnn", "true", "%0d%0aX:1", "1;2", "1%2C2", "a,b,c"),
)
NUMBERS = (0.0, 1.0, -5.0, 0.5, 1e300, float("nan"), float("inf"))
TOLD = (None, 0, 1, -1, 10**9, 10**400, 1.5, float("inf"), "", "x", "\ud800", "é", "A" * 784, "AAAA", [], {}, [1])
EVENTS = ("steps", "to", "found", "trouble", "drawing", "go", "call", "again", "news", "value", "now")
SHAPES = (
    {"at": 1}, {"at": "1"}, {"at": True}, {"address": 5}, {"address": "quantization?quantization_bits=3", "sets": True},
    {"of": "fashion 0", "pixels": "é"}, {"of": "fashion 0", "pixels": "AAAA"}, '{"entries": {}, "cleared": 0}',
    '{"entries": {"spent/x": {"value": {"joules": -1}, "at": 1}}, "cleared": 1e999}', "[" * 50_000, "x" * 100_000,
)  # fmt: skip


@st.composite
def queries(draw: st.DrawFn, path: str) -> str:
    """A query string for a page, with its own knobs, those of others, and whatever else."""
    knobs = {knob.name: knob.options for knob in (knobs_of(path) if path in SCRIPTED else ())}
    parts = []
    for _ in range(draw(st.integers(1, 5))):
        name = draw(st.sampled_from((*knobs, *NAMES)))
        some = st.sampled_from(VALUES) | st.text(st.characters(), max_size=9).map(quoted)
        value = draw(st.sampled_from(knobs[name]).map(quoted) | some if knobs.get(name) else some)
        parts.append(
            draw(st.sampled_from(("{0}={1}", "{0}={1}", "{0}", "{0}[]={1}", "={1}", "{0}={1}={1}", "{1}"))).format(
                name, value
            )
        )
    return draw(st.sampled_from(("&", "&", ";", "&&"))).join(parts)


def addressed(place: int, ids: Sequence[str], value: WidgetState) -> WidgetState:
    """A value for the widget at a place among these, or for none."""
    value.id = [*ids, *ids, "", "x", "$$ID-0-x", "$$STREAMLIT_INTERNAL_KEY_x"][place % (2 * len(ids) + 4)]
    return value


@st.composite
def values(draw: st.DrawFn) -> WidgetState:
    """A value of a widget, of any type."""
    made = WidgetState()
    text = draw(st.sampled_from(("\0", "x" * 100_000, *VALUES)) | st.text())
    told = draw(st.sampled_from((*TOLD, *SHAPES)))
    event = draw(st.sampled_from(EVENTS))
    numbers = st.lists(st.sampled_from(NUMBERS), max_size=3)
    match draw(st.integers(0, 13)):
        case 0:
            made.bool_value = draw(st.booleans())
        case 1:
            made.int_value = draw(st.integers(-(2**31), 2**31 - 1))
        case 2:
            made.double_value = draw(st.sampled_from(NUMBERS))
        case 3:
            made.string_value = text
        case 4:
            made.string_array_value.data.extend(draw(st.lists(st.sampled_from(VALUES), max_size=3)))
        case 5:
            made.double_array_value.data.extend(draw(numbers))
        case 6:
            made.int_array_value.data.extend(draw(st.lists(st.integers(-9, 99), max_size=3)))
        case 7:
            made.json_value = draw(st.sampled_from((json.dumps({event: told}), json.dumps(told), "{", text)))
        case 8 | 9:
            payload = {"event": event, "value": told}
            made.json_trigger_value = draw(st.sampled_from((json.dumps([payload]), json.dumps(payload), "[", text)))
        case 10:
            made.trigger_value = True
        case 11:
            made.string_trigger_value.data = text
        case 12:
            made.bytes_value = draw(st.binary(max_size=40))
        case 13:
            made.chat_input_value.data = text
    return made
