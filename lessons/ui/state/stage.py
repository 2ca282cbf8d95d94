"""A stage shows one knob, its main slider. The others wait out of sight, until a key brings them over the figure
(scripts/stage/knobs.js)."""

from contextlib import AbstractContextManager

import streamlit as st

ON = "on a stage"
WAITS = "waiting_knobs_"  # how the keys begin of the places of knobs that wait
SHOWN = """<style>
html:not(.knobs-shown) [data-testid="stLayoutWrapper"]:has(> [class*="st-key-{waits}"] :is({knobs})) {{ display: flex }}
html:not(.knobs-shown) [class*="st-key-{waits}"]:has({knobs}) > :not(:is({knobs}), :has({knobs})) {{ display: none }}
</style>"""


def presenting() -> bool:
    """Whether this is a stage."""
    return st.session_state.get(ON, False)


def waiting(name: str) -> AbstractContextManager:
    """A place of this name for knobs, which on a stage wait in it; elsewhere it takes no room (style.css). It is always
    there: a knob that moved up on the way from a stage would lose its hold on the address (Streamlit 1.67)."""
    return st.container(key=f"{WAITS}{name}")


def on_view(*names: str) -> None:
    """Have the knobs of these names on the stage, whether they wait or not."""
    st.html(SHOWN.format(waits=WAITS, knobs=", ".join(f".st-key-{name}" for name in names)))
