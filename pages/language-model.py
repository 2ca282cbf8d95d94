"""A language model one can shrink: what is left of what it writes?"""

import streamlit as st

from lessons import ui
from lessons.recorded import writing
from lessons.ui.language_model import chat, damage_charts, inspector, measurements, model_picker
from lessons.ui.language_model.export import as_gguf
from lessons.ui.language_model.knobs import BITS, GRAIN, MATRICES, METHOD, PRUNED, SHRINKS, shrinking
from lessons.ui.language_model.model_picker import MODEL, REAL, Writer
from lessons.ui.language_model.quiz import quizzed
from lessons.ui.language_model.recipe import KEPT, WIDTHS, Shrinking
from lessons.ui.language_model.students import bargain
from lessons.ui.language_model.text_panels import read_and_write
from lessons.ui.language_model.training import LEARNS, learning, to_learn

PART = ui.Knob("language_part", "Look at", ("inside", "train", "shrink", "read", "outliers", "time"), "inside")
SHRINK, ON_REAL = {PART: "shrink"}, {PART: "shrink", MODEL: REAL}
PRESETS = (
    ui.Preset("Eight bits", {**SHRINK, BITS: "8"}),
    ui.Preset("Break it", {PART: "read", BITS: "2"}),
    ui.Preset("One ruler for all", {**ON_REAL, GRAIN: "tensor"}),
    ui.Preset("Groups of 32", {**ON_REAL, GRAIN: "group"}),
    ui.Preset("GPTQ", {**ON_REAL, BITS: "3", GRAIN: "group", METHOD: "gptq", MATRICES: writing.LAYERS}),
    ui.Preset("Half the weights", {**ON_REAL, BITS: KEPT, PRUNED: "50"}),
    ui.Preset("A giant among numbers", {PART: "outliers", MODEL: REAL}),
)
TILES = {"Perplexity": "perplexity", "Moved (KL)": "kl", "File": "packed", "Energy a token": "energy_45nm"}

page = ui.begin("language-model", PART, MODEL, *inspector.LOOKS, *LEARNS, *SHRINKS, tries=PRESETS, guesses=WIDTHS)
page.text("what it does")
page.predict(lambda: (at := measurements.doubling(Shrinking())) and ui.Found(at))
page.try_presets()


def model() -> None:
    with st.container(border=True, key="writer"):
        ui.hand_on("writer", model_picker.writer(ui.choice(MODEL)))


def inside() -> ui.Drawn:
    page.text("inside")
    page.about_preset()
    figures, found = inspector.inside(ui.handed("writer"))
    if figures and not ui.presenting():
        page.text("about the heads")
        ui.row("cache", figures[-1])
        page.text("about the cache")
    return figures, found


def train() -> ui.Drawn:
    page.text("train")
    page.about_preset()
    source = to_learn()
    figures, found = learning(source)
    page.text("about training")
    compared, _ = bargain(source.corpus)
    if compared:
        page.text("about the bargain")
    return [*figures, *compared], found


def shrink() -> ui.Drawn:
    page.text("shrink")
    writer: Writer = ui.handed("writer")
    how, bits, run = ui.hand_on("now", shrinking(writer.model))
    page.about_preset()
    if run is None:
        return [], {}
    before, after = measurements.pair(writer, run)
    plain = how == Shrinking(how.grain)  # else the other grains show where somebody has looked at them
    curves = measurements.curves(writer, how.curves(writer.model), None if plain else 1)
    each = measurements.curves(writer, {"": how.at_each(writer.model)}, place="positions")[""] | {bits: after}
    frame = lambda now: ui.Frame(
        ui.compared(before, now, TILES), [damage_charts.damage(curves, before, now, writer.token)]
    )
    frames = {at: frame(each[at]) if before and each.get(at) else None for at in BITS.options}
    ui.headline(frames, BITS, tall=480)
    if not frames[bits]:
        return [], {}
    ui.sure("Perplexity", frames[bits].quantities["Perplexity"])
    page.text("about the sizes", **writing.published_and_all())
    return frames[bits].charts, frames[bits].quantities


def damage() -> ui.Drawn:
    page.text("the damage")
    writer: Writer = ui.handed("writer")
    *_, run = ui.hand_on("now", shrinking(writer.model))
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
    found = inspector.pace(ui.handed("writer"))
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
with page.aside("Model, part"):
    ui.lab(model)
    part = ui.choice(PART)
if not ui.handed("writer").ready and part not in ("train", "shrink"):
    page.text("load first")
for draw in PARTS[part][: 1 if ui.presenting() else None]:
    ui.lab(draw)
if not ui.presenting():
    ui.lab(workings)
page.end()
