"""What the exercises of this lesson are about, of what its labs have handed on."""

from typing import NamedTuple

import streamlit as st

from lessons.facts.architectures import Architecture
from lessons.quantity import Quantity
from lessons.ui.footprint import exercises
from lessons.ui.footprint.first_picture import MANY
from lessons.ui.footprint.knobs import BATCH, AskedUse, Training, run_of
from lessons.ui.state.handing import hand_on, handed

USE, RUN = "asked", "run"


class UseAsked(NamedTuple):
    """What the first part of the page says to the others. `one`: a use by boards at the usual batch, if the model has
    any."""

    what: AskedUse
    one: Quantity | None


def hand_on_default() -> None:
    """Hand on where the knobs of training are at first, for exercises on a page that has not drawn them."""
    hand_on(RUN, None)


def use() -> tuple[AskedUse, str]:
    """A use, and the batch size of the slider."""
    return handed(USE).what, st.session_state[BATCH.name]


def batches() -> tuple[exercises.Energies]:
    """Wh of a use at each batch size."""
    return (exercises.by_boards(handed(USE).what),)


def batch() -> tuple[exercises.Energies, str]:
    """The same, and a batch size of several answers."""
    what, at = use()
    return exercises.by_boards(what), exercises.several(at)


def training() -> tuple[Architecture, float]:
    """A model, and the tokens that it was trained with."""
    what = handed(USE).what
    return what.model, _run(what).tokens_of(what.model)


def overtaking() -> tuple[AskedUse, int, Quantity]:
    """A use, how many people ask for it, and what training took."""
    what = handed(USE).what
    return what, MANY, _run(what).energy


def _run(what: AskedUse) -> Training:
    return handed(RUN) or run_of(what)
