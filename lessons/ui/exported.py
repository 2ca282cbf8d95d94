"""A language model to take away."""

import streamlit as st

from lessons.experiment import Experiment, block_of
from lessons.jobs.ask import gguf_now
from lessons.ui.visit import visitor
from lessons.ui.writers import Writer


def as_gguf(writer: Writer, model: Experiment) -> None:
    """A button that makes a GGUF file; greyed out where none can be made."""
    fits = all(block_of(step) for step in model.recipe) and writer.token != "character"
    payer = visitor()
    st.download_button(
        "The model as a GGUF file",
        lambda: gguf_now(model, payer),
        f"{writer.name.lower().replace(' ', '-')}-{model.id}.gguf",
        on_click="ignore",
        disabled=not (fits and writer.ready),
    )
