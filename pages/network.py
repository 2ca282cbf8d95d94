"""What a model is: a network opened up, its sizes compared, and one of its weights taught by hand."""

import streamlit as st

from lessons import charts, models, ui
from lessons.data import TASKS
from lessons.data.drawing import as_mnist
from lessons.experiment import Trained
from lessons.jobs import ask
from lessons.measure import look, macs, one_weight, per_layer
from lessons.measure.training_cost import training_costs
from lessons.models.cnn import cnn
from lessons.models.sized import sized
from lessons.quantity import Quantity
from lessons.training import descent

PART = ui.Knob("network_part", "Look at", ("inside", "size", "learning"), "inside")
PICTURE = ui.Knob("network_picture", "Test picture", tuple(map(str, range(1, 25))), "1")
WIDTH = ui.Knob("network_width", "Channels in the first layer", tuple(map(str, models.WIDTHS)), "16")
DEPTH = ui.Knob("network_depth", "Convolutions", tuple(map(str, models.DEPTHS)), "3")
RATE = ui.Knob("network_rate", "Learning rate", ("0.3", "1", "3", "10", "30", "100"), "3")
STEPS = ui.Knob("network_steps", "Steps taken", tuple(map(str, range(13))), "6")
LAYER = ui.Knob("network_layer", "A weight of", models.LAYERS["cnn"], "conv1")
TASK = ui.task("network")
PRESETS = (
    ui.Preset("Sure and wrong", {PICTURE.name: "18"}),
    ui.Preset("Draw a digit", {TASK.name: "digits"}),
    ui.Preset("Twice as wide", {PART.name: "size", WIDTH.name: "32"}),
    ui.Preset("One convolution", {PART.name: "size", DEPTH.name: "1"}),
    ui.Preset("Break it", {PART.name: "learning", RATE.name: "100", STEPS.name: "12"}),
    ui.Preset("Mend it", {PART.name: "learning", RATE.name: "10", STEPS.name: "12"}),
)
EPOCHS = {"fashion": 2, "digits": 10}  # 320 optimiser steps: enough to compare sizes, short enough to wait for


page = ui.begin(
    "network", PART, PICTURE, WIDTH, DEPTH, RATE, STEPS, LAYER, task=TASK, tries=PRESETS, guesses=models.LAYERS["cnn"]
)
page.text("what a layer is")
baseline = ui.baseline(page)
task, names = baseline.source.task, TASKS[baseline.source.task].CLASSES
guess = page.predict()
page.try_presets()
with page.aside("Look at"):
    part = ui.choice(PART)


def inside() -> None:
    page.text("inside")
    at = int(ui.slider(PICTURE)) - 1
    page.about_preset()
    left, right = st.columns(2)
    with left:
        seen = ui.show(baseline, at, "network_canvas" if task == "digits" else None)
    outcome = ui.outcome(baseline)
    if not (seen and outcome):
        return
    layers = [view.cost for view in outcome.layers.values()]
    most = max(layers, key=lambda layer: layer.macs)
    answer, figures = charts.answers(names, seen.probabilities), charts.costs(layers, *per_layer.COSTS)
    with left:
        ui.walk(seen, layers)
    with right:
        ui.row("answer", *([answer, figures[1]] if ui.presenting() else [answer]))
    measured = outcome.measurement
    found = {
        "Accuracy": measured["accuracy"],
        "Parameters": per_layer.total(layers, "parameters"),
        "MACs a picture": measured["macs"],
        "Energy floor": measured["energy_45nm"],
    }
    ui.tiles_of(found)
    page.reveal(guess, most.name)
    if ui.presenting():
        return
    ui.row("layers", *figures)
    page.text("about the layers")
    ran = [cnn, look.look, macs.layers, per_layer.quantities] + ([as_mnist] if task == "digits" else [])
    ui.workings(page, ran, [answer, *figures], found | per_layer.table(layers))


