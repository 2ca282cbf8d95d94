"""How a link names a model that was trained here: `trained=seed3`, `seed3.step230`, `seed3.epochs8.full`."""

import re

import streamlit as st

from lessons.experiment import BadExperiment, Trained
from lessons.text import sections
from lessons.ui.state.knob import short

WORDS = sections("house")
OWN = "own models"  # of this visit, by task and network
IN_USE = "model in use"  # by this page; nothing where it has none
PARAMETER = "trained"
PATTERN = re.compile(
    r"seed(?P<seed>\d{1,6})(?:\.epochs(?P<epochs>\d{1,3}))?(?:\.step(?P<step>\d{1,6}))?(?P<full>\.full)?", re.ASCII
)


def to_text(source: Trained) -> str:
    """The shortest text that names this source."""
    return "".join(
        [
            f"seed{source.seed}",
            f".epochs{source.epochs}" if source.epochs != Trained.epochs else "",
            f".step{source.stopped_at}" if source.stopped_at else "",
            ".full" if source.data == "full" else "",
        ]
    )


def from_text(text: str, task: str = Trained.task) -> Trained:
    """The source a link names on a page about this task. Raises BadExperiment for anything to_text would not write."""
    match = PATTERN.fullmatch(text)
    if not match:
        raise BadExperiment(WORDS["link: how it reads"])
    source = Trained(
        task=task,
        seed=int(match["seed"]),
        epochs=int(match["epochs"] or Trained.epochs),
        stopped_at=int(match["step"]) if match["step"] else None,
        data="full" if match["full"] else "bundled",
    )
    if to_text(source) != text:
        raise BadExperiment(WORDS("link: how it is written", text=to_text(source)))
    return source


def forget_own() -> None:
    """Have pages begin with the models that ship with the app."""
    st.session_state.pop(OWN, None)


def complaints(values: list[str], task: str = Trained.task) -> list[str]:
    """What a reader should know of a link whose model cannot be; nothing if it can."""
    try:
        if len(values) > 1:
            raise BadExperiment(WORDS("link: given twice", times=len(values)))
        for text in values:
            from_text(text, task)
    except BadExperiment as error:
        return [WORDS("link: ignored", name=PARAMETER, value=short(values[-1]), why=error)]
    return []
