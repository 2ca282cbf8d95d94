"""What the address says, where Streamlit does not write it by itself."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lessons.ui.state.knob import Knob


def write(name: str, value: str | None) -> None:
    """Have the address say `value`, or nothing. What it says already is left: writing one parameter sends the browser
    all of them as they were when this run began, and would undo what the reader has moved since."""
    if st.query_params.get(name) == value:
        return
    if value is None:
        del st.query_params[name]
    else:
        st.query_params[name] = value


def is_bound(name: str) -> bool:
    """Whether a parameter belongs to a widget, which alone may write it."""
    with get_script_run_ctx().session_state.query_params() as address:
        return address.is_bound(name)


def rewrite(query: Mapping[str, str]) -> None:
    """Have the address say this and nothing else, before any widget of the run is drawn: each begins with what it says
    there, also one that is drawn for the first time later."""
    with get_script_run_ctx().session_state.query_params() as address:
        address.clear_with_no_forward_msg(preserve_embed=True)
        if not query:
            address.clear()  # which tells the browser
        for name, value in query.items():
            address.set_corrected_value(name, value, "string_value")
        address.set_initial_query_params_from_current()


def set_all(
    knobs: Sequence[Knob], settings: Mapping[str, str], query: Mapping[str, str], kept: Sequence[str] = ()
) -> None:
    """Set every knob of a page, by its name, all others at their defaults, before any is drawn. The address says the
    same and what else is in the `query`, and nothing of before but the parameters that are `kept`."""
    for knob in knobs:
        st.session_state[knob.name] = settings.get(knob.name, knob.default)
    at_default = {knob.name for knob in knobs if st.session_state[knob.name] == knob.default}
    stays = {name: st.query_params[name] for name in kept if name in st.query_params}
    rewrite(stays | {name: value for name, value in query.items() if name not in at_default})


def complete(knobs: Sequence[Knob]) -> None:
    """Have the address say where each knob of the page stands that it leaves out. Streamlit 1.67 leaves out a knob that
    was set before it was drawn for the first time: one in another part of the page, which a preset opens."""
    with get_script_run_ctx().session_state.query_params() as address:
        for knob in knobs:
            stands = st.session_state.get(knob.name)
            if address.is_bound(knob.name) and knob.name not in address and stands not in (None, knob.default):
                address.set_corrected_value(knob.name, stands, "string_value")


def correct(knobs: Sequence[Knob]) -> None:
    """Have the address say the options that it means, before their widgets read it."""
    said = {knob: st.query_params.get(knob.name) for knob in knobs}
    meant = {knob.name: knob.meant(value) for knob, value in said.items() if value and knob.meant(value) != value}
    if meant:
        st.query_params.update(meant)
        with get_script_run_ctx().session_state.query_params() as address:
            address.set_initial_query_params_from_current()  # what Streamlit 1.67 begins a widget with
