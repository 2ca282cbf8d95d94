"""Energy: what one image must cost in silicon, and what it really costs."""

import os
from math import inf

import streamlit as st

from lessons import charts, ui
from lessons.estimate import device, silicon
from lessons.estimate.silicon import PARTS
from lessons.experiment import Experiment
from lessons.facts import figure
from lessons.jobs import ask
from lessons.measure.layer_view import LayerCost
from lessons.quantity import Quantity, show
from lessons.text import sections
from lessons.ui.energy import charts as energy_charts
from lessons.ui.energy import exercises, first_picture
from lessons.ui.energy.first_picture import Setting
from lessons.ui.energy.knobs import BATCH, FORMAT, GUESSES, KNOBS, MEMORY, NETWORK, NODE, PLACE, PLACES, PRESETS, REUSE

WORDS = sections("energy")
RAN = [silicon.inference, silicon.operation, silicon.floor, device.on_this_machine, device.at_the_wall]

page = ui.begin("energy", *KNOBS, network=NETWORK, tries=PRESETS, guesses=GUESSES)
baseline = ui.baseline(page)
asked = page.asked_about(baseline)


def measured(model: Experiment) -> tuple[dict[str, LayerCost], exercises.ImageRun] | None:
    """The costs of a model's layers, and its run on this machine; None until it is measured."""
    if not (outcome := ui.outcome(model)):
        return None
    costs = {name: view.cost for name, view in outcome.layers.items()}
    seconds = outcome.timing[1].value / 1000
    return costs, exercises.ImageRun(seconds, ui.package_power(outcome.watts), os.cpu_count() or 1)


def gap() -> ui.Found | None:
    """How many times the floor this machine takes: both of one image in fp32, the floor as the page opens."""
    if not (found := measured(asked)):
        return None
    costs, run = found
    times = device.times(run.energy, silicon.of_network(costs.values(), "fp32")["total"])
    return page.nearest(times.value, gap=times)


@ui.lab
def first() -> None:
    """The slider, the picture, and the knobs that move it; what they say is handed on."""
    ui.slider(BATCH)
    picture = st.container()
    page.text("the idea")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        node = ui.choice(NODE)
        number = ui.choice(FORMAT, barred=silicon.unsourced(node))
        with ui.more():
            memory, reuse, place = ui.choice(MEMORY), ui.choice(REUSE), ui.choice(PLACE)
    now = Setting(number, node, memory, inf if reuse == "all" else float(reuse))
    ui.hand_on("setting", (now, place))
    page.about_preset()
    layers = ui.answer(ask.count, baseline.source.model)
    with picture:
        page.opens(lambda: ui.picture(first_picture.frames(layers, now), BATCH), gap)


page.why("the formula")
page.try_presets()


def counted() -> tuple[list[LayerCost], Setting] | None:
    """The costs of the network's layers, and where the knobs stand; None until the layers are known."""
    layers = ui.answer(ask.count, baseline.source.model)
    return layers and (layers, ui.handed("setting")[0])


page.exercise(exercises.FETCH, lambda: (ui.handed("setting")[0],))
page.exercise(exercises.DRAM, counted)


def to_the_wall(floor: Quantity, here: Quantity, place: str) -> ui.Drawn:
    """What one image takes from the floor to the wall plug, and a value by where it is stored."""
    page.text("three layers")
    wall = device.at_the_wall(here, figure(PLACES[place]) if PLACES[place] else None)
    layers = {WORDS["A"]: floor, WORDS["B"]: here, WORDS["C"]: wall}
    figures = [
        charts.ranges(WORDS["to the wall"], WORDS["energy per image"], layers, units=True),
        charts.ranges(WORDS["by place"], WORDS["in MACs"], silicon.ladder(), units=True),
    ]
    ui.row("wall", *figures)
    resnet = silicon.resnet18()
    page.text("about the wall", resnet=resnet, times=show(figure("resnet18_image").value / resnet.value, "×"))
    return figures, layers


@ui.lab
def lab() -> None:
    now, place = ui.handed("setting")
    if not (found := measured(baseline)):
        return
    costs, run = found
    here, layers = run.energy, [*costs.values()]
    floors = energy_charts.floors_of(layers, now, BATCH.options)
    tallest = max(floor["total"].value for each in floors.values() for floor in each.values() if floor)

    def frame(at: str) -> ui.Frame:
        floor = floors[at][now.number]
        found = {WORDS["floor"]: floor["total"], WORDS["moving"]: silicon.moving(floor)}
        pays_off = silicon.pays_off(now.number, now.node, now.memory)
        found |= {WORDS["pays off after"]: pays_off, WORDS["here"]: here}
        drawn = energy_charts.floors(floors[at], now.number, tallest)
        return ui.Frame(
            ui.tiles(found), [drawn, energy_charts.fetching(costs, now.number, now.node, now.memory, int(at))]
        )

    frames = {at: frame(at) for at in BATCH.options}
    ui.headline(frames, BATCH)
    page.text("about the flow")
    page.exercise(exercises.USES, lambda: (layers,))
    page.exercise(exercises.SHARED, lambda: (layers, now))
    page.exercise(exercises.ENOUGH, lambda: ({at: floors[at][now.number]["total"].value for at in floors},))
    alone = now._replace(number="fp32").of_image(layers, 1)["total"]
    figures, prices = ([], {}) if ui.presenting() else to_the_wall(alone, here, place)
    page.exercise(exercises.POWER, lambda: (run,))
    page.exercise(exercises.BILL, lambda: (layers, run))
    if ui.presenting():
        return

    @ui.on_release({BATCH: BATCH.options})
    def numbers(at: str) -> ui.Drawn:
        floor = floors[at][now.number]
        found = frames[at].quantities | {name: floor[part] for part, name in PARTS.items() if part in floor} | prices
        return [*frames[at].charts, *figures], found | {WORDS["times the floor"]: device.times(here, alone)}


if not ui.presenting():
    ui.workings_of(page, RAN, lab)
page.end()
