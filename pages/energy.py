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
from lessons.ui.energy import first_picture
from lessons.ui.energy.first_picture import Setting
from lessons.ui.energy.knobs import BATCH, FORMAT, KNOBS, MEMORY, NETWORK, NODE, PLACE, PLACES, PRESETS, REUSE

WORDS = sections("energy")
GUESSES = ("2×", "10×", "100×", "1,000×", "10,000×")
RAN = [silicon.inference, silicon.operation, silicon.floor, device.on_this_machine, device.at_the_wall]

page = ui.begin("energy", *KNOBS, network=NETWORK, tries=PRESETS, guesses=GUESSES)
baseline = ui.baseline(page)
asked = page.asked_about(baseline)


def measured(model: Experiment) -> tuple[dict[str, LayerCost], Quantity] | None:
    """The costs of a model's layers, and B: what it takes on this machine; None until it is measured."""
    if not (outcome := ui.outcome(model)):
        return None
    costs = {name: view.cost for name, view in outcome.layers.items()}
    seconds = outcome.timing[1].value / 1000
    return costs, device.on_this_machine(seconds, ui.package_power(outcome.watts), os.cpu_count() or 1)


def gap() -> ui.Found | None:
    """How many times the floor this machine takes: both of one image in fp32, the floor as the page opens."""
    if not (found := measured(asked)):
        return None
    costs, here = found
    times = device.times(here, silicon.of_network(costs.values(), "fp32")["total"])
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


@ui.lab
def lab() -> None:
    now, place = ui.handed("setting")
    if not (found_here := measured(baseline)):
        return
    costs, here = found_here
    floors = energy_charts.floors_of(costs.values(), now, BATCH.options)
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
    if ui.presenting():
        return
    page.text("about the flow")
    page.text("three layers")
    alone = now._replace(number="fp32").of_image(costs.values(), 1)
    wall = device.at_the_wall(here, figure(PLACES[place]) if PLACES[place] else None)
    layers = {WORDS["A"]: alone["total"], WORDS["B"]: here, WORDS["C"]: wall}
    figures = [
        charts.ranges(WORDS["to the wall"], WORDS["energy per image"], layers, units=True),
        charts.ranges(WORDS["by place"], WORDS["in MACs"], silicon.ladder(), units=True),
    ]
    ui.row("wall", *figures)
    resnet = silicon.resnet18()
    page.text("about the wall", resnet=resnet, times=show(figure("resnet18_image").value / resnet.value, "×"))

    @ui.on_release({BATCH: BATCH.options})
    def numbers(at: str) -> ui.Drawn:
        floor = floors[at][now.number]
        found = frames[at].quantities | {name: floor[part] for part, name in PARTS.items() if part in floor} | layers
        return [*frames[at].charts, *figures], found | {WORDS["times the floor"]: device.times(here, alone["total"])}


if not ui.presenting():
    ui.workings_of(page, RAN, lab)
page.end()
