"""Said once in a visit to a page that waits: this server does what the machines of its cluster should."""

import streamlit as st

from lessons.jobs.pool import pool
from lessons.text import sections

WORDS = sections("house")
SAID = "said that the cluster is lost"


def say_who_works() -> None:
    """Say it, unless this visit was told; once the cluster is back, it would be told again."""
    lost = pool().falls_back
    if lost and not st.session_state.get(SAID):
        st.toast(WORDS["cluster lost"], icon=":material/cloud_off:", duration="long")
    st.session_state[SAID] = lost
