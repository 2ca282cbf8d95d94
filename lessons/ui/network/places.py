"""Where the page on what a model is asks its exercises, and what about."""

from collections.abc import Sequence

import streamlit as st

from lessons.exercise import Exercise
from lessons.experiment import Experiment
from lessons.jobs import ask
from lessons.measure.layer_view import LayerCost, OneWeight
from lessons.ui.layout.exercises import ON_STAGE
from lessons.ui.layout.page import Page
from lessons.ui.layout.presenter import presenting
from lessons.ui.network.exercises import EXERCISES, REUSE, STEP
from lessons.ui.network.knobs import LAYER
from lessons.ui.work.results import answer

PICTURE, LAYERS, TRAINING = EXERCISES[:2], EXERCISES[2:5], EXERCISES[5:]  # next to what they are about


def pose(page: Page, baseline: Experiment, place: Sequence[Exercise]) -> None:
    """Draw the exercises of a place, asked about this network; a stage, which has the first place alone, has all."""

    def costs() -> tuple[list[LayerCost]] | None:
        found = answer(ask.count, baseline.source.model)
        return found and (found,)

    def weight() -> tuple[OneWeight, str] | None:
        layer = st.session_state.get(LAYER.name, LAYER.default)
        found = answer(ask.try_weight, baseline, layer)
        return found and (found, layer)

    for exercise in EXERCISES if presenting() else place:
        page.exercise(exercise, weight if exercise is STEP else costs)


def needs_the_picture(page: Page) -> bool:
    """Whether a stage shows the exercise that is solved with the slider of the first picture."""
    return presenting() and st.session_state.get(ON_STAGE) == (page.lesson.path, REUSE.name)
