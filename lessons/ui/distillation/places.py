"""Where the page on distillation asks its exercises, and what about."""

from collections.abc import Sequence

import streamlit as st

from lessons.exercise import Exercise
from lessons.experiment import Experiment
from lessons.ui.distillation import exercises, first_picture
from lessons.ui.distillation.exercises import COPIED, EXERCISES, FEW, SHIPPED, WORTHWHILE, Ends, Files, NoLabel, Race
from lessons.ui.distillation.headline import means
from lessons.ui.distillation.knobs import KNOBS, LABELLED, PICTURE, PRESETS, SIZE, distilling
from lessons.ui.distillation.recipe import LARGE, STUDENTS, Distilling, number
from lessons.ui.layout.page import Page
from lessons.ui.layout.presenter import presenting
from lessons.ui.work.results import known

IMAGE, RACE, USE = EXERCISES[:3], EXERCISES[3:6], EXERCISES[6:]  # next to what they are about
NO_LABEL = next(preset for preset in PRESETS if preset.settings.get(LABELLED) == "0")


def pose(page: Page, chosen: Distilling, place: Sequence[Exercise]) -> None:
    """Draw the exercises of a place. `chosen`: the teacher that the first picture shows. On a stage, which lacks most
    places, the last has all."""
    about = {each.name: lambda: _one_image(chosen) for each in IMAGE}
    about |= {each.name: _race for each in RACE}
    about |= {WORTHWHILE.name: _race_on_view, COPIED.name: _no_label, SHIPPED.name: _files}
    for exercise in place if not presenting() else EXERCISES if place is USE else ():
        page.exercise(exercise, about[exercise.name])


def _one_image(chosen: Distilling) -> tuple[exercises.OneImage] | None:
    """The test image that the first picture shows."""
    found, shown = first_picture.beginning(chosen), st.session_state.get(PICTURE.name, PICTURE.default)
    return found and (exercises.one_image(found[0], int(shown) - 1),)


def _race() -> tuple[Race] | None:
    """The student that the slider names, with every number of labels, taught as the page opens."""
    model = STUDENTS[st.session_state.get(SIZE.name, SIZE.default)]
    each = {count: means(Distilling(model, labelled=number(count))) for count in LABELLED.options if number(count)}
    race = {count: Ends(**ends) for count, ends in each.items() if len(ends) == len(Ends._fields)}
    return (race,) if len(race) == len(each) else None


def _race_on_view() -> tuple[Race] | None:
    """The same where the page has the slider for labels: one of its parts has none."""
    return _race() if LABELLED.name in st.session_state else None


def _no_label() -> tuple[NoLabel] | None:
    copied, labelled = (
        means(distilling(NO_LABEL.values(KNOBS))),
        means(Distilling(labelled=number(LABELLED.options[-1]))),
    )
    few, teacher = means(Distilling(labelled=number(FEW))), known({"teacher": Experiment(LARGE)}).get("teacher")
    if not ("taught" in copied and "alone" in labelled and "taught" in few and teacher):
        return None
    return (NoLabel(copied["taught"], labelled["alone"], few["taught"], teacher["accuracy"]),)


def _files() -> tuple[Files] | None:
    """Of the student that the slider names, with few labels."""
    model = STUDENTS[st.session_state.get(SIZE.name, SIZE.default)]
    found = known({"teacher": Experiment(LARGE)} | Distilling(model, labelled=number(FEW)).runners(0))
    if len(found) < len(Files._fields) or not all(found.values()):
        return None
    return (Files(**{name: measured["packed"] for name, measured in found.items()}),)
