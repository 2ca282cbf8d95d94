"""To run a page again. Who has clicked on a link meanwhile goes first."""

from collections.abc import Sequence
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def rerun(*scope: str | Sequence[str]) -> NoReturn:
    """Ends what runs, as `st.rerun` does, of this `scope`; what waits goes first: taken together with what follows, it
    would lose its page, for Streamlit 1.67 runs that of whatever was asked for last."""
    if context := get_script_run_ctx():
        context.yield_check()
    st.rerun(*scope)
