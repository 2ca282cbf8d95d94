"""Quantization: how many bits does a weight really need?"""

from dataclasses import replace

import streamlit as st

from lessons import charts, models, ui
from lessons.experiment import GRAINS, RANGES, SCHEMES, shipped
from lessons.ui.quantization import charts as quantization_charts
from lessons.ui.quantization.recipe import WIDTHS, Quantizing

BITS = ui.Knob("quantization_bits", "Bits per weight", WIDTHS, default="8")
GRAIN = ui.Knob("quantization_grain", "One scale per", GRAINS, default="tensor")
RANGE = ui.Knob("quantization_range", "Range of the grid", RANGES, default="min-max")
ACTIVATIONS = ui.Knob(
    "quantization_activations", "Bits per activation", ("2", "3", "4", "6", "8", "fp32"), default="fp32"
)
SCHEME = ui.Knob("quantization_scheme", "Grid", SCHEMES, default="symmetric")
GROUP = ui.Knob("quantization_group", "Weights in a group", ("8", "16", "32", "64", "128"), default="32")
IMAGES = ui.Knob(
    "quantization_images", "Pictures to calibrate on", ("1", "3", "10", "30", "100", "300", "1000"), default="100"
)
EPOCHS = ui.Knob("quantization_epochs", "Epochs of fine-tuning", ("0", "1", "2", "5"), default="0")
LAYERS = ui.layer_knobs("quantization", first=1)
NETWORK = ui.network_knob("quantization")
KNOBS = (BITS, GRAIN, RANGE, ACTIVATIONS, SCHEME, GROUP, IMAGES, EPOCHS, *LAYERS.values())

PRESETS = (
    ui.Preset("Five bits", {BITS: "5"}),
    ui.Preset("Two bits", {BITS: "2"}),
    ui.Preset("Break it", {NETWORK: "depthwise", BITS: "4"}),
    ui.Preset("Mend it", {NETWORK: "depthwise", BITS: "4", GRAIN: "channel"}),
    ui.Preset("Clip it", {NETWORK: "depthwise", BITS: "4", RANGE: "percentile"}),
    ui.Preset("Train it on", {BITS: "2", GRAIN: "channel", RANGE: "least-squares", EPOCHS: "2"}),
    ui.Preset("All integers", {BITS: "8", GRAIN: "channel", ACTIVATIONS: "8"}),
)


def chosen() -> tuple[Quantizing, str]:
    """Draw the knobs: how to round, and the layer shown."""
    bits = ui.slider(BITS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        grain, reach, activations = ui.choice(GRAIN), ui.choice(RANGE), ui.choice(ACTIVATIONS)
        with ui.more():
            scheme = ui.choice(SCHEME, matters=bits not in ("1", "fp32"))
            group = ui.choice(GROUP, matters=grain == "group")
            images = ui.choice(IMAGES, matters=activations != "fp32")
            epochs = ui.choice(EPOCHS, matters=(bits, activations) != ("fp32", "fp32"))
            layer = ui.choice(LAYERS[network])
    return Quantizing(bits, grain, reach, activations, scheme, int(group), int(images), int(epochs)), layer


page = ui.begin("quantization", *KNOBS, network=NETWORK, tries=PRESETS, guesses=WIDTHS[:8])
page.text("what a number costs")
baseline = ui.baseline(page)
network = baseline.source.model
other = next(name for name in models.NAMES if name != network)
asked = Quantizing().along(page.asked_about(baseline))
guess = page.predict(lambda: ui.breaking(ui.curve(asked), network=asked["fp32"].source.model))
page.try_presets()


@ui.lab
def lab() -> None:
    now, layer = chosen()
    tuned = ui.tuned({width: now.tuned(baseline, width) for width in WIDTHS})
    points = now.along(baseline)
    runs = points | tuned
    ui.before_and_after(baseline, runs[now.bits])
    before, found = ui.outcomes({"": baseline})[""], ui.outcomes(runs)
    here = ui.curve(points)
    if now.epochs:
        curves = {f"{network}, fine-tuned": ui.curve(tuned), "only rounded": here}
    else:
        there = ui.curve(now.along(shipped(other)))
        curves = {f"{network}, in use": here, f"{other}, as shipped": there}
    page.about_preset()
    ui.tune(now.tuned(baseline, now.bits), [now.tuned(baseline, width) for width in ("1", "2", "3", "4")])
    said = guess if points == asked and not now.epochs else None
    sweep = charts.accuracy_sweep("bits per weight", curves, before and before.measurement, said, WIDTHS)
    ui.headline(ui.shrunk_frames(before, found), BITS, sweep=sweep)
    page.text("about the sweep")

    @ui.on_release({BITS: [] if now.epochs else [width for width in WIDTHS[1:-1] if found[width]]})
    def below(bits: str) -> ui.Drawn:
        if ui.presenting():
            return [], {}
        run, after = runs[bits], found[bits]
        figures = [sweep, *(ui.recovery(run) if run.trainings else [])]
        if before and after:
            view = after.layers[layer]
            weights = quantization_charts.on_grid(f"weights of {layer}{view.part and f', {view.part}'}", view.weights)
            figures += [weights, quantization_charts.on_grid(f"numbers that flow into {layer}", view.inputs)]
            ui.row("histogram", *figures[-2:])
            page.text("about the histograms")
        return figures, {}

    def shown() -> ui.ShrunkModel:
        bits = st.session_state[BITS.name]
        pair = before and found[bits] and (before, found[bits])
        return ui.ShrunkModel(runs[bits], pair, replace(now, bits=bits).techniques)

    if not ui.presenting():
        ui.details(page, shown, lambda: ui.figures_of("lab"))


page.end()
