"""Trainings beside each other: a race that can be run again from other seeds, and a whole survey in the background."""

from collections.abc import Hashable, Mapping, Sequence

import streamlit as st

from lessons.charts.chart import Chart
from lessons.experiment import Experiment
from lessons.jobs import ask
from lessons.quantity import Measurement
from lessons.ui.distillation import charts
from lessons.ui.layout.figures import row
from lessons.ui.layout.presenter import presenting
from lessons.ui.work import training_panel
from lessons.ui.work.finetune_panel import tuned
from lessons.ui.work.progress import share, share_of_all
from lessons.ui.work.results import curve

Runners = Mapping[str, Experiment]
TALL = 340  # pixels of a chart on a stage: above it are two bars of progress


def race(heats: Sequence[Runners], name: str = "race") -> list[Chart]:
    """The panel that trains the runners of a heat at once, one job each, with the curves of the last heat, and below it
    what all heats ended with, if there can be several; gives the charts. On a stage the curves make room for the ends.

    A heat is the same race from another seed; `name` tells the races of a page apart.
    """
    waiting = [heat for heat in heats if not all(map(ask.tuned, heat.values()))]

    def offer() -> None:
        if waiting:
            label = "Race" if len(waiting) == len(heats) else "Race again from another seed"
            _button(label, list(waiting[0].values()), f"{name} on")
        else:
            st.markdown("**Done** on this machine.")

    with st.container(border=True, key=name):
        seen = training_panel.panel(name, [runner for heat in heats for runner in heat.values()], offer)
        on = any(not run.ended for run in seen.values())
        figures = _curves([heat for heat in heats if any(runner.id in seen for runner in heat.values())])
        if on or not presenting():
            _draw(f"{name} curves", figures)
    ends = finishes(heats) if len(heats) > 1 else {}
    if any(map(any, ends.values())):
        figures.append(charts.by_seed(ends))
        if not (on and presenting()):
            _draw(f"{name} ends", figures[-1:])
    return figures


def _curves(shown: Sequence[Runners]) -> list[Chart]:
    """The curves of the last heat that this visit has seen something of, if it has."""
    told = {who: training_panel.last_training(runner) for who, runner in shown[-1].items()} if shown else {}
    if not any(told.values()):
        return []
    return [charts.race(told, curve({who: at for who, at in tuned(shown[-1]).items() if not told[who]}))]


def _draw(key: str, figures: Sequence[Chart]) -> None:
    if figures:
        row(key, *figures, tall=TALL)


def finishes(heats: Sequence[Runners]) -> dict[str, list[Measurement | None]]:
    """What each runner has ended with, heat by heat, as far as all of a heat have been trained."""
    done = [heat for heat in heats if all(map(ask.tuned, heat.values()))]
    found = curve({f"{at} {name}": runner for at, heat in enumerate(done) for name, runner in heat.items()})
    return {name: [found[f"{at} {name}"] for at in range(len(done))] for name in heats[0]}


def survey(name: str, label: str, points: Mapping[Hashable, Experiment]) -> dict[Hashable, Measurement | None]:
    """The panel that trains all these experiments in the background, until they are; gives what is measured so far."""
    missing = [each for each in points.values() if not ask.tuned(each)]
    if missing:
        with st.container(border=True, key=name):
            begun = [share(ask.tuning(each)) for each in missing]
            done = share_of_all([*begun, *([1.0] * (len(points) - len(missing)))])
            st.progress(done, f"{len(points) - len(missing)} of {len(points)} are trained")
            training_panel.panel(name, missing, lambda: _button(label, missing, f"{name} on", background=True))
    found = curve({at: each for at, each in points.items() if each not in missing})
    return {at: found.get(at) for at in points}


def _button(label: str, wanted: list[Experiment], key: str, background: bool = False) -> None:
    """Starts the trainings of these."""
    how = {"args": (wanted,), "kwargs": {"background": background}}
    st.button(label, icon=training_panel.PLAY, on_click=training_panel.start, type="primary", key=key, **how)
