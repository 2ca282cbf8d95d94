"""A language model one can shrink: what is left of what it writes?"""

import streamlit as st

from lessons import ui
from lessons.recorded import writing
from lessons.text import sections
from lessons.ui.language_model import chat, exercises, first_picture, inspector, measurements, model_picker, shrunk
from lessons.ui.language_model.export import as_gguf
from lessons.ui.language_model.knobs import GUESSES, KNOBS, PART, PRESETS, READ_BITS
from lessons.ui.language_model.model_picker import MODEL, REAL, Writer
from lessons.ui.language_model.quiz import quizzed
from lessons.ui.language_model.recipe import KEPT, Shrinking
from lessons.ui.language_model.shrink_knobs import BITS, bits_standing, factorized
from lessons.ui.language_model.students import bargain
from lessons.ui.language_model.text_panels import HEAT, read_and_write
from lessons.ui.language_model.training import learning, to_learn

WORDS = sections("language-model")
page = ui.begin("language-model", *KNOBS, tries=PRESETS, guesses=GUESSES)


def opening() -> None:
    ui.hand_on("bits", ui.slider(BITS, fixed=KEPT if ui.handed("factorized") else None))
    writes = lambda: ui.sentences(first_picture.frames(bool(page.guess)), BITS)
    page.opens(writes, lambda: ui.Found(first_picture.doubles()))


def model() -> None:
    with st.container(border=True, key="writer"):
        ui.hand_on("writer", model_picker.writer(ui.choice(MODEL)))


def inside() -> ui.Drawn:
    page.text("inside")
    page.about_preset()
    drawn, seen = inspector.inside(ui.handed("writer"))
    if not seen:
        return drawn
    page.text("about the heads")
    page.exercise(exercises.EARLIER, lambda: (seen,))
    page.exercise(exercises.SOFTMAX, lambda: (seen, exercises.temperature(st.session_state[HEAT.name])))
    page.exercise(exercises.HOTTEST, lambda: (seen,))
    if not ui.presenting():
        ui.row("cache", drawn[0][-1])
        page.text("about the cache")
    page.exercise(exercises.OVERTAKES, lambda: (seen,))
    return drawn


def train() -> ui.Drawn:
    page.text("train")
    page.about_preset()
    source = to_learn()
    figures, found = learning(source)
    page.text("about training")
    page.why("teacher and student")
    compared, _ = bargain(source.corpus)
    if compared:
        page.text("about the bargain")
    return [*figures, *compared], found


def shrink() -> ui.Drawn:
    page.text("shrink")
    writer: Writer = ui.handed("writer")
    how, bits, run = shrunk.chosen(writer)
    page.about_preset()
    now = run and shrunk.outcome(writer, how, bits, run)[bits]
    if not now:
        return [], {}
    ui.keeps(page.lesson, lambda: measurements.known_of(writer, run))
    ui.sure(WORDS["tile: perplexity"], now.quantities["Perplexity"])
    page.text("about perplexity")
    page.why("the sizes", **writing.published_and_all())
    return now.charts, now.quantities


def damage() -> ui.Drawn:
    page.text("the damage")
    writer: Writer = ui.handed("writer")
    *_, run = shrunk.chosen(writer, folded=True)
    page.about_preset()
    found = read_and_write(writer, run, inspector.text(writer)) if run and writer.ready else {}
    if found:
        page.text("about the damage")
    return [], found


def talk() -> ui.Drawn:
    page.text("talk")
    writer, (how, bits, run) = ui.handed("writer"), ui.handed("now")
    if writer.name == REAL and writer.ready and run:
        chat.talk(run, how.named(bits), 0.5, 0)
    return [], {}


def quiz() -> ui.Drawn:
    writer, run = ui.handed("writer"), ui.handed("now")[-1]
    if run:
        page.text("quiz")
    return [], quizzed(writer, run) if run else {}


def outliers() -> ui.Drawn:
    page.text("outliers")
    page.about_preset()
    found = inspector.flow(ui.handed("writer"))
    page.text("about the outliers")
    return found


def time() -> ui.Drawn:
    page.text("time")
    page.about_preset()
    found = inspector.pace(ui.handed("writer"), ui.handed("bits"))
    page.text("about the time")
    return found


def workings() -> None:
    writer: Writer = ui.handed("writer")
    how, bits, run = ui.handed("now") if part in ("shrink", "read") else (Shrinking(), KEPT, writer.model)
    ran = inspector.RAN.get(part) or how.techniques(bits)
    ui.workings(page, ran, lambda: ui.collected(*PARTS[part]), lambda: as_gguf(writer, run))


PARTS = {
    "inside": [inside],
    "train": [train],
    "shrink": [shrink, quiz],
    "read": [damage, talk],
    "outliers": [outliers],
    "time": [time],
}
ui.hand_on("factorized", factorized())
ui.hand_on("bits", bits_standing())
top = st.container()
with ui.aside("part"):
    ui.lab(model)
    part = "inside" if page.shows(*exercises.OF_ITS_INSIDE) else ui.choice(PART)
if not ui.presenting() or ui.asking() or part in READ_BITS:
    with top:
        ui.lab(opening)
        page.text("the idea")
        page.why("what a language model does")
        page.try_presets()
with top:
    for exercise in exercises.OF_ROUNDING:
        page.exercise(exercise, lambda: exercises.rounded(ui.handed("bits")))
if not ui.handed("writer").ready and part not in ("train", "shrink"):
    st.markdown(WORDS["load first: stage"]) if ui.presenting() else page.text("load first")
for draw in PARTS[part][: 1 if ui.presenting() else None]:
    ui.lab(draw)
if not ui.presenting():
    ui.lab(workings)
page.end()
