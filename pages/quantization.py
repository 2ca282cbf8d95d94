"""Quantization: how many bits does a weight really need?"""

import streamlit as st

from lessons import charts, models, ui
from lessons.experiment import GRAINS, RANGES, SCHEMES, Experiment, FineTune, Quantize, QuantizeActivations, shipped
from lessons.shrink import activations as rounding
from lessons.shrink import grid, quantize, ranges, through

WIDTHS = (*map(str, range(1, 17)), "fp32")
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
EPOCHS = ui.Knob("quantization_epochs", "Trained on, rounded (epochs)", ("0", "1", "2", "5"), default="0")
LAYERS = {
    name: ui.Knob(f"quantization_{name}_layer", "Layer shown", models.LAYERS[name], models.LAYERS[name][1])
    for name in models.NAMES
}
NETWORK = ui.network("quantization")
KNOBS = (BITS, GRAIN, RANGE, ACTIVATIONS, SCHEME, GROUP, IMAGES, EPOCHS, *LAYERS.values())

PRESETS = (
    ui.Preset("Five bits", {BITS.name: "5"}),
    ui.Preset("Two bits", {BITS.name: "2"}),
    ui.Preset("Break it", {NETWORK.name: "depthwise", BITS.name: "4"}),
    ui.Preset("Mend it", {NETWORK.name: "depthwise", BITS.name: "4", GRAIN.name: "channel"}),
    ui.Preset("Clip it", {NETWORK.name: "depthwise", BITS.name: "4", RANGE.name: "percentile"}),
    ui.Preset("Train it on", {BITS.name: "2", GRAIN.name: "channel", RANGE.name: "least-squares", EPOCHS.name: "2"}),
    ui.Preset("All integers", {BITS.name: "8", GRAIN.name: "channel", ACTIVATIONS.name: "8"}),
)


def ran(bits: str, scheme: str, reach: str, activations: str, run: Experiment) -> list:
    """The functions that made the model on the page."""
    if bits == "1":
        weights = [quantize.binary, quantize.shared]
    elif bits != "fp32":
        weights = [quantize.quantize, quantize.shared, ranges.RANGES[reach], getattr(grid, scheme), grid.to_codes]
    else:
        weights = []
    inputs = [rounding.calibrate, ranges.RANGES[reach], grid.affine, grid.round_to, grid.to_codes]
    training = [through.Through, through.straight_through] if run.trainings else []
    return list(dict.fromkeys(weights + (inputs if activations != "fp32" else []) + training))


page = ui.begin("quantization", *KNOBS, network=NETWORK, tries=PRESETS, guesses=WIDTHS[:8])
page.text("what a number costs")
baseline = ui.baseline(page)
network = baseline.source.model
other = next(name for name in models.NAMES if name != network)
guess = page.predict()
page.try_presets()


@ui.lab
def lab() -> None:
    bits = ui.slider(BITS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        grain, reach, activations = ui.choice(GRAIN), ui.choice(RANGE), ui.choice(ACTIVATIONS)
        with ui.more():
            scheme = ui.choice(SCHEME, matters=bits not in ("1", "fp32"))
            group = ui.choice(GROUP, matters=grain == "group")
            images = ui.choice(IMAGES, matters=activations != "fp32")
            epochs = int(ui.choice(EPOCHS, matters=(bits, activations) != ("fp32", "fp32")))
            layer = ui.choice(LAYERS[network])

    def shrunk(model: Experiment, width: str) -> Experiment:
        if width != "fp32":
            model |= Quantize(int(width), grain, scheme, reach, int(group if grain == "group" else GROUP.default))
        return model if activations == "fp32" else model | QuantizeActivations(int(activations), int(images), reach)

    def trained_on(width: str) -> Experiment:
        rounded = shrunk(baseline, width)
        return rounded | FineTune(epochs) if rounded.recipe and epochs else rounded

    tuned = ui.tuned({width: trained_on(width) for width in WIDTHS})
    run = tuned.get(bits, shrunk(baseline, bits))
    pair = ui.before_and_after(baseline, run)
    here = ui.curve({width: shrunk(baseline, width) for width in WIDTHS})
    before = pair and pair[0].measurement
    if epochs:
        curves = {f"{network}, trained on": ui.curve(tuned), "only rounded": here}
    else:
        there = ui.curve({width: shrunk(shipped(other), width) for width in WIDTHS})
        curves = {f"{network}, in use": here, f"{other}, as shipped": there}
    page.about_preset()
    ui.tune(trained_on(bits), [trained_on(width) for width in ("1", "2", "3", "4")])
    sweep = charts.accuracy_sweep("bits per weight", curves, before, guess, WIDTHS)
    ui.headline(pair, sweep, BITS)
    page.verdict(guess, here, before)
    if ui.presenting():
        return
    page.text("about the sweep")
    figures = [sweep, *(ui.recovery(run) if run.trainings else [])]
    if pair:
        view = pair[1].layers[layer]
        weights = charts.on_grid(f"weights of {layer}{view.part and f', {view.part}'}", view.weights)
        figures += [weights, charts.on_grid(f"numbers that flow into {layer}", view.inputs)]
        ui.row("histogram", *figures[-2:])
        page.text("about the histograms")
    ui.details(page, run, pair, ran(bits, scheme, reach, activations, run), figures)


page.end()
