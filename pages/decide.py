"""Do I need a model this large? Four ways to have a task done, side by side, and the smallest that does it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product

import streamlit as st

from lessons import ui
from lessons.estimate.requirements import Requirements
from lessons.exercise import Exercise
from lessons.ui.decide import comparison, exercises, first_picture, knobs
from lessons.ui.decide.knobs import MACHINE, PRIVACY, STAYS, TASK, USES, WORKSTATION, WORSE
from lessons.ui.decide.printout import printout
from lessons.ui.state.knob import count

PRESETS = (
    ui.Preset("Find an answer", {TASK: "find in a text"}),
    ui.Preset("Know facts", {TASK: "know facts"}),
    ui.Preset("Nearly as good", {TASK: "know facts", WORSE: "20"}),
    ui.Preset("It must stay here", {TASK: "know facts", WORSE: "10", PRIVACY: STAYS, MACHINE: WORKSTATION}),
    ui.Preset("A million a day", {TASK: "find in a text", WORSE: "10", USES: "1,000,000"}),
)

Needs = Mapping[tuple[str, str], Requirements]  # by where the sliders are

page = ui.begin("decide", *knobs.KNOBS, tries=PRESETS, guesses=knobs.GUESSES)
times = comparison.cloud_against_small()


def pose(along: Callable[[], Needs], *asked: Exercise) -> None:
    """Exercises about what is needed where the sliders are. `along`: at all their positions."""

    def here() -> tuple[Requirements] | None:
        needs = along()
        return (needs[st.session_state[USES.name], st.session_state[WORSE.name]],) if needs else None

    for exercise in asked:
        page.exercise(exercise, here)


@ui.lab
def decide() -> ui.Drawn | None:
    top = st.container()
    page.text("the idea")
    page.why("how they are judged")
    page.try_presets()
    asked = knobs.asked(top)
    needs = {
        (uses, worse): replace(asked, uses=count(uses), worse=float(worse))
        for uses, worse in product(USES.options, WORSE.options)
        if asked
    }
    columns = first_picture.frames(needs, bool(page.guess))
    with top:
        page.opens(lambda: columns and ui.picture(columns, USES, WORSE), lambda: page.nearest(times.value, times=times))
    page.about_preset()
    ui.hand_on("task", asked and asked.task)
    ui.hand_on("needs", needs)
    if asked is None:
        page.text("measuring")
        return [], {}
    frames = {at: comparison.frame(need, columns[at]) for at, need in needs.items()}
    ui.headline(frames, USES, WORSE, tall=comparison.TALL)
    pose(lambda: needs, *exercises.OF_THE_PICTURE)

    @ui.on_release({USES: USES.options, WORSE: WORSE.options})
    def below(*stands: str) -> ui.Drawn:
        need = needs[stands]
        drawn = comparison.side_by_side(need, columns[stands])
        if ui.presenting():
            return drawn
        lines = comparison.would_change(need, knobs.others(need.task))
        page.text("what would change it", lines="\n".join(f"- {line}" for line in lines))
        if here := comparison.measured_here(need):
            page.text("run here", **here)
        else:
            page.text("not run here")
        printout(page.lesson.title, need, lines)
        return drawn

    pose(lambda: needs, *exercises.OF_THE_WAYS)
    return None


def scores() -> ui.Drawn:
    return comparison.scores(ui.handed("task")) if ui.handed("task") else ([], {})


if not ui.presenting():
    with comparison.evidence():
        ui.lab(scores)
pose(lambda: ui.handed("needs"), exercises.THREE_OF_FOUR)
page.why("about the numbers")
pose(lambda: ui.handed("needs"), exercises.WAITING)
if not ui.presenting():
    comparison.to_ask(lambda: page.text("to ask"))
    ui.workings_of(page, comparison.RAN, decide, scores)
page.end()
