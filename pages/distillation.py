"""Distillation: a large network teaches a small one."""

import streamlit as st

from lessons import charts, ui
from lessons.data import fashion_mnist
from lessons.estimate import training_break_even as cost
from lessons.experiment import LOSSES, FineTune
from lessons.jobs import ask
from lessons.measure.training_cost import training_costs
from lessons.ui.distillation import charts as distillation_charts
from lessons.ui.distillation import race as race_panel
from lessons.ui.distillation.race import finishes, survey
from lessons.ui.distillation.recipe import ALPHAS, STUDENTS, TEACHERS, TEMPERATURES, Distilling, shrunk
from lessons.ui.distillation.teacher import meet

HEATS = 5  # seeds one can race from
WARMTHS = ("0.1", "0.5", "1", "2", "4", "8", "20", "100")
SHOWN = ("0.1", "0.2", "0.3", "0.5", "0.7", "1", "1.5", "2", "3", "4", "6", "8", "12", "20", "30", "50", "100")
COUNTS = ("0", "1", "50", "200", "500", "2,000", "5,000", "20,000")
TEACHER = ui.Knob("distillation_teacher", "Teacher", tuple(TEACHERS), "large")
PICTURE = ui.Knob("distillation_picture", "Test picture", tuple(map(str, range(1, 25))), "5")
SHOWN_AT = ui.Knob("distillation_shown_at", "Temperature of what is shown", SHOWN, "1")
SIZE = ui.Knob("distillation_student", "Student (parameters)", tuple(STUDENTS), "3,206")
LABELLED = ui.Knob("distillation_labelled", "Labelled pictures", COUNTS, "500")
UNLABELLED = ui.Knob("distillation_unlabelled", "Unlabelled pictures", ("0", "500", "2,000", "20,000"), "0")
TEMPERATURE = ui.Knob("distillation_temperature", "Temperature", WARMTHS, "4")
ALPHA = ui.Knob("distillation_alpha", "α, the teacher's share", ("0", "0.3", "0.6", "0.9", "1"), "0.9")
EPOCHS = ui.Knob("distillation_epochs", "Epochs", ("1", "2", "5", "10"), "5")
LOSS = ui.Knob("distillation_loss", "Learns from", LOSSES, "kl")
BITS = ui.Knob("distillation_bits", "Bits per weight", ("1", "2", "4", "8", "fp32"), "fp32")
WITHHELD = ui.Knob("distillation_withheld", "Class never shown", fashion_mnist.CLASSES, "Trouser")
KNOBS = (SIZE, LABELLED, UNLABELLED, TEMPERATURE, ALPHA, EPOCHS, LOSS, BITS, TEACHER, PICTURE, SHOWN_AT, WITHHELD)
PRESETS = (
    ui.Preset("Fifty labels", {LABELLED: "50"}),
    ui.Preset("Pictures without labels", {LABELLED: "50", UNLABELLED: "20,000"}),
    ui.Preset("No label at all", {LABELLED: "0", ALPHA: "1", UNLABELLED: "20,000"}),
    ui.Preset("All labels", {LABELLED: "20,000"}),
    ui.Preset("Itself as teacher", {TEACHER: "itself"}),
    ui.Preset("Three small teachers", {TEACHER: "three trained here"}),
    ui.Preset("Two bits", {SIZE: "8,706", BITS: "2"}),
)

page = ui.begin("distillation", *KNOBS, tries=PRESETS, guesses=("−2", "0", "+2", "+5", "+10"))
page.text("the teacher")
with page.aside("Teacher"):
    by = ui.choice(TEACHER)
first, right = Distilling(teacher=by, labelled=500), fashion_mnist.test_labels()


def teacher() -> ui.Drawn:
    drawn = meet(first.teachers(), PICTURE, SHOWN_AT)
    page.text("about the teacher")
    return drawn


if not ui.presenting():
    ui.lab(teacher)
heats_of = lambda how: [how.runners(seed) for seed in range(HEATS)]
asked = page.asked_about(first)
page.predict(lambda: page.nearest(points := distillation_charts.gained(finishes(heats_of(asked))), points=points))
page.try_presets()


