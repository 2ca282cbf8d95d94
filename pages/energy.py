"""Energy: what one answer must cost in silicon, and what it really costs."""

import os
from math import inf, log10

import streamlit as st

from lessons import charts, ui
from lessons.estimate import device, silicon
from lessons.facts import figure
from lessons.jobs.events import Outcome
from lessons.quantity import Quantity, show

FORMAT = ui.Knob("energy_format", "Numbers as", tuple(silicon.FORMATS), "fp32")
NODE = ui.Knob("energy_node", "Process", silicon.NODES, "45 nm")
MEMORY = ui.Knob("energy_memory", "Memory", tuple(silicon.MEMORIES), "DDR")
BATCH = ui.Knob("energy_batch", "Pictures at once (batch)", tuple(str(2**n) for n in range(10)), "1")
REUSE = ui.Knob("energy_reuse", "Uses until a weight is fetched again", ("1", "4", "16", "64", "256", "all"), "all")
PLACES = {"at home": None, "Google": "pue_google", "Microsoft": "pue_microsoft", "survey mean": "pue_survey"}
PLACE = ui.Knob("energy_place", "Building", tuple(PLACES), "at home")
NETWORK = ui.network("energy")
GUESSES = ("2×", "10×", "100×", "1,000×", "10,000×")
PRESETS = (
    ui.Preset("Eight bits", {FORMAT.name: "int8"}),
    ui.Preset("Newer silicon", {FORMAT.name: "int8", NODE.name: "7 nm", MEMORY.name: "HBM2"}),
    ui.Preset("Many at once", {BATCH.name: "256"}),
    ui.Preset("Break it", {REUSE.name: "1"}),
    ui.Preset("One bit", {FORMAT.name: "int1", BATCH.name: "256"}),
)


def flow(outcome: Outcome, number: str, node: str, memory: str, batch: int, reuse: float) -> dict[str, Quantity]:
    """The silicon floor of this network in this format."""
    costs = [layer.cost for layer in outcome.layers.values()]
    return silicon.floor(silicon.inference(costs, silicon.FORMATS[number], batch, reuse), number, node, memory)


def parts(found: dict[str, Quantity]) -> dict[str, float]:
    """The parts of a floor, in joules."""
    return {name: quantity.value for name, quantity in found.items() if name != "total"}


def paid_by(outcome: Outcome, number: str, node: str, memory: str, batch: int) -> charts.Chart:
    """Energy of reading a weight once, and of using it, against how often it is used."""
    each = sum(filter(None, silicon.operation(number, node)))
    fetch = silicon.crossing(number, node, memory) * each
    uses = {name: batch * layer.cost.macs / layer.cost.weights for name, layer in outcome.layers.items()}
    span = (1, max(1000, *uses.values()))
    points = [
        charts.Point(name, use, use * each, "layers", f"{use:,.0f} uses", place="below right")
        for name, use in uses.items()
    ]
    curves = {"fetching it once": [(x, fetch) for x in span], "using it": [(x, x * each) for x in span]}
    x, y = charts.Axis("uses of a weight, once fetched"), charts.Axis("energy (pJ)")
    return charts.lines("When fetching a weight pays off", x, y, curves, points)


def from_floor_to_wall(floor: Quantity, outcome: Outcome, place: str) -> dict[str, Quantity]:
    """Layers A, B and C of one picture."""
    milliseconds, package = outcome.timing[1], ui.package_power(outcome.watts)
    here = device.on_this_machine(milliseconds.value / 1000, package, os.cpu_count() or 1)
    wall = device.at_the_wall(here, figure(PLACES[place]) if PLACES[place] else None)
    return {"A, silicon floor": floor, "B, this machine's processor": here, "C, wall plug": wall}


def how_far(layers: dict[str, Quantity]) -> Quantity:
    """How many times the floor this machine takes."""
    floor, here, _ = layers.values()
    ratios = [value / floor.value for value in (here.value, here.low, here.high)]
    return Quantity("gap", ratios[0], "×", "estimated", ratios[1], ratios[2], f"{here} ÷ {floor} ({here.source})")


def resnet18() -> Quantity:
    """The floor of one image through ResNet-18 in fp16 at 45 nm, weights read once."""
    bits = figure("resnet18_weights").value * silicon.FORMATS["fp16"]
    return silicon.floor_45nm(silicon.Traffic(int(figure("resnet18_macs").value), bits, 0), "fp16")


page = ui.begin("energy", FORMAT, NODE, MEMORY, BATCH, REUSE, PLACE, network=NETWORK, tries=PRESETS, guesses=GUESSES)
page.text("three layers")
baseline = ui.baseline(page)
guess = page.predict()
page.try_presets()


@ui.lab
def lab() -> None:
    batch = ui.slider(BATCH)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        node = ui.choice(NODE)
        number = ui.choice(FORMAT, barred=silicon.unsourced(node))
        memory = ui.choice(MEMORY)
        with ui.more():
            reuse, place = ui.choice(REUSE), ui.choice(PLACE)
    page.about_preset()
    outcome = ui.outcome(baseline)
    if not outcome:
        return
    setting = (node, memory, int(batch), inf if reuse == "all" else float(reuse))
    barred = silicon.unsourced(node)
    bars = {n: None if n in barred else flow(outcome, n, *setting) for n in silicon.FORMATS}
    here, first = bars[number], flow(outcome, "fp32", "45 nm", "DDR", 1, inf)
    moving = 100 * (1 - here["compute"].value / here["total"].value)
    pays = silicon.crossing(number, node, memory)
    layers = from_floor_to_wall(here["total"], outcome, place)
    gap = how_far(from_floor_to_wall(first["total"], outcome, "at home"))
    found = {
        "Floor A": here["total"],
        "To move numbers": Quantity("moving", moving, "%", "estimated", source="(on-chip memory + DRAM) ÷ total"),
        "A fetch pays off after": Quantity("crossing", pays, "uses", "estimated", source="e_DRAM × bits ÷ e_MAC"),
        "This machine, B": layers["B, this machine's processor"],
    }
    figures = [
        charts.stack("Energy a picture must cost", "format", {n: b and parts(b) for n, b in bars.items()}, "J", number),
        paid_by(outcome, number, *setting[:3]),
    ]
    ui.headed(found, "flow", *figures)
    page.reveal(guess, min(GUESSES, key=lambda g: abs(log10(gap.value / float(g[:-1].replace(",", ""))))), gap=gap)
    if ui.presenting():
        return
    page.text("about the flow")
    names = ("register", "network", "buffer", "dram")
    ladder = {
        f.label: Quantity(f.name, f.value, "×", "cited", source=f.source)
        for f in map(figure, (f"eyeriss_{n}" for n in names))
    }
    figures += [
        charts.ranges("From the floor to the wall", "energy a picture (J)", layers),
        charts.ranges("What a value costs, by where it comes from", "energy (× one MAC)", ladder, badge="cited"),
    ]
    ui.row("wall", *figures[2:])
    resnet = resnet18()
    page.text("about the wall", resnet=resnet, times=show(figure("resnet18_image").value / resnet.value, "×"))
    ran = [silicon.inference, silicon.operation, silicon.floor, device.on_this_machine, device.at_the_wall]
    formulas = found | here | layers | {"This machine ÷ floor": gap}
    ui.workings(page, ran, figures, formulas)


page.end()
