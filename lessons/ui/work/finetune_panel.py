"""Training a shrunk model on, live: a button, progress, curves, Stop."""

from collections.abc import Sequence

import streamlit as st

from lessons.charts.chart import Chart
from lessons.charts.rounds import rounds
from lessons.charts.training import training_curves
from lessons.experiment import Experiment
from lessons.jobs import ask
from lessons.text import sections
from lessons.ui.layout.figures import row
from lessons.ui.work import notices, training_panel
from lessons.ui.work.results import known

WORDS = sections("house")


def tune(
    recipe: Experiment, along: Sequence[Experiment] = (), does: str = WORDS["fine-tune"], every: bool = False
) -> None:
    """The panel that `does` the trainings of a recipe, if there are any: of this recipe, or of all `along` a curve, too
    (with one button where `every` one is wanted). What a stopped run has finished is kept."""
    if not recipe.trainings:
        return
    missing = [each for each in along if not ask.tuned(each)]
    with st.container(border=True, key=f"panel {does}"):
        seen = training_panel.panel(does, [recipe, *along], lambda: _controls(recipe, missing, does, every))
        under_way = {at: ticket for at, ticket in seen.items() if not ticket.ended}
        watched = under_way.get(recipe.id) or next(iter(under_way.values()), None)
        if steps := training_panel.steps(watched.events if watched else ()):
            row(f"tuning {does}", *training_curves(steps, steps[-1].total))


def recovery(recipe: Experiment) -> list[Chart]:
    """Draw accuracy after each step of a recipe that has been trained through, and while it was trained, as far as this
    visit has seen it; gives the charts."""
    figures = [rounds(known({f"{at}": link for at, link in enumerate(recipe.links)}), recipe.recipe)]
    if steps := training_panel.steps(training_panel.events(recipe)):
        figures.append(training_curves(steps, steps[-1].total)[1])
    row("recovery", *figures)
    return figures


def _controls(recipe: Experiment, missing: list[Experiment], does: str, every: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if ask.tuned(recipe) and not (every and missing):
            st.markdown(WORDS["tuned here"])
        else:
            if recording := ask.recorded_training(recipe):
                notices.say_recorded(recording)
            else:
                st.markdown(WORDS["not done" if every else "not tuned"])
            wanted = [recipe, *missing] if every else [recipe]
            st.button(
                does,
                icon=training_panel.PLAY,
                on_click=training_panel.start,
                args=(wanted,),
                type="primary",
                key=f"tune {does}",
            )
        missing = [each for each in missing if each != recipe]
        if missing and not every:
            label = WORDS("along the curve", does=does, more=len(missing))
            st.button(
                label,
                icon=training_panel.PLAY,
                on_click=training_panel.start,
                args=(missing,),
                kwargs={"background": True},
            )
