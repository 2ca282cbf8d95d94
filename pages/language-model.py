"""A language model one can shrink: what is left of what it writes?"""

import streamlit as st

from lessons import charts, ui
from lessons.recipes.writing import KEPT, WIDTHS, Shrinking
from lessons.recorded import writing
from lessons.ui import opened
from lessons.ui.shrinking import BITS, GRAIN, MATRICES, METHOD, PRUNED

PART = ui.Knob("language_part", "Look at", ("inside", "train", "shrink", "read", "outliers", "time"), "inside")
MODEL = ui.language_model("language")
SHRINK, ON_REAL = {PART: "shrink"}, {PART: "shrink", MODEL: ui.REAL}
PRESETS = (
    ui.Preset("Eight bits", {**SHRINK, BITS: "8"}),
    ui.Preset("Break it", {PART: "read", BITS: "2"}),
    ui.Preset("One ruler for all", {**ON_REAL, GRAIN: "tensor"}),
    ui.Preset("Groups of 32", {**ON_REAL, GRAIN: "group"}),
    ui.Preset("GPTQ", {**ON_REAL, BITS: "3", GRAIN: "group", METHOD: "gptq", MATRICES: writing.LAYERS}),
    ui.Preset("Half the weights", {**ON_REAL, BITS: KEPT, PRUNED: "50"}),
    ui.Preset("A giant among numbers", {PART: "outliers", MODEL: ui.REAL}),
)
TILES = {"Perplexity": "perplexity", "Moved (KL)": "kl", "File": "packed", "Energy a token": "energy_45nm"}

page = ui.begin("language-model", PART, MODEL, *opened.LOOKS, *ui.LEARNS, *ui.SHRINKS, tries=PRESETS, guesses=WIDTHS)
page.text("what it does")
page.predict(lambda: (at := ui.doubling(Shrinking())) and ui.Found(at))
page.try_presets()


def model() -> None:
    with st.container(border=True, key="writer"):
        ui.hand_on("writer", ui.writer(ui.choice(MODEL)))


def inside() -> ui.Drawn:
    page.text("inside")
    page.about_preset()
    figures, found = opened.inside(ui.handed("writer"))
    if figures and not ui.presenting():
        page.text("about the heads")
        ui.row("cache", figures[-1])
        page.text("about the cache")
    return figures, found


def train() -> ui.Drawn:
    page.text("train")
    page.about_preset()
    source = ui.to_learn()
    figures, found = ui.learning(source)
    page.text("about training")
    compared, _ = ui.bargain(source.corpus)
    if compared:
        page.text("about the bargain")
    return [*figures, *compared], found


def shrink() -> ui.Drawn:
    page.text("shrink")
    writer: ui.Writer = ui.handed("writer")
    how, _, run = ui.hand_on("now", ui.shrinking(writer.model))
    page.about_preset()
    if run is None:
        return [], {}
    before, after = ui.pair(writer, run)
    plain = how == Shrinking(how.grain)  # else the other grains show where somebody has looked at them
    curves = ui.curves(writer, how.curves(writer.model), None if plain else 1)
    figure = charts.damage(curves, before, after, writer.token)
    numbers, picture = ui.beside()
    with numbers:
        found = ui.changes(before, after, TILES) if before and after else {}
        if found:
            ui.sure("Perplexity", found["Perplexity"])
    if before:
        with picture:
            ui.row("damage", figure, tall=480)
    page.text("about the sizes", **writing.published_and_all())
    return [figure], found


def damage() -> ui.Drawn:
    page.text("the damage")
    writer: ui.Writer = ui.handed("writer")
    *_, run = ui.hand_on("now", ui.shrinking(writer.model))
    page.about_preset()
    found = ui.read_and_write(writer, run, opened.text(writer)) if run and writer.ready else {}
    if found:
        page.text("about the damage")
    return [], found


def talk() -> ui.Drawn:
    page.text("talk")
    writer, (how, bits, run) = ui.handed("writer"), ui.handed("now")
    if writer.name == ui.REAL and writer.ready and run:
        ui.talk(run, how.named(bits), 0.5, 0)
    return [], {}


def quiz() -> ui.Drawn:
    writer, run = ui.handed("writer"), ui.handed("now")[-1]
    if run:
        page.text("quiz")
    return [], ui.quizzed(writer, run) if run else {}


def outliers() -> ui.Drawn:
    page.text("outliers")
    page.about_preset()
    found = opened.flow(ui.handed("writer"))
    page.text("about the outliers")
    return found


def time() -> ui.Drawn:
    page.text("time")
    page.about_preset()
    found = opened.pace(ui.handed("writer"))
    page.text("about the time")
    return found


def workings() -> None:
    writer: ui.Writer = ui.handed("writer")
    how, bits, run = ui.handed("now") if part in ("shrink", "read") else (Shrinking(), KEPT, writer.model)
    ran = opened.RAN.get(part) or how.techniques(bits)
    figures, found = ui.collected(*PARTS[part])
    ui.workings(page, ran, figures, found, lambda: ui.as_gguf(writer, run))


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
