"""The language models a page can shrink: which of them, whether it is here, and what it takes to load it."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from lessons.experiment import SMOLLM2, Experiment, File, Written, file_source, ready_written, written_as
from lessons.experiment.language_source import CHARACTERS
from lessons.jobs import ask, language
from lessons.models.written import HEAD, SIZES, smollm2
from lessons.text import sections
from lessons.ui.language_model.training import trained_here
from lessons.ui.state.drawing import wait_for
from lessons.ui.state.knob import Knob
from lessons.ui.state.visit import may_open_files, visitor
from lessons.ui.work.ask_button import asked
from lessons.ui.work.notices import missing
from lessons.ui.work.results import failed
from lessons.ui.work.training_panel import PLAY

WORDS = sections("language-model")
SHIPPED = "shakespeare"
OURS, REAL, TRAINED, FILE = SHIPPED.capitalize(), "SmolLM2", "trained here", "a file"
SMOLLM2_BYTES = 538_060_032  # its weights as float32, in which this app computes
SMOLLM2_COUNTS = 30, 9  # its layers, its heads
SHRUNK = 3.7  # times the weights: what the process took at most, for the model, a shrunk one, and what making one takes
PATH = "path of a language model"
MODEL = Knob("language_model", WORDS["model"], (OURS, REAL, TRAINED, FILE), OURS)


@dataclass(frozen=True)
class Writer:
    """A language model in use. `large`: nothing is asked of it unless a button is pressed; `ready`: whether it can be
    asked."""

    model: Experiment
    name: str
    large: bool
    ready: bool

    @property
    def corpus(self) -> str:
        """What it has been trained on, as far as a page needs to know."""
        source = self.model.source
        return source.corpus if isinstance(source, Written) else "prose" if self.large else "shakespeare"

    @property
    def counts(self) -> tuple[int | None, int | None]:
        """Its layers, and heads in each, where that is known before it is loaded."""
        source = self.model.source
        if self.large:
            return SMOLLM2_COUNTS if source.file == SMOLLM2 else (None, None)
        width, layers = SIZES[self._made.model]
        return layers, width // HEAD

    @property
    def _made(self) -> Written:
        """How a small one was trained."""
        source = self.model.source
        return source if isinstance(source, Written) else written_as(source.file)

    @property
    def token(self) -> str:
        """What it reads and writes one of at a time."""
        if self.large:
            return "token"
        return "character" if self._made.vocabulary == CHARACTERS else "token"


def writer(name: str) -> Writer:
    """The model of this name, with what there is to say of it and, for a large one, the button that loads it."""
    ours = Experiment(ready_written(SHIPPED))
    if name == REAL:
        real = Experiment(file_source(SMOLLM2))
        return Writer(real, name, True, _loaded(real, SMOLLM2_BYTES) if smollm2() else missing())
    if name == TRAINED:
        if own := trained_here():
            return Writer(own[-1], name, False, True)
        st.info(WORDS["nothing trained"])
    if name == FILE and (found := _file()):
        source, needs = found
        return Writer(Experiment(source), name, True, _loaded(Experiment(source), needs))
    return Writer(ours, OURS, False, True)


def _loaded(model: Experiment, needs: int) -> bool:
    """Whether a large model is in memory; else what it would take is said, and loading it offered."""
    ticket = ask.writer_before(language.loading, model)
    if ticket is None:
        st.markdown(WORDS("not in memory", weights=f"{needs / 1e9:.2f} GB", most=f"{SHRUNK * needs / 1e9:.1f} GB"))
        st.button(WORDS["load"], icon=PLAY, type="primary", on_click=_load, args=(model,), key="load model")
        return False
    if failed([ticket], WORDS["not loaded"]):
        return False
    if not ticket.ended:
        wait_for([ticket])
        st.caption(WORDS["loading"])
    return ticket.ended


def _load(model: Experiment) -> None:
    ask.writer(language.loading, model, payer=visitor())


def _file() -> tuple[File, int] | None:
    """The model at a path that a visitor of the machine itself has named, and the bytes it needs."""
    if not may_open_files():
        st.info(WORDS["no local files"])
        return None
    st.text_input(WORDS["path"], key=PATH, placeholder=WORDS["path: example"])
    if not (path := st.session_state.get(PATH, "").strip()):
        return None
    return asked("file", WORDS["check"], language.checking, path, _changed(path), large=False)


def _changed(path: str) -> float:
    """When a file, or the last one of a folder, was changed: what has changed is checked anew."""
    try:
        at = Path(path).expanduser()
        return max(each.stat().st_mtime for each in (at, *(at.iterdir() if at.is_dir() else ())))
    except (OSError, RuntimeError, ValueError):
        return 0.0  # it is not there, or cannot be: the check says so
