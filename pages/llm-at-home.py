"""A large language model at home: what fits, how fast it is, and what an answer takes."""

import streamlit as st

from lessons import ui
from lessons.exercise import Exercise
from lessons.ui.llm_at_home import (
    controls,
    dropped,
    engines,
    exercises,
    one_screen,
    overview,
    panels,
    quality,
    validation,
)
from lessons.ui.llm_at_home.knobs import CONTEXT, FORMAT, GUESSES, KNOBS, MODEL, MOVED, PART, Asked
from lessons.ui.llm_at_home.notes import Note, instead
from lessons.ui.llm_at_home.presets import PRESETS
from lessons.ui.state.knob import count

page = ui.begin("llm-at-home", *KNOBS, tries=PRESETS, guesses=GUESSES)
kept = panels.kept(MODEL.default, CONTEXT.options[-1])


def note(notes: list[Note]) -> None:
    for name, values in notes:
        page.text(f"note: {name}", **values)


def pose(at: Asked | None, *asked: Exercise) -> None:
    """Exercises about the setting where the sliders are."""

    def here() -> tuple[Asked] | None:
        stands = st.session_state[CONTEXT.name], st.session_state[FORMAT.name]
        return at and (panels.wherever(at, CONTEXT, FORMAT)[stands],)

    for exercise in asked:
        page.exercise(exercise, here)


def pose_beside(at: Asked, *asked: Exercise) -> None:
    """The same, next to what they are about; a stage has them at another place."""
    if not ui.presenting():
        pose(at, *asked)


def memory(at: Asked) -> None:
    frames = panels.what_fits(places := panels.wherever(at, *MOVED["memory"]))
    frames = overview.on_stage(places, frames) if ui.presenting() else frames
    ui.headline(frames, *MOVED["memory"], tall=panels.TALL)

    @ui.on_release({knob: knob.options for knob in MOVED["memory"]})
    def below(*stands: str) -> ui.Drawn:
        note(instead(at.home.shape, stands[1], count(stands[0])))
        note(dropped.of_form(places[stands].home) + quality.of_format(places[stands].home.form))
        whether, values = panels.verdict(places[stands])
        page.text(f"verdict: {whether}", **values)
        if printed := panels.against_ollama(places[stands]):
            page.text(f"ollama: {printed[0]}", **printed[1])
        return frames[stands].charts, panels.parts(places[stands])

    offloads = (exercises.OFFLOAD,) if at.machine.main else ()
    pose_beside(at, exercises.WEIGHTS, exercises.HALF, exercises.CONVERSATIONS, exercises.LONGEST, *offloads)
    page.why("about memory")
    pose_beside(at, *exercises.OF_SPEED)


def speed(at: Asked) -> None:
    places = panels.wherever(at, *MOVED["speed"])
    frames = {stands: panels.speed(here) for stands, here in places.items()}
    frames = overview.titled(places, frames) if ui.presenting() else frames
    ui.headline(frames, *MOVED["speed"], tall=panels.TALL)
    pose_beside(at, *exercises.OF_SPEED)

    @ui.on_release({knob: knob.options for knob in MOVED["speed"]})
    def below(*stands: str) -> ui.Drawn:
        note(instead(at.home.shape, stands[1], 0) + dropped.of_form(places[stands].home))
        if (verdict := panels.verdict(places[stands]))[0] != "fits":
            page.text(f"verdict: {verdict[0]}", **verdict[1])
            page.text("no speed")
        page.why("about speed")
        return frames[stands].charts, frames[stands].quantities


def costs(at: Asked) -> None:
    places = panels.wherever(at, *MOVED["quality"])
    if ui.presenting():
        ui.headline(overview.quality_on_stage(places), *MOVED["quality"], tall=panels.TALL)

    @ui.on_release({knob: knob.options for knob in MOVED["quality"]})
    def below(*stands: str) -> ui.Drawn:
        for known, said in quality.said(places[stands].home):
            page.text(f"quality: {known}", **said)
        return quality.ladder(places[stands].home), {}

    page.why("about quality")


def where(at: Asked) -> ui.Drawn:
    other = panels.other_card(at)
    if not other:
        page.text("missing rival", name=at.home.shape.name, other=at.use.other)
    drawn = panels.where_it_wins(at, other) if other else ([], {})
    page.why("about the map")
    return drawn


def other_engines(at: Asked) -> ui.Drawn:
    note(engines.of_flash(at.home))
    drawn = engines.together(at := at._replace(home=engines.without_flash(at.home)))
    for engine, how, values in engines.said(at):
        page.text(f"engine {engine}: {how}", **values)
    page.why("about engines", **engines.how_far_off())
    return drawn


def check(_: Asked | None) -> ui.Drawn:
    found = validation.run_here()
    drawn = validation.against_reality(found)
    if found:
        page.text("too noisy" if validation.noisy(found) else "the gap", **validation.explained(found))
        validation.again()
    page.why("about the check")
    return drawn


PARTS = {"memory": memory, "speed": speed, "quality": costs, "map": where, "engines": other_engines, "check": check}


@ui.lab
def at_home() -> ui.Drawn | None:
    top = st.container()
    page.text("the idea")
    page.why("the two limits")
    page.try_presets()
    with ui.aside("part"):
        part = ui.hand_on("part", ui.choice(PART))
    at = notes = None
    if not (ui.presenting() and part == "check"):  # a stage has room for what runs here, and nothing else
        at, notes = controls.asked(part, top)
    with top:
        page.opens(lambda: one_screen.jar(at, part), lambda: page.nearest(kept.value / 1e9, kept=kept))
        if at and not ui.presenting():
            one_screen.below_the_jar(at, part)
    page.text(f"look: {part}")
    page.about_preset()
    note(notes or [])
    if ui.presenting():
        pose(at, *exercises.EXERCISES)
    return PARTS[part](at) if at or part == "check" else None


def workings() -> None:
    ui.workings(page, panels.RAN[ui.handed("part")], lambda: ui.collected(at_home))


if not ui.presenting():
    ui.lab(workings)
page.end()
