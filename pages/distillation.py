"""Distillation: a large network teaches a small one."""

import streamlit as st

from lessons import charts, ui
from lessons.data import fashion_mnist
from lessons.estimate import training_break_even as cost
from lessons.jobs import ask
from lessons.measure.training_cost import training_costs
from lessons.text import sections
from lessons.ui.distillation import bargain as bargain_panel
from lessons.ui.distillation import bargain_charts, places, race_charts, share_bars
from lessons.ui.distillation import race as race_panel
from lessons.ui.distillation.headline import frames, heats_of
from lessons.ui.distillation.knobs import (
    ALPHA,
    BITS,
    EPOCHS,
    GUESSES,
    KNOBS,
    LABELLED,
    LOSS,
    PART,
    PRESETS,
    SIZE,
    TEACHER,
    TEMPERATURE,
    UNLABELLED,
    WITHHELD,
    without,
)
from lessons.ui.distillation.race import finishes, survey, taught
from lessons.ui.distillation.recipe import ALPHAS, TEMPERATURES, Distilling
from lessons.ui.distillation.teacher import meet, one_image

WORDS = sections("distillation")

page = ui.begin("distillation", *KNOBS, tries=PRESETS, guesses=GUESSES)
top = st.container()
page.try_presets()
left, right = st.columns([6, 1], vertical_alignment="bottom")
with left, ui.aside(PART.name):
    part = ui.choice(PART)
with right, ui.more(WORDS["teacher"]):
    by = ui.choice(TEACHER)
first, right = Distilling(teacher=by, labelled=500), fashion_mnist.test_labels()
asked = page.asked_about(first)
ahead = lambda: page.nearest(points := race_charts.gained(finishes(heats_of(asked))), points=points)


def teacher() -> ui.Drawn:
    one_image(first, lambda draw: page.opens(draw, ahead), lambda: page.text("the idea"))
    page.why("the loss")
    places.pose(page, first, places.IMAGE)
    return meet(first.teachers(), lambda: page.text("about the teacher"))


if not ui.presenting() or ui.asking():
    with top:
        ui.lab(teacher)


def race() -> ui.Drawn | None:
    if part == "never shown":  # which has students of its own
        page.about_preset()
        ui.hand_on("how", first)
        return [], {}
    left, right = st.columns([6, 1], vertical_alignment="bottom")
    with left:
        stands = ui.sliders(LABELLED, SIZE)[::-1]
    with right, ui.more():
        unlabelled, temperature, alpha = ui.choice(UNLABELLED), ui.choice(TEMPERATURE), ui.choice(ALPHA)
        loss, epochs, bits = ui.choice(LOSS), ui.choice(EPOCHS), ui.choice(BITS)

    def chosen(size: str, labelled: str) -> Distilling:
        return Distilling.chosen(size, by, labelled, unlabelled, temperature, alpha, epochs, loss, bits)

    page.about_preset()
    if part != "race":
        ui.hand_on("how", chosen(*stands))
        return [], {}
    known, heats = frames(chosen(*stands)), heats_of(chosen(*stands))
    if not (ui.presenting() and ui.training(runner for heat in heats for runner in heat.values())):
        ui.headline(known, SIZE, LABELLED, tall=race_panel.TALL, missing=WORDS["not raced"])  # a stage has room for one

    def below(*stands: str) -> ui.Drawn:
        how = ui.hand_on("how", chosen(*stands))
        heats, now = heats_of(how), known[stands]
        if not heats[0]:
            page.text("nothing to learn from")
            return [], {}
        figures = race_panel.race(heats)
        ui.keeps(page.lesson, lambda: taught(how))
        if how.labelled in (0, 1):
            page.text("no labels" if how.labelled == 0 else "one label")
        if how.temperature in (0.1, 100):
            page.text("coldest" if how.temperature < 1 else "hottest")
        if how.alpha == 0:
            page.text("the teacher has no say")
        return ([*now.charts, *figures], now.quantities) if now else (figures, {})

    places.pose(page, first, places.RACE)
    if ui.presenting():  # where a race that begins takes the headline's place
        return below(*stands)
    ui.on_release({SIZE: SIZE.options, LABELLED: LABELLED.options})(below)
    return None


def bargain() -> ui.Drawn:
    page.text("the bargain")
    how = ui.handed("how")
    known = how.teachers() if how.runners(0) else []
    layers = [ui.answer(ask.count, model) for model in (how.model, *(each.source.model for each in known))]
    if not known or not all(layers):
        return [], {}
    found = cost.multiplications(*layers)
    students, teachers = ui.known(how.runners(0)), ui.known(dict(enumerate(known)))
    if len(teachers) < len(known) or not (students.get("taught") and all((*students.values(), *teachers.values()))):
        ui.numbers(found)
        if "taught" not in students:
            page.text("race first")
        return [], found
    figures = bargain_charts.bargain(bargain_panel.families(known[0], students["taught"]), students)
    macs = sum(layer.total for layer in training_costs(layers[0]))
    found |= cost.taught_student(students["taught"], list(teachers.values()), macs, how.seen, how.heard)
    if not ui.presenting():
        ui.numbers(found)
    bargain_panel.draw(figures)
    page.text("about the bargain")
    return figures, found


def never_shown() -> ui.Drawn:
    page.text("never shown")
    label = fashion_mnist.CLASSES.index(ui.pick(WITHHELD))
    how = without(label)
    figures = race_panel.race([how.runners(0)], "never shown")
    measured = ui.known(how.put_right(0))
    if len(measured) == 4 and all(measured.values()):
        figures += [share_bars.recalls(measured, label, right), share_bars.accuracies(measured)]
        ui.row("recalls", *figures[-2:], tall=race_panel.TALL)
        page.text("about never shown")
    return figures, {}


def both() -> ui.Drawn:
    page.text("the map")
    how = ui.handed("how")
    found = survey("map", WORDS["measure the map"], how.map())
    here = ui.known(how.runners(0)).get("taught")
    figure = charts.surface(found, ALPHAS, TEMPERATURES, here and (how.alpha, how.temperature, here["accuracy"].value))
    ui.surface(figure, "surface")
    return [figure], {}


def workings() -> None:
    def now() -> ui.ShrunkModel:
        how, runners = ui.handed("how"), ui.handed("how").runners(0)
        taught, done = runners.get("taught"), runners and len(ui.tuned(runners)) == len(runners)
        pair = ui.before_and_after(runners.get("alone", taught), taught) if done else None
        return ui.ShrunkModel(taught, pair, how.techniques)

    ui.details(page, now, lambda: ui.collected(teacher, more.get(part, race)))


more = {"bargain": bargain, "never shown": never_shown, "map": both}
ui.lab(race)
if part in more:
    ui.lab(more[part])
places.pose(page, first, places.USE)
if ui.presenting():
    st.stop()
ui.lab(workings)
page.end()
