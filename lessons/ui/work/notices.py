"""What stands in the way of a training or of a model, said before it is asked for."""

import streamlit as st

from lessons import store
from lessons.experiment.language_source import MISSING
from lessons.jobs.recordings import Recording
from lessons.ui.layout.figures import badge
from lessons.ui.layout.presenter import presenting
from lessons.ui.work.progress import takes_here


def say_where_weights_are_kept() -> None:
    """Say it if trained weights would not go to the disk."""
    where = store.where()
    if where == "memory":
        st.warning(
            "The server's disk is full or read-only. Trained weights are kept in memory, until the machine restarts.",
            icon=":material/memory:",
        )
    elif where is None:
        st.error(
            "The server has no room for trained weights, on its disk or in its memory. The operator must free some "
            "before you can train."
        )


def say_recorded(recording: Recording, *jobs: Recording | None) -> None:
    """Say that what shows was recorded, and that the button beside it does the same here: `jobs`, or what was recorded
    itself, in about so much time."""
    takes = takes_here([*filter(None, jobs)] or [recording])
    source = "" if presenting() else f" {recording.source.removeprefix('recorded ')}."
    st.caption(f"{badge('recorded')}{source} Run it here{takes}:")


def missing() -> bool:
    """Say that SmolLM2 is not installed; False, for it cannot be asked."""
    st.warning(f"{MISSING}. Then start the app again. What was recorded of it shows all the same.")
    return False
