"""To run a page again. Who has clicked on a link meanwhile goes first."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def rerun(*scope: str | Sequence[str]) -> NoReturn:
    """Ends what runs, as `st.rerun` does, of this `scope`; what waits goes first: taken together with what follows, it
    would lose its page, for Streamlit 1.67 runs that of whatever was asked for last."""
    if context := get_script_run_ctx():
        context.yield_check()
    st.rerun(*scope)


def of_the_page(act: Callable[[], None]) -> Callable[[], None]:
    """Decorates a callback of what belongs to the whole page: all of it runs after it. A browser sends what changes at
    the same moment in one message, and has only a part of the page run if any of it is in one, as a slider that was let
    go (Streamlit 1.67): what the callback has set would then show in that part alone, and not in the address."""

    @wraps(act)
    def acts() -> None:
        act()
        context = get_script_run_ctx()
        if context and context.fragment_ids_this_run:
            rerun()

    return acts
