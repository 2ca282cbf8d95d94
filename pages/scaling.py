"""Growing past Moore's law: why do models still grow when chips hardly get better?"""

import streamlit as st

from lessons import facts, models, ui
from lessons.estimate import flop, growth, savings, silicon
from lessons.experiment import Quantize, shipped
from lessons.ui.scaling import charts as scaling_charts
from lessons.ui.scaling import waterfall_chart

START = ui.Knob(
    "scaling_since",
    "Since",
    ("1950", "1960", "1970", "1980", "1990", "2000", "2005", "2010", "2012", "2015", "2018"),
    "2012",
)
WANTED = ui.Knob(
    "scaling_demand_doubles",
    "Demand doubles every … months",
    ("fitted", "3", "4", "6", "9", "12", "18", "24"),
    "fitted",
)
OFFERED = ui.Knob(
    "scaling_supply_doubles", "Supply doubles every … months", ("fitted", "12", "18", "24", "36", "48"), "fitted"
)
SUPPLY = ui.Knob("scaling_supply", "Supply", tuple(growth.SUPPLIES), "transistor density")
DEMAND = ui.Knob("scaling_demand", "Demand", tuple(growth.DEMANDS), "training FLOP")
BY = ui.Knob("scaling_by", "Gap in", ("2025", "2030", "2035"), "2025")
OLD, NEW = "NVIDIA Tesla P100 SXM2", ("Tesla V100 SXM2", "A100 SXM4 80 GB", "H100 SXM5 80GB", "B200")
BOARD = ui.Knob("scaling_board", "From the P100 (2016) to the", NEW, "B200")
NARROWEST = ui.Knob("scaling_format", "Narrowest format allowed", flop.FORMATS, "fp4")
BITS = ui.Knob("scaling_bits", "Bits per weight", ("1", "2", "4", "8", "16", "fp32"), "4")
SPARSITY = ui.Knob("scaling_sparsity", "Sparsity (% pruned)", ("0", "50", "75", "90", "95"), "90")
STUDENT = ui.Knob("scaling_student", "Size of the student (%)", ("5", "10", "25", "50", "100"), "25")
HARDWARE = ui.Knob("scaling_hardware", "Hardware", savings.HARDWARE, "ordinary")
RESNET = "ResNet-50"
NETWORK = ui.Knob("scaling_network", "Network", (*models.NAMES, RESNET), "cnn")
KNOBS = (START, WANTED, OFFERED, SUPPLY, DEMAND, BY, BOARD, NARROWEST, BITS, SPARSITY, STUDENT, HARDWARE, NETWORK)
PRESETS = (
    ui.Preset("Moore's law", {OFFERED: "24"}),
    ui.Preset("Memory", {SUPPLY: "memory bandwidth"}),
    ui.Preset("No low bits", {SUPPLY: "FLOP/J, fp32", NARROWEST: "fp32"}),
    ui.Preset("All the bits", {SUPPLY: "FLOP/J, best"}),
    ui.Preset("Break it", {START: "1950"}),
)
GUESSES = ("2", "10", "50", "250")
LABELS = {name: (name, "left") for name in ("Neocognitron", "AlexNet", "Grok-3")}
LABELS |= {"Perceptron (1960)": ("Perceptron", "right"), "GPT-3 175B (davinci)": ("GPT-3", "left")}
WIDTHS = (8, 6, 5, 4, 3, 2)
RAN = [growth.fitted, growth.gap, flop.steps, savings.traffic, savings.saved, silicon.floor]


