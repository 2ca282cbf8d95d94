"""Trainings beside each other: a race that can be run again from other seeds, and a whole survey in the background."""

from collections.abc import Hashable, Mapping, Sequence

import streamlit as st

from lessons.charts.chart import Chart
from lessons.experiment import Experiment
from lessons.jobs import ask, recordings, vision
from lessons.quantity import Measurement
from lessons.text import sections
from lessons.ui.distillation import race_charts
from lessons.ui.distillation.recipe import Distilling
from lessons.ui.layout.figures import row
from lessons.ui.layout.presenter import presenting
from lessons.ui.work import notices, training_panel
from lessons.ui.work.progress import left_of_all, share
from lessons.ui.work.results import curve, known, tuned

WORDS = sections("distillation")
Runners = Mapping[str, Experiment]
TALL = 340  # pixels of a chart on a stage: above it are two bars of progress


def race(heats: Sequence[Runners], name: str = "race") -> list[Chart]:
    """The panel that trains the runners of a heat at once, one job each, with the curves of the last heat, or as the
    first was recorded; gives the charts. On a stage curves show while they grow.

    A heat is the same race from another seed; `name` tells the races of a page apart.
    """
    waiting = [heat for heat in heats if not all(map(ask.tuned, heat.values()))]

    def offer() -> None:
        if not waiting:
            st.markdown(WORDS["done"])
            return
        label = WORDS["race"] if len(waiting) == len(heats) else WORDS["race again"]
        _offer(label, list(waiting[0].values()), f"{name} on", like=list(heats[0].values()))

    with st.container(border=True, key=name):
        seen = training_panel.panel(name, [runner for heat in heats for runner in heat.values()], offer)
        on = any(not run.ended for run in seen.values())
        watched = [heat for heat in heats if any(runner.id in seen for runner in heat.values())]
        figures = _curves([heats[0], *watched][-1])
        if figures and (on or not presenting()):
            row(f"{name} curves", *figures, tall=TALL)
    return figures


def _curves(heat: Runners) -> list[Chart]:
    """The curves of a heat, as far as this visit has seen them, over what was recorded of it."""
    told, kept = (
        {who: training_panel.last_training(events(runner)) for who, runner in heat.items()}
        for events in (training_panel.events, training_panel.recorded_events)
    )
    if not any((*told.values(), *kept.values())):
        return []
    return [race_charts.race(told, kept, curve({who: at for who, at in tuned(heat).items() if not told[who]}))]


def taught(chosen: Distilling) -> tuple[Experiment, Measurement, Measurement] | None:
    """The first taught student, and what is known of it and of its teacher; None where it was not trained."""
    runner, teachers = chosen.runners(0).get("taught"), chosen.teachers()
    found = known({"taught": runner, "teacher": teachers[0]}) if runner and teachers else {}
    ends = found.get("taught"), found.get("teacher")
    return (runner, *ends) if all(ends) else None


def finishes(heats: Sequence[Runners]) -> dict[str, list[Measurement | None]]:
    """What each runner has ended with, heat by heat: of those heats of which all have been trained here, or were
    recorded."""
    found = known({(at, name): runner for at, heat in enumerate(heats) for name, runner in heat.items()})
    done = [at for at, heat in enumerate(heats) if all((at, name) in found for name in heat)]
    return {name: [found[at, name] for at in done] for name in heats[0]}


def survey(name: str, label: str, points: Mapping[Hashable, Experiment]) -> dict[Hashable, Measurement | None]:
    """The panel that trains all these experiments in the background, until they are; gives what is known so far,
    measured here or recorded."""
    missing = [each for each in points.values() if not ask.tuned(each)]
    if missing:
        with st.container(border=True, key=name):
            begun = list(filter(None, map(ask.tuning, missing)))
            done = len(points) - len(missing)
            share_done = (done + sum(map(share, begun))) / len(points)
            st.progress(share_done, WORDS("trained", done=done, all=len(points), left=left_of_all(begun)))
            training_panel.panel(name, missing, lambda: _offer(label, missing, f"{name} on", background=True))
    found = known(points)
    return {at: found.get(at) for at in points}


def _offer(
    label: str, wanted: list[Experiment], key: str, background: bool = False, like: Sequence[Experiment] = ()
) -> None:
    """The button that starts the trainings of these, and whether they were recorded. `like`: others that take as
    long."""
    if recording := recordings.find(vision.measuring, wanted[0]):
        notices.say_recorded(recording, *map(ask.recorded_training, like))
    how = {"args": (wanted,), "kwargs": {"background": background}}
    st.button(label, icon=training_panel.PLAY, on_click=training_panel.start, type="primary", key=key, **how)
