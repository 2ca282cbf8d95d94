"""What stands in the way of a training or of a model, said before it is asked for."""

import streamlit as st

from lessons import store
from lessons.experiment.language_source import MISSING
from lessons.jobs.recordings import Recording
from lessons.text import sections
from lessons.ui.layout.figures import badge
from lessons.ui.layout.presenter import presenting
from lessons.ui.work.progress import takes_here

WORDS = sections("house")


def say_where_weights_are_kept() -> None:
    """Say it if trained weights would not go to the disk."""
    where = store.where()
    if where == "memory":
        st.warning(WORDS["weights in memory"], icon=":material/memory:")
    elif where is None:
        st.error(WORDS["no room for weights"])


def say_lost() -> None:
    """Say that a training was lost with the server, or with the worker that did it."""
    st.warning(WORDS["training lost"], icon=":material/history:")


def say_recorded(recording: Recording, *jobs: Recording | None) -> None:
    """Say that what shows was recorded, and that the button beside it does the same here: `jobs`, or what was recorded
    itself, in about so much time."""
    takes = takes_here([*filter(None, jobs)] or [recording])
    source = "" if presenting() else f" {recording.source.removeprefix('recorded ')}."
    st.caption(WORDS("recorded", badge=badge("recorded"), source=source, takes=takes))


def missing() -> bool:
    """Say that SmolLM2 is not installed; False, for it cannot be asked."""
    st.warning(WORDS("not installed", how=MISSING))
    return False