def race() -> ui.Drawn:
    labelled = ui.slider(LABELLED)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size, temperature, unlabelled = ui.choice(SIZE), ui.choice(TEMPERATURE), ui.choice(UNLABELLED)
        with ui.more():
            alpha, loss, epochs, bits = ui.choice(ALPHA), ui.choice(LOSS), ui.choice(EPOCHS), ui.choice(BITS)
    how = Distilling.chosen(size, by, labelled, unlabelled, temperature, alpha, epochs, loss, bits)
    ui.hand_on("how", how)
    page.about_preset()
    heats = heats_of(how)
    if not heats[0]:
        page.text("nothing to learn from")
        return [], {}
    figures = race_panel.race(heats)
    if how.labelled in (0, 1):
        page.text("no labels" if how.labelled == 0 else "one label")
    if how.temperature in (0.1, 100):
        page.text("coldest" if how.temperature < 1 else "hottest")
    if how.alpha == 0:
        page.text("the teacher has no say")
    return figures, {}


def bargain() -> ui.Drawn:
    page.text("the bargain")
    how = ui.handed("how")
    known = how.teachers() if how.runners(0) else []
    layers = [ui.answer(ask.count, model) for model in (how.model, *(each.source.model for each in known))]
    if not known or not all(layers):
        return [], {}
    found = cost.multiplications(*layers)
    students, teachers = ui.curve(ui.tuned(how.runners(0))), ui.curve(ui.tuned(dict(enumerate(known))))
    if len(teachers) < len(known) or not (students.get("taught") and all((*students.values(), *teachers.values()))):
        ui.numbers(found)
        page.text("race first")
        return [], found
    others = shrunk(known[0])
    families = {name: ui.curve(points) for name, points in others.items()}
    if at := cost.within(families["teacher, pruned"], students["taught"]):
        tuned = others["teacher, pruned"][at] | FineTune(2)
        ui.tune(tuned, does="Fine-tune the pruned teacher")
        families["teacher, fine-tuned"] = ui.curve(ui.tuned({at: tuned}))
    figures = distillation_charts.bargain(families, students)
    macs = sum(layer.total for layer in training_costs(layers[0]))
    found |= cost.taught_student(students["taught"], list(teachers.values()), macs, how.seen, how.heard)
    ui.numbers(found)
    ui.row("bargain", *figures[:2])
    ui.row("same bytes", figures[2])
    page.text("about the bargain")
    return figures, found


def never_shown() -> ui.Drawn:
    page.text("never shown")
    label = fashion_mnist.CLASSES.index(ui.pick(WITHHELD))
    how = Distilling("cnn-8x3", withheld=label)
    figures = race_panel.race([how.runners(0)], "never shown")
    measured = ui.curve(ui.tuned(how.put_right(0)))
    if len(measured) == 4 and all(measured.values()):
        figures += [distillation_charts.recalls(measured, label, right), distillation_charts.accuracies(measured)]
        ui.row("recalls", *figures[-2:])
        page.text("about never shown")
    return figures, {}


def both() -> ui.Drawn:
    page.text("the map")
    how = ui.handed("how")
    found = survey("map", "Measure the map", how.map())
    here = ui.curve(ui.tuned(how.runners(0))).get("taught")
    figure = charts.surface(found, ALPHAS, TEMPERATURES, here and (how.alpha, how.temperature, here["accuracy"].value))
    ui.surface(figure, "surface")
    return [figure], {}


def workings() -> None:
    how, runners = ui.handed("how"), ui.handed("how").runners(0)
    figures, found = ui.collected(teacher, race, bargain, never_shown, both)
    taught, done = runners.get("taught"), runners and len(ui.tuned(runners)) == len(runners)
    pair = ui.before_and_after(runners.get("alone", taught), taught) if done else None
    ui.details(page, lambda: ui.ShrunkModel(taught, pair, how.techniques), lambda: figures, found)


ui.lab(race)
if ui.presenting():
    st.stop()
for part in (bargain, never_shown, both):
    ui.lab(part)
ui.lab(workings)
page.end()
