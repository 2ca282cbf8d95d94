"""Quantization: how many bits does a weight really need?"""

import streamlit as st

from lessons import charts, ui
from lessons.experiment import Quantize
from lessons.shrink import quantize

WIDTHS = (*map(str, range(1, 17)), "fp32")
BITS = ui.Knob("quantization_bits", "Bits per weight", WIDTHS, default="8")
GRAIN = ui.Knob("quantization_grain", "One scale per", ("tensor", "channel"), default="tensor")
SCHEME = ui.Knob("quantization_scheme", "Grid", ("symmetric", "affine"), default="symmetric")
LAYER = ui.Knob("quantization_layer", "Layer shown", ("conv1", "conv2", "conv3", "fc"), default="conv2")
RAN = {"symmetric": [quantize.symmetric, quantize.to_grid], "affine": [quantize.affine, quantize.to_grid]}

page = ui.begin("quantization", BITS, GRAIN, SCHEME, LAYER)
page.text("what a number costs")
baseline = ui.baseline()


@ui.lab
def lab() -> None:
    bits = ui.slider(BITS)
    with st.container(horizontal=True):
        grain, scheme, layer = ui.choice(GRAIN), ui.choice(SCHEME), ui.choice(LAYER)
    points = {w: baseline if w == "fp32" else baseline | Quantize(int(w), grain, scheme) for w in WIDTHS}
    pair = ui.before_and_after(baseline, points[bits])
    if pair:
        ui.tiles(*pair)
    measured = ui.outcomes(points.values())
    curve = {w: measured[e].measurement["accuracy"].value for w, e in points.items() if e in measured}
    accuracy = charts.accuracy_against_bits(curve, bits, curve.get("fp32"), chance=10)
    left, right = st.columns(2)
    with left:
        ui.figure(accuracy, "Accuracy against bits", "quantization_curve")
    if not pair:
        return
    before, after = pair
    weights = charts.weights_on_grid(layer, after.layers[layer])
    with right:
        ui.figure(weights, f"Weights of {layer} and their levels", "quantization_weights")
    ui.answers(before, after)
    with st.expander("Files: which size do you mean?"):
        page.text("files")
        ui.bytes_table(after)
    with st.expander("Energy: the formula, with this model's numbers"):
        page.text("energy")
        ui.energy_table(before, after)
    if ran := {"1": [quantize.binary], "fp32": []}.get(bits, RAN[scheme]):
        with st.expander("The code that just ran"):
            ui.code(*ran)
    ui.tables({"Accuracy against bits": accuracy, f"Weights of {layer}": weights})


page.share_and_reset()
page.text("what to look for")
page.text("not faster")
page.text("takeaway")
page.text("sources")
