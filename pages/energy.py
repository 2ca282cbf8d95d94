"""Energy: what one answer must cost in silicon, and what it really costs."""

import os
from functools import partial
from math import inf

import streamlit as st

from lessons import charts, ui
from lessons.estimate import device, silicon
from lessons.experiment import Experiment
from lessons.facts import figure
from lessons.measure.layer_view import LayerCost
from lessons.quantity import Quantity, show
from lessons.ui.energy import charts as energy_charts

FORMAT = ui.Knob("energy_format", "Numbers as", tuple(silicon.FORMATS), "fp32")
NODE = ui.Knob("energy_node", "Process", silicon.NODES, "45 nm")
MEMORY = ui.Knob("energy_memory", "Memory", tuple(silicon.MEMORIES), "DDR")
BATCH = ui.Knob("energy_batch", "Pictures at once (batch)", tuple(str(2**n) for n in range(10)), "1")
REUSE = ui.Knob("energy_reuse", "Uses until a weight is fetched again", ("1", "4", "16", "64", "256", "all"), "all")
PLACES = {"at home": None, "Google": "pue_google", "Microsoft": "pue_microsoft", "survey mean": "pue_survey"}
PLACE = ui.Knob("energy_place", "Building", tuple(PLACES), "at home")
NETWORK = ui.network_knob("energy")
GUESSES = ("2×", "10×", "100×", "1,000×", "10,000×")
PRESETS = (
    ui.Preset("Eight bits", {FORMAT: "int8"}),
    ui.Preset("Newer silicon", {FORMAT: "int8", NODE: "7 nm", MEMORY: "HBM2"}),
    ui.Preset("Many at once", {BATCH: "256"}),
    ui.Preset("Break it", {REUSE: "1"}),
    ui.Preset("One bit", {FORMAT: "int1", BATCH: "256"}),
)
RAN = [silicon.inference, silicon.operation, silicon.floor, device.on_this_machine, device.at_the_wall]

page = ui.begin("energy", FORMAT, NODE, MEMORY, BATCH, REUSE, PLACE, network=NETWORK, tries=PRESETS, guesses=GUESSES)
page.text("three layers")
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
    """How many times the floor this machine takes: both of one picture in fp32, the floor as the page opens."""
    if not (found := measured(asked)):
        return None
    costs, here = found
    times = device.times(here, silicon.of_network(costs.values(), "fp32")["total"])
    return page.nearest(times.value, gap=times)


page.predict(gap)
page.try_presets()


@ui.lab
def lab() -> None:
    ui.slider(BATCH)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        node = ui.choice(NODE)
        barred = silicon.unsourced(node)
        number = ui.choice(FORMAT, barred=barred)
        memory = ui.choice(MEMORY)
        with ui.more():
            reuse, place = ui.choice(REUSE), ui.choice(PLACE)
    page.about_preset()
    if not (found_here := measured(baseline)):
        return
    costs, here = found_here
    uses = inf if reuse == "all" else float(reuse)
    on = partial(silicon.of_network, costs.values(), node=node, memory=memory, reuse=uses)
    batches = {at: {n: None if n in barred else on(n, batch=int(at)) for n in silicon.FORMATS} for at in BATCH.options}
    tallest = max(floor["total"].value for floors in batches.values() for floor in floors.values() if floor)

    def frame(at: str) -> ui.Frame:
        floor = batches[at][number]
        found = {"Floor A": floor["total"], "To move numbers": silicon.moving(floor)}
        found |= {"A fetch pays off after": silicon.pays_off(number, node, memory), "This machine, B": here}
        drawn = energy_charts.floors(batches[at], number, tallest)
        return ui.Frame(ui.tiles(found), [drawn, energy_charts.fetching(costs, number, node, memory, int(at))])

    frames = {at: frame(at) for at in BATCH.options}
    ui.headline(frames, BATCH)
    if ui.presenting():
        return
    page.text("about the flow")
    alone, wall = on("fp32", batch=1), device.at_the_wall(here, figure(PLACES[place]) if PLACES[place] else None)
    layers = {"A, silicon floor": alone["total"], "B, this machine's processor": here, "C, wall plug": wall}
    figures = [
        charts.ranges("From the floor to the wall, one picture in fp32", "energy a picture (J)", layers),
        charts.ranges("What a value costs, by where it comes from", "energy (× one MAC)", silicon.ladder()),
    ]
    ui.row("wall", *figures)
    resnet = silicon.resnet18()
    page.text("about the wall", resnet=resnet, times=show(figure("resnet18_image").value / resnet.value, "×"))

    @ui.on_release({BATCH: BATCH.options})
    def numbers(at: str) -> ui.Drawn:
        found = frames[at].quantities | batches[at][number] | layers
        return [*frames[at].charts, *figures], found | {"This machine ÷ floor": device.times(here, alone["total"])}


if not ui.presenting():
    ui.workings_of(page, RAN, lab)
page.end()
