"""Quantization: how many bits does a weight really need?"""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons import charts, models, ui
from lessons.experiment import GRAINS, RANGES, Quantize, QuantizeActivations, shipped
from lessons.quantity import Measurement
from lessons.text import sections
from lessons.ui.quantization import charts as quantization_charts
from lessons.ui.quantization import exercises, first_picture
from lessons.ui.quantization.knobs import (
    ACTIVATIONS,
    BITS,
    EPOCHS,
    GRAIN,
    GROUP,
    GUESSES,
    IMAGES,
    KNOBS,
    LAYERS,
    NETWORK,
    PRESETS,
    RANGE,
    SCHEME,
)
from lessons.ui.quantization.recipe import WIDTHS, Quantizing
from lessons.ui.quantization.recorded import TUNED


def chosen(top: DeltaGenerator) -> tuple[Quantizing, str]:
    """Draw the knobs: the main slider at the `top`, how to round, and the layer shown."""
    with top:
        bits = ui.slider(BITS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        grain, activations = ui.choice(GRAIN), ui.choice(ACTIVATIONS)
        with ui.more():
            reach = ui.choice(RANGE, matters=(bits, activations) not in (("1", "fp32"), ("fp32", "fp32")))
            scheme = ui.choice(SCHEME, matters=bits not in ("1", "fp32"))
            group = ui.choice(GROUP, matters=grain == "group")
            images = ui.choice(IMAGES, matters=activations != "fp32")
            epochs = ui.choice(EPOCHS, matters=(bits, activations) != ("fp32", "fp32"))
            layer = ui.choice(LAYERS[network])
    return Quantizing(bits, grain, reach, activations, scheme, int(group), int(images), int(epochs)), layer


WORDS = sections("quantization")
page = ui.begin("quantization", *KNOBS, network=NETWORK, tries=PRESETS, guesses=GUESSES)
baseline = ui.baseline(page, Quantize(), QuantizeActivations())
network = baseline.source.model
other = next(name for name in models.NAMES if name != network)
asked = Quantizing().along(page.asked_about(baseline))
breaks = lambda: ui.breaking(ui.curve(asked), network=asked["fp32"].source.model)


def compared(now: Quantizing, before: Measurement | None) -> list[charts.Chart]:
    """Draw the granularities and the ranges beside each other, all else as it is `now`, without fine-tuning."""
    page.text("side by side")
    each = {name: now.by(name, options, baseline) for name, options in (("grain", GRAINS), ("range", RANGES))}
    measured = {name: {way: ui.curve(points) for way, points in ways.items()} for name, ways in each.items()}
    figures = [
        quantization_charts.compared(WORDS("grain: title", group=now.group), measured["grain"], before, sizes=True),
        quantization_charts.compared(WORDS["range"], measured["range"], before),
    ]
    ui.row("compared", *figures)
    return figures


@ui.lab
def lab() -> None:
    top = st.container()
    page.text("the idea")
    page.why("the formula")
    page.try_presets()
    now, layer = chosen(top)
    points, wanted = now.along(baseline), {width: now.tuned(baseline, width) for width in WIDTHS}
    tuned = ui.known_outcomes(wanted)
    with top:
        page.opens(lambda: ui.picture(first_picture.frames(points, layer), BITS), breaks)
    runs = points | {width: wanted[width] for width in tuned}
    ui.before_and_after(baseline, runs[now.bits] if ui.tuned({"": runs[now.bits]}) else points[now.bits])
    before, found = ui.outcomes({"": baseline})[""], ui.outcomes(points) | tuned
    here = ui.curve(points)
    if now.epochs:
        curves = {WORDS("fine-tuned", network=network): ui.measurements(tuned), WORDS["only rounded"]: here}
    else:
        there = ui.curve(now.along(shipped(other)))
        curves = {WORDS("in use", network=network): here, WORDS("as shipped", network=other): there}
    page.about_preset()
    ui.tune(now.tuned(baseline, now.bits), [now.tuned(baseline, width) for width in TUNED])
    said = page.guess if points == asked and not now.epochs else None
    sweep = charts.accuracy_sweep(WORDS["bits: axis"], curves, before and before.measurement, said, WIDTHS)
    if now.activations != "fp32":
        page.text("all integers")
    ui.headline(ui.shrunk_frames(before, found), BITS, sweep=sweep)
    ui.keeps(page.lesson, lambda: ui.measured_at(st.session_state[BITS.name], runs, found, before))
    page.text("about the sweep")
    measured = ui.measurements(found)
    bits = lambda: exercises.bits_of(st.session_state[BITS.name])
    seen = lambda: first_picture.seen(points, layer)[0]
    page.exercise(exercises.LEVELS, lambda: (bits(),))
    page.exercise(exercises.ZEROS, lambda: (weights := seen()) and (weights,))
    page.exercise(exercises.SMALLEST, lambda: ui.all_known(measured))
    ways = [] if ui.presenting() else compared(now, before and before.measurement)
    page.exercise(exercises.FILE, lambda: (known := ui.all_known(measured)) and (*known, now.grain, now.group))
    page.exercise(exercises.GROUPS, lambda: (exercises.FEW_BITS, now.group))
    page.exercise(exercises.ONE_BIT, lambda: exercises.weights_of(seen()))

    @ui.on_release({BITS: [] if now.epochs else [width for width in WIDTHS[1:-1] if found[width]]})
    def below(bits: str) -> ui.Drawn:
        if ui.presenting():
            return [], {}
        run, after = runs[bits], found[bits]
        figures = [sweep, *ways, *(ui.recovery(run) if run.trainings else [])]
        if before and after and before.whole and after.whole:
            view = after.layers[layer]
            part = WORDS("part of", layer=layer, part=view.part) if view.part else layer
            figures.append(quantization_charts.on_grid(WORDS("weights of", layer=part), view.weights))
            figures.append(quantization_charts.on_grid(WORDS("numbers into", layer=layer), view.inputs))
            ui.row("histogram", *figures[-2:])
            page.text("about the histograms")
        return figures, {}

    page.exercise(exercises.CODES, lambda: exercises.weights_of(seen()))
    page.exercise(exercises.ENERGY, lambda: ui.all_known(ui.curve(now.weights_alone(baseline, ("8", "16", "fp32")))))

    def shown() -> ui.ShrunkModel:
        bits = st.session_state[BITS.name]
        pair = ui.both_whole(before, found[bits])
        return ui.ShrunkModel(runs[bits], pair, replace(now, bits=bits).techniques)

    if not ui.presenting():
        ui.details(page, shown, lambda: (ui.figures_of("lab"), {}))


page.end()