def size() -> None:
    page.text("size")
    width, depth = int(ui.slider(WIDTH)), int(ui.slider(DEPTH))
    page.about_preset()
    wider, deeper = [(w, depth) for w in models.WIDTHS], [(width, d) for d in models.DEPTHS]
    sizes = list(dict.fromkeys([(width, depth), *wider, *deeper]))
    sources = {at: Trained(task, "cnn-{}x{}".format(*at), epochs=EPOCHS[task]) for at in sizes}
    layers = {at: ui.answer(ask.count, source.model) for at, source in sources.items()}
    trained = ui.trained(sources.values())
    done = sum(measured is not None for measured in trained.values())
    if done < len(sizes):
        st.progress(done / len(sizes), f"{done} of {len(sizes)} networks are trained and measured")
    if not all(layers.values()):
        return
    numbers = {
        at: {
            "MACs": per_layer.total(layers[at], "MACs").value,
            "parameters, bytes": per_layer.total(layers[at], "parameters").value,
            "accuracy": measured and measured["accuracy"].value,
        }
        for at, measured in zip(sizes, trained.values(), strict=True)
    }
    known = trained[sources[width, depth]]
    here = layers[width, depth]
    found = ({"Accuracy": known["accuracy"]} if known else {}) | {
        "Parameters": per_layer.total(here, "parameters"),
        "MACs a picture": per_layer.total(here, "MACs"),
        "Bytes": known["packed"] if known else per_layer.total(here, "bytes"),
    }
    figures = [
        charts.growth("width", "channels in the first layer", {at[0]: numbers[at] for at in wider}),
        charts.growth("depth", "convolutions", {at[1]: numbers[at] for at in deeper}),
        charts.accuracy_against_macs(numbers, {f"{depth} convolutions": wider, f"{width} channels": deeper}),
    ]
    ui.summary("size", found | per_layer.in_the_last(here), *figures)
    if ui.presenting():
        return
    page.text("about the sizes")
    figures += charts.costs(here, *per_layer.COSTS)
    ui.row("chosen", *figures[3:])
    page.text("about fc")
    ui.workings(page, [sized, macs.layers, per_layer.quantities], figures, found | per_layer.in_the_last(here))


def learning() -> None:
    page.text("learning")
    rate, steps = ui.slider(RATE), ui.slider(STEPS)
    layer = ui.choice(LAYER)
    page.about_preset()
    tried, pace = ui.answer(ask.try_weight, baseline, layer), ui.answer(ask.pace, baseline)
    layers = ui.answer(ask.count, baseline.source.model)
    if not (tried and pace and layers):
        st.caption("Measuring …")
        return
    path, left = descent.on_a_curve(tried.values, tried.losses, tried.gradients, float(rate), int(steps))
    figures = [*charts.steps_on_a_curve(tried, path, left)]
    place = (
        f"weight {list(tried.place)} of {layer}, {len(tried.values)} values tried, {tried.pictures} training pictures"
    )
    between = "interpolated between measured points"
    found = {
        "Loss at the start": Quantity("start", path[0][1], "nats", "measured", source=place),
        f"Loss after {len(path) - 1} steps": Quantity("end", path[-1][1], "nats", "estimated", source=between),
        "Lowest loss tried": Quantity("lowest", tried.losses.min(), "nats", "measured", source=place),
    }
    ui.summary("descent", found, *figures)
    if ui.presenting():
        return
    page.text("about the steps")
    costs = training_costs(layers)
    forward, whole = (sum(cost.forward for cost in costs), sum(cost.total for cost in costs))
    three = {
        "Forward pass": Quantity("forward", forward, "MAC", "measured", source="counted from shapes"),
        "Training example": Quantity("training", whole, "MAC", "measured", source="forward and both gradients"),
        "Counted": Quantity("ratio", whole / forward, "×", "measured", source=f"{whole:,} ÷ {forward:,} MACs"),
        "Timed": pace,
    }
    page.text("three passes")
    with st.container(horizontal=True):
        ui.tiles_of(three)
    figures += charts.training_costs(costs)
    ui.row("passes", *figures[2:])
    ran = [one_weight.loss_curve, descent.descend, descent.on_a_curve, training_costs]
    ui.workings(page, ran, figures, found | three)


ui.lab({"inside": inside, "size": size, "learning": learning}[part])
page.end()
