"""A teacher to be met: what it says of one image, what it is and takes, and which classes it takes for which."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from lessons.data import fashion_mnist
from lessons.estimate import training_break_even
from lessons.experiment import Experiment
from lessons.jobs import ask, recordings, vision
from lessons.quantity import Measurement
from lessons.text import sections
from lessons.ui.distillation import first_picture, soft_target_charts
from lessons.ui.distillation.figures import dark_knowledge, pictures
from lessons.ui.distillation.knobs import PICTURE, SHOWN_AT
from lessons.ui.distillation.race import survey
from lessons.ui.distillation.recipe import Distilling
from lessons.ui.layout.headline import headline, picture
from lessons.ui.layout.tiles import numbers
from lessons.ui.state.handing import Drawn
from lessons.ui.state.knob import Knob
from lessons.ui.state.widgets import more, slider
from lessons.ui.work.results import answer

WORDS = sections("distillation")
ABOUT = "about_teacher"  # the key of the part that is closed


def one_image(chosen: Distilling, opens: Callable[[Callable[[], None]], None], explain: Callable[[], None]) -> None:
    """Draw a test image with its label and soft targets, as a page `opens`; then what `explain` says, and the loss."""
    left, right = st.columns([6, 1], vertical_alignment="bottom")
    with left:
        slider(SHOWN_AT)
    with right, more(WORDS["test image"]):
        shown = int(slider(PICTURE)) - 1
    frames = losses = dict.fromkeys(SHOWN_AT.options)
    if found := first_picture.beginning(chosen):
        logits, badge = found
        frames = first_picture.frames(logits[0], shown, badge)
        losses = first_picture.losses(logits, shown, chosen.alpha, badge)
    opens(lambda: picture(frames, SHOWN_AT))
    explain()
    if found:
        headline(losses, SHOWN_AT)


def meet(teachers: Sequence[Experiment], explain: Callable[[], None]) -> Drawn:
    """Draw these networks as one teacher, trained first where they must be; what it is waits until it is wanted."""
    measured = survey("teachers", WORDS["train the teacher"], dict(enumerate(teachers)))
    with st.expander(WORDS["about: title"], key=ABOUT, on_change="rerun") as part:
        if not part.open:
            return [], {}
        explain()
        if not all(measured.values()) or (logits := _logits(tuple(teachers))) is None:
            if all(map(ask.tuned, teachers)):
                st.caption(WORDS["measuring the teacher"])
            return [], {}
        return _all_images(list(measured.values()), logits, SHOWN_AT)


def _all_images(measured: list[Measurement], logits: np.ndarray, temperature: Knob) -> Drawn:
    names, right = fashion_mnist.CLASSES, fashion_mnist.test_labels()
    found = training_break_even.teacher(measured, logits.argmax(1), right)
    numbers(found)
    figure = soft_target_charts.dark_knowledge(logits, right, names, temperature.options, (found["Accuracy"].badge,))
    left, wide = st.columns([1, 3])
    with left:
        pictures(WORDS["least sure"], soft_target_charts.least_sure(logits))
    with wide:
        dark_knowledge(figure, temperature)
    return [figure], {WORDS("of the teacher", what=name): quantity for name, quantity in found.items()}


def _logits(teachers: tuple[Experiment, ...]) -> np.ndarray | None:
    """Their mean, for all test images: as they are here, or as they were where that was recorded."""
    if all(map(ask.tuned, teachers)):
        return answer(ask.listen, teachers)
    recording = recordings.find(vision.listening, teachers)
    return recording and recording.result
