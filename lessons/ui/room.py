"""Where what is trained will be kept, said before it is trained."""

import streamlit as st

from lessons import store


def say() -> None:
    """Say it if trained weights would not go to the disk."""
    where = store.where()
    if where == "memory":
        st.warning(
            "The server's disk is full or read-only. Trained weights are kept in memory, until the machine restarts.",
            icon=":material/memory:",
        )
    elif where is None:
        st.error(
            "The server has no room for trained weights, on its disk or in its memory. The operator must free some before you "
            "can train."
        )
