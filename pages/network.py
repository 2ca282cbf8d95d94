"""What a model is: a network opened up, its sizes compared, and one of its weights trained by hand."""

import streamlit as st

from lessons import ui
from lessons.data import TASKS
from lessons.data.drawing import AS_MADE
from lessons.jobs import ask
from lessons.measure import look, macs, one_weight, per_layer
from lessons.measure.layer_view import LayerCost
from lessons.measure.training_cost import summed, training_costs
from lessons.models.cnn import cnn
from lessons.models.sized import sized
from lessons.quantity import badges_of
from lessons.text import sections
from lessons.training import descent
from lessons.ui.network import charts as network_charts
from lessons.ui.network import chosen, first_picture, places, sizes
from lessons.ui.network.canvas import show, walk
from lessons.ui.network.knobs import DEPTH, GUESSES, KNOBS, LAYER, PART, PRESETS, RATE, STEPS, TASK, WALK, WIDTH

WORDS = sections("network")
page = ui.begin("network", *KNOBS, task=TASK, tries=PRESETS, guesses=GUESSES)
top = st.container()
baseline = ui.baseline(page)
task = baseline.source.task
layers_of = lambda model: ui.answer(ask.count, model)
most_macs = lambda: (costs := layers_of("cnn")) and ui.Found(max(costs, key=lambda layer: layer.macs).name)
page.text("the idea")
page.why("the formula")
places.pose(page, baseline, places.PICTURE)
page.try_presets()
with ui.aside("part"):
    part = ui.choice(PART)


def first() -> None:
    walks = ui.asking() or places.needs_the_picture(page) or not ui.presenting()  # else a stage has no first picture
    image = chosen.image(walks)
    draw = lambda: ui.picture(first_picture.frames(baseline, image, bool(page.guess)), WALK)
    draw() if places.needs_the_picture(page) else page.opens(draw, most_macs)
    if part == "inside":  # the others say it below their own sliders
        page.about_preset()
    ui.hand_on("image", image)
    if walks:
        ui.on_release({WALK: WALK.options})(lambda _: None)


def inside() -> ui.Drawn | None:
    page.text("inside")
    left, right = st.columns(2)
    with left:
        seen, drawn = show(baseline, ui.handed("image"), "network_canvas")
    layers = costs_inside()
    if not (seen and layers):
        return None
    predicted = network_charts.predictions(TASKS[task].CLASSES, seen.probabilities)
    shown = [predicted, *network_charts.costs(layers, "MACs")] if ui.presenting() else [predicted]
    for place, chart in zip(right.columns(len(shown)), shown, strict=True):
        with place:
            ui.row(chart.title, chart)
    if drawn or ui.presenting():  # of a test image the first picture shows them
        with left if ui.presenting() else st.container():
            walk(seen, layers)
    return [predicted], {}


def each_layer() -> ui.Drawn | None:
    """What layers cost, whatever the image."""
    if not (layers := costs_inside()):
        return None
    figures = network_charts.costs(layers, *per_layer.COSTS)
    now = ui.outcome(baseline).measurement
    found = {WORDS["accuracy: tile"]: now["accuracy"]} | per_layer.whole(layers, "parameters", "MACs", "energy")
    ui.numbers(found)
    ui.keeps(page.lesson, lambda: (baseline, now, now))
    ui.row("layers", *figures[:2])
    places.pose(page, baseline, places.LAYERS)
    ui.row("bytes", *figures[2:])
    page.text("about the layers")
    return figures, found | per_layer.table(layers)


def costs_inside() -> list[LayerCost]:
    """What each layer of the network costs that is walked through; nothing while it is measured."""
    outcome = ui.outcome(baseline)
    return [view.cost for view in outcome.layers.values()] if outcome else []


def size() -> None:
    page.text("size")
    width, depth = map(int, ui.sliders(WIDTH, DEPTH))
    page.about_preset()
    compared = sizes.compared(width, depth)
    sources = [sizes.network(task, at) for at in compared]
    costs = [layers_of(source.model) for source in sources]
    trained = ui.trained(sources)
    if not all(costs):
        return
    numbers = network_charts.of_sizes(compared, costs, list(trained.values()))
    here, known = costs[0], trained[sources[0]]
    found = {WORDS["accuracy: tile"]: known["accuracy"]} if known else {}
    found |= per_layer.whole(here, "parameters", "MACs") | per_layer.in_the_last(here)
    badges = badges_of(known["accuracy"] for known in trained.values() if known)
    figures = network_charts.along_sizes(numbers, width, depth, badges or ("measured",))
    ui.headed(found, "size", *figures)
    if ui.presenting():
        return
    page.text("about the sizes")
    places.pose(page, baseline, places.LAYERS)
    figures += network_charts.costs(here, *per_layer.COSTS)
    ui.row("chosen", *figures[3:])
    ran = [sized, macs.layers, per_layer.quantities]
    ui.workings(page, ran, lambda: (figures, found | per_layer.table(here)))


def learning() -> None:
    page.text("learning")
    page.why("the step")
    left, right = st.columns([8, 1], vertical_alignment="bottom")
    with left:
        rate, steps = map(float, ui.sliders(RATE, STEPS))
    with right, ui.more():
        layer = ui.choice(LAYER)
    page.about_preset()
    tried, pace = ui.answer(ask.try_weight, baseline, layer), ui.answer(ask.pace, baseline)
    layers = ui.answer(ask.count, baseline.source.model)
    if not (tried and pace and layers):
        st.caption(WORDS["measuring"])
        return
    path, gone = descent.on_a_curve(tried.values, tried.losses, tried.gradients, rate, int(steps))
    figures, found = [*network_charts.steps_on_a_curve(tried, path, gone)], tried.losses_at(path, gone)
    ui.headed(found, "descent", *figures)
    if ui.presenting():
        return
    page.text("about the steps")
    page.text("three passes")
    costs = training_costs(layers)
    three = summed(costs) | {WORDS["timed"]: pace}
    ui.numbers(three)
    figures.append(network_charts.training_costs(costs, layer))
    ui.row("passes", *figures[2:])
    places.pose(page, baseline, places.TRAINING)
    ran = [one_weight.loss_curve, descent.descend, descent.on_a_curve, training_costs]
    ui.workings(page, ran, lambda: (figures, found | three))


if part == "inside" or not ui.presenting() or places.needs_the_picture(page):
    with top:
        ui.lab(first)
if part == "inside" and not places.needs_the_picture(page):
    ui.lab(inside)
    if not ui.presenting():
        ui.lab(each_layer)
        places.pose(page, baseline, places.TRAINING)
        ui.workings_of(page, [cnn, look.look, macs.layers, per_layer.quantities, AS_MADE[task]], inside, each_layer)
elif part != "inside":
    ui.lab({"size": size, "learning": learning}[part])
page.end()
