"""What a reader has predicted and solved, lesson by lesson."""

import pandas as pd
import streamlit as st

from lessons.catalog import LESSONS
from lessons.progress import PREDICTION
from lessons.text import sections
from lessons.text.exercises import exercises
from lessons.ui.my_ant.record import OUTCOMES, done, summary
from lessons.ui.state.kept import all_kept

WORDS = sections("my-ant")


def table() -> None:
    """A line for each lesson, and the sum of all."""
    values = {name: entry["value"] for name, entry in all_kept()["entries"].items()}
    st.markdown(summary(values))
    rows = [
        {
            WORDS["lesson"]: lesson.title,
            WORDS["prediction"]: OUTCOMES[values.get(f"{PREDICTION}/{lesson.path}", {"outcome": ""})["outcome"]],
            WORDS["exercises"]: WORDS("solved", solved=done(lesson, values), all=len(exercises(lesson.path))),
        }
        for lesson in LESSONS
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=WORDS["progress in words"], height="content")