def two_lines() -> None:
    """Demand and supply, and how far they have come apart."""
    _, *months = ui.sliders(START, WANTED, OFFERED)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        offers = ui.choice(SUPPLY)
        with ui.more():
            wants, by = ui.choice(DEMAND), int(ui.choice(BY))

    def frame(since: str) -> ui.Frame:
        wanted = growth.line(growth.demand(wants, int(since)), months[0])
        offered = growth.line(growth.supply(offers, int(since)), months[1])
        both = max(int(since), offered.begins)
        found = {
            "Demand doubles every": wanted.doubling,
            "Supply doubles every": offered.doubling,
            f"Gap in {by}, 1 in {both}": growth.gap(wanted, offered, both, by),
        }
        drawn = scaling_charts.two_trends({wants: wanted, offers: offered}, both, by, LABELS)
        return ui.Frame(ui.tiles(found), [drawn])

    page.about_preset()
    frames = {since: frame(since) for since in START.options}
    ui.headline(frames, START)
    ui.on_release({START: START.options})(lambda since: (frames[since].charts, frames[since].quantities))


def waterfall() -> ui.Drawn:
    """Where the fall of a FLOP's energy came from, and what did not fall."""
    page.text("where it came from")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        old, new, narrowest = facts.boards()[OLD], facts.boards()[f"NVIDIA {ui.choice(BOARD)}"], ui.choice(NARROWEST)
    factors, before = flop.steps(old, new, narrowest), flop.sheet(old, "fp32")
    found = {"It fell by": flop.whole(factors)} | flop.sheet(new, flop.best(new, narrowest)[0])
    ui.numbers(found, {name: f"from {quantity}" for name, quantity in before.items()})
    figure = waterfall_chart.waterfall(
        "A FLOP: TDP ÷ dense peak", "energy", "P100, fp32", before["Energy of a FLOP"], factors
    )
    ui.row("waterfall", figure)
    page.text("what is left")
    return [figure], found | {f"Step: {name}": factor for name, factor in factors.items()}


def product() -> ui.Drawn:
    """Three savings multiplied: on paper, and at the energy floor."""
    page.text("multiplying")
    bits, sparsity, student = ui.sliders(BITS, SPARSITY, STUDENT)
    width = savings.FULL if bits == "fp32" else int(bits)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        hardware = ui.choice(HARDWARE)
        with ui.more():
            network = ui.choice(NETWORK)
    how = savings.Shrunk(width, (100 - int(sparsity)) / 100, int(student) / 100, hardware)
    outcome = ui.outcome(shipped(models.NAMES[0] if network == RESNET else network))
    if not outcome:
        return [], {}
    layers = [savings.resnet50()] if network == RESNET else [view.cost for view in outcome.layers.values()]
    stages = savings.stages(layers, how)
    found = {
        "If savings multiplied": savings.promised(how),
        "At the energy floor": savings.saved(layers, how),
        "What is left": stages["rounded"]["total"],
    }
    figure = scaling_charts.shrunk_in_steps(
        "Energy floor of one inference, step by step", stages, savings.promised(how)
    )
    ui.headed(found, "product", figure)
    return [figure], found


def measured() -> ui.Drawn:
    """Two savings multiplied, measured: a network with fewer weights, and fewer bits."""
    page.text("measured")
    curves = {
        name: ui.curve({"fp32": shipped(name)} | {f"{b} bits": shipped(name) | Quantize(b) for b in WIDTHS})
        for name in models.NAMES
    }
    figure = scaling_charts.accuracy_by_size("Fewer weights, then fewer bits", curves, ("4 bits", "3 bits"))
    ui.row("measured", figure)
    return [figure], {}


page = ui.begin("scaling", *KNOBS, tries=PRESETS, guesses=GUESSES)
page.text("two curves")
same = flop.in_one_format(facts.boards()[OLD], facts.boards()["NVIDIA B200"])
page.predict(lambda: ui.Found(ui.nearest([f"{each}×" for each in GUESSES], same.value).rstrip("×"), {"exact": same}))
page.try_presets()


ui.lab(two_lines)
if not ui.presenting():
    page.text("about the gap")
    for part in (waterfall, product, measured):
        ui.lab(part)
    ui.workings_of(page, RAN, two_lines, waterfall, product, measured)
page.end()
