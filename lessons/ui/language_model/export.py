"""A language model to take away."""

from pathlib import Path

import streamlit as st

from lessons.experiment import Experiment, File, block_of
from lessons.jobs.ask import gguf_now
from lessons.text import sections
from lessons.ui.language_model.model_picker import Writer
from lessons.ui.state.visit import visitor

WORDS = sections("language-model")


def as_gguf(writer: Writer, model: Experiment | None) -> None:
    """A button that makes a GGUF file, greyed out where none can be made; nothing where there is no model."""
    if model is None:
        return
    folder = isinstance(model.source, File) and Path(model.source.file).is_dir()
    fits = all(block_of(step) for step in model.recipe) and writer.token != "character" and not folder
    payer = visitor()
    st.download_button(
        WORDS["GGUF file"],
        lambda: gguf_now(model, payer),
        f"{writer.name.lower().replace(' ', '-')}-{model.id}.gguf",
        on_click="ignore",
        disabled=not (fits and writer.ready),
    )
