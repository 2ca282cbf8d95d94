"""What the address says that is no knob's value."""

import streamlit as st


def write(name: str, value: str | None) -> None:
    """Have the address say `value`, or nothing. What it says already is left: writing one parameter sends the browser
    all of them as they were when this run began, and would undo what the reader has moved since."""
    if st.query_params.get(name) == value:
        return
    if value is None:
        del st.query_params[name]
    else:
        st.query_params[name] = value
