"""A teacher to be met: what it is and takes, what it holds for possible, what it is least sure of."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lessons.data import fashion_mnist
from lessons.estimate import training_break_even
from lessons.experiment import Experiment
from lessons.jobs import ask, recordings, vision
from lessons.ui.distillation import charts
from lessons.ui.distillation.figures import dark_knowledge, pictures
from lessons.ui.distillation.race import survey
from lessons.ui.layout.tiles import numbers
from lessons.ui.state.handing import Drawn
from lessons.ui.state.knob import Knob
from lessons.ui.state.widgets import slider
from lessons.ui.work.results import answer


def meet(teachers: Sequence[Experiment], picture: Knob, temperature: Knob) -> Drawn:
    """Draw these networks as one teacher, trained first where they must be, and a test picture at a temperature."""
    names, right = fashion_mnist.CLASSES, fashion_mnist.test_labels()
    measured = survey("teachers", "Train the teacher", dict(enumerate(teachers)))
    if not all(measured.values()) or (logits := _logits(tuple(teachers))) is None:
        if all(map(ask.tuned, teachers)):
            st.caption("Measuring the teacher …")
        return [], {}
    found = training_break_even.teacher(list(measured.values()), logits.argmax(1), right)
    numbers(found)
    slider(temperature)
    left, wide = st.columns([1, 3])
    with left:
        shown = int(slider(picture)) - 1
        pictures("This picture", [shown])
        pictures("The teacher is least sure of", charts.least_sure(logits))
    figure = charts.dark_knowledge(logits, shown, right, names, temperature.options, (found["Accuracy"].badge,))
    with wide:
        dark_knowledge(figure, temperature)
    return [figure], {f"Teacher: {name}": quantity for name, quantity in found.items()}


def _logits(teachers: tuple[Experiment, ...]) -> np.ndarray | None:
    """Their mean, for all test pictures: as they are here, or as they were where that was recorded."""
    if all(map(ask.tuned, teachers)):
        return answer(ask.listen, teachers)
    recording = recordings.find(vision.listening, teachers)
    return recording and recording.result
