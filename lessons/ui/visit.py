"""Who is asking: one name for each visit, in no link and on no disk."""

import uuid

import streamlit as st

VISITOR = "visitor"


def visitor() -> str:
    """The name of this visit."""
    return st.session_state.setdefault(VISITOR, uuid.uuid4().hex)
