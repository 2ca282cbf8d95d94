"""Low-rank adaptation: an old model learns a new text with few weights."""

from dataclasses import replace

import streamlit as st

from lessons import ui
from lessons.exercise import Exercise
from lessons.text import sections
from lessons.ui.lora import adapters, at_scale, exercises, first_picture, learning
from lessons.ui.lora.knobs import GUESSES, KNOBS, PART, PRESETS
from lessons.ui.lora.learning import RANK

WORDS = sections("lora")
page = ui.begin("lora", *KNOBS, tries=PRESETS, guesses=GUESSES)


def opening() -> None:
    ui.hand_on("rank", ui.slider(RANK))
    pictured = ui.handed("pictured")

    def draw() -> None:
        ui.picture(first_picture.frames(pictured, first_picture.known(pictured)), RANK)
        written = {} if ui.asking() else first_picture.texts(pictured)  # for both a stage has no room
        if any(written.values()):
            ui.sentences(written, RANK)

    page.opens(draw, lambda: page.nearest(share := learning.gained(learning.FIRST), gained=share))


def ask(*asked: Exercise) -> None:
    """Exercises in their place, which on a stage is that of all."""
    for exercise in () if ui.presenting() else asked:
        page.exercise(exercise, lambda exercise=exercise: exercises.subject(exercise))


def learn() -> ui.Drawn | None:
    page.text("learn")
    chosen = learning.chosen()
    page.about_preset()
    narrow = ui.presenting() and ui.training(chosen.runners.values())  # a stage has room for the race alone
    frames = {} if narrow else learning.outcome(chosen)
    ask(exercises.FORGETS, exercises.MEMORY, exercises.MOMENTS)

    def below(rank: str) -> ui.Drawn:
        how = ui.hand_on("how", replace(chosen, rank=int(rank)))
        told = learning.race(how.runners)
        if frame := frames.get(rank):
            page.text(f"about {how.of.base}")
        return ([*frame.charts, *told], frame.quantities) if frame else (told, {})

    if ui.presenting() or chosen.of.large:  # where a race that begins takes the headline's place
        return below(str(chosen.rank))
    ui.on_release({RANK: [rank for rank in RANK.options if rank != "0"]})(below)  # 0 has nothing to set
    return None


def came_of_it() -> ui.Drawn:
    how = ui.handed("how")
    if learning.learnt(how):
        with st.expander(WORDS["before and after"], expanded=not how.of.writes):  # texts stand at the top, too
            page.text("what came of it")
            learning.came_of_it(how)
    return [], {}


def merging() -> ui.Drawn:
    ask(exercises.WORK)
    page.text("merged")
    how, drawn = ui.handed("how"), ([], {})
    if learning.learnt(how):
        with st.expander(WORDS["merge: more"]):
            page.text("merging")
            drawn = adapters.merging(how)
    ask(exercises.MERGED)
    return drawn


def microscope() -> ui.Drawn:
    page.text("microscope")
    how = ui.hand_on("how", learning.chosen(aside=True, barred=adapters.NOT_HERE["microscope"]))
    page.about_preset()
    figures, found = adapters.microscope(how)
    if figures:
        page.text(f"under the microscope: {how.of.base}")
    return figures, found


def swap() -> ui.Drawn:
    page.text("swap")
    how = ui.hand_on("how", learning.chosen(aside=True, barred=adapters.NOT_HERE["swap"]))
    page.about_preset()
    figures, found = adapters.swap(how)
    if figures:
        page.text("about the swap")
    return figures, found


def at_large_scale() -> ui.Drawn | None:
    page.text("at scale")
    page.about_preset()
    drawn = at_scale.at_scale()
    page.text("about the scale")
    page.why("about the scale: why")
    return drawn


def workings() -> None:
    how = learning.FIRST if part == "at scale" else ui.handed("how")
    ran = adapters.RAN.get(part, how.techniques)
    ui.workings(page, ran, lambda: ui.collected(*PARTS[part]), lambda: adapters.take(how))


PARTS = {
    "learn": [learn, came_of_it, merging],
    "microscope": [microscope],
    "swap": [swap],
    "at scale": [at_large_scale],
}
ui.hand_on("pictured", learning.standing())
top = st.container()
aside = ui.aside("part")
with aside:
    part = ui.choice(PART)
with aside if ui.presenting() and not ui.asking() and part != "learn" else top:
    ui.lab(opening)
    page.text("the idea")
    page.why("the formula")
    page.try_presets()
    ask(exercises.DIRECTIONS, exercises.NUMBERS, exercises.SMALLEST)
for draw in PARTS[part][: 1 if ui.presenting() else None]:
    ui.lab(draw)
if ui.presenting():
    for exercise in exercises.EXERCISES:
        page.exercise(exercise, lambda exercise=exercise: exercises.subject(exercise))
else:
    ui.lab(workings)
page.end()
