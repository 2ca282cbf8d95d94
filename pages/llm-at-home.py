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
from lessons.ui.llm_at_home.one_screen import apart
from lessons.ui.llm_at_home.places import moved, within_reach
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
        return at and (moved(at, {knob: st.session_state[knob.name] for knob in (CONTEXT, FORMAT)}),)

    for exercise in asked:
        page.exercise(exercise, here)


def pose_beside(at: Asked, *asked: Exercise) -> None:
    """The same, next to what they are about; a stage has them at another place."""
    if not ui.presenting():
        pose(at, *asked)


def memory(at: Asked) -> None:
    places = within_reach(at, "memory")
    frames = panels.what_fits(places, MOVED["memory"])
    one_screen.follow(at, "memory", overview.on_stage(places, frames) if ui.presenting() else frames)

    def fits(here: Asked) -> ui.Drawn:
        note(instead(here.home.shape, here.stop, count(st.session_state[CONTEXT.name])))
        note(dropped.of_form(here.home) + quality.of_format(here.home.form))
        whether, values = panels.verdict(here)
        page.text(f"verdict: {whether}", **values)
        if printed := panels.against_ollama(here):
            page.text(f"ollama: {printed[0]}", **printed[1])
        return panels.what_fits({(): here}, MOVED["memory"])[()].charts, panels.parts(here)

    one_screen.on_move(at, "memory", fits)
    offloads = (exercises.OFFLOAD,) if at.machine.main else ()
    pose_beside(at, exercises.WEIGHTS, exercises.HALF, exercises.CONVERSATIONS, exercises.LONGEST, *offloads)
    page.why("about memory")
    pose_beside(at, *exercises.OF_SPEED)


def speed(at: Asked) -> None:
    places = within_reach(at, "speed")
    frames = {stands: panels.speed(there) for stands, there in places.items()}
    one_screen.follow(at, "speed", overview.titled(places, frames) if ui.presenting() else frames)

    def fast(here: Asked) -> ui.Drawn:
        note(instead(here.home.shape, here.stop, 0) + dropped.of_form(here.home))
        if (verdict := panels.verdict(here))[0] != "fits":
            page.text(f"verdict: {verdict[0]}", **verdict[1])
            page.text("no speed")
        frame = panels.speed(here)
        return frame.charts, frame.quantities

    one_screen.on_move(at, "speed", fast)
    pose_beside(at, *exercises.OF_SPEED)
    page.why("about speed")


def costs(at: Asked) -> None:
    if ui.presenting():
        one_screen.follow(at, "quality", overview.quality_on_stage(within_reach(at, "quality")))

    def loses(here: Asked) -> ui.Drawn:
        for known, said in quality.said(here.home):
            page.text(f"quality: {known}", **said)
        return quality.ladder(here.home), {}

    one_screen.on_move(at, "quality", loses)
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
        page.opens(lambda: one_screen.jar(at, part), lambda: page.nearest(kept.value / 1e9, kept=kept), apart(at))
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
