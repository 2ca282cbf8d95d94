"""The knobs of the lesson, and the settings worth a look."""

from typing import NamedTuple

from streamlit.delta_generator import DeltaGenerator

from lessons import models
from lessons.estimate import flop, growth, savings
from lessons.text import sections
from lessons.ui.scaling.first_picture import Two
from lessons.ui.state.knob import Knob
from lessons.ui.state.presets import Preset
from lessons.ui.state.widgets import choice, more, slider

WORDS = sections("scaling")
BY = Knob("scaling_by", WORDS["year"].capitalize(), tuple(str(year) for year in range(2008, 2036)), "2025")
START = Knob(
    "scaling_since",
    WORDS["data since"],
    ("1950", "1960", "1970", "1980", "1990", "2000", "2005", "2010", "2012", "2015", "2018"),
    "2012",
)
WANTED = Knob(
    "scaling_demand_doubles",
    WORDS["demand doubles: months"],
    ("fitted", "3", "4", "6", "9", "12", "18", "24"),
    "fitted",
)
OFFERED = Knob(
    "scaling_supply_doubles", WORDS["supply doubles: months"], ("fitted", "12", "18", "24", "36", "48"), "fitted"
)
SUPPLY = Knob("scaling_supply", WORDS["supply"], tuple(growth.SUPPLIES), "transistor density")
DEMAND = Knob("scaling_demand", WORDS["demand"], tuple(growth.DEMANDS), "training FLOP")
PART = Knob("scaling_part", WORDS["look at"], ("data", "operations", "savings"), "data")
OLD, NEW = "NVIDIA Tesla P100 SXM2", ("Tesla V100 SXM2", "A100 SXM4 80 GB", "H100 SXM5 80GB", "B200")
BOARD = Knob("scaling_board", WORDS["from the P100"], NEW, "B200")
NARROWEST = Knob("scaling_format", WORDS["narrowest format"], flop.FORMATS, "fp4")
BITS = Knob("scaling_bits", WORDS["bits per weight"], ("1", "2", "4", "8", "16", "fp32"), "4")
SPARSITY = Knob("scaling_sparsity", WORDS["sparsity"], ("0", "50", "75", "90", "95"), "90")
STUDENT = Knob("scaling_student", WORDS["student"], ("5", "10", "25", "50", "100"), "25")
HARDWARE = Knob("scaling_hardware", WORDS["hardware"], savings.HARDWARE, "ordinary")
RESNET = "ResNet-50"
NETWORK = Knob("scaling_network", WORDS["network"], (*models.NAMES, RESNET), "cnn")
KNOBS = (BY, START, WANTED, OFFERED, SUPPLY, DEMAND, PART, BOARD, NARROWEST, BITS, SPARSITY, STUDENT, HARDWARE, NETWORK)
GUESSES = ("2", "10", "50", "250")
PRESETS = (
    Preset("Moore's law", {OFFERED: "24"}),
    Preset("Memory", {SUPPLY: "memory bandwidth"}),
    Preset("No low bits", {SUPPLY: "FLOP/J, fp32", NARROWEST: "fp32", PART: "operations"}),
    Preset("All the bits", {SUPPLY: "FLOP/J, best"}),
    Preset("Break it", {START: "1950"}),
)


class AskedGap(NamedTuple):
    """Both lines, and the years for which the slider of the gap stands: from the first of both on."""

    two: Two
    years: tuple[str, ...]
    by: str


def two_by_default() -> Two:
    """The two lines as the page opens."""
    since = int(START.default)
    wanted, offered = growth.demand(DEMAND.default, since), growth.supply(SUPPLY.default, since)
    lines = growth.line(wanted, WANTED.default), growth.line(offered, OFFERED.default)
    return Two(DEMAND.default, SUPPLY.default, *lines, max(since, lines[1].begins))


def asked(top: DeltaGenerator) -> AskedGap:
    """Draw the knobs of the two lines, and at the `top` the slider of the year: what they say."""
    with more():
        offers, wants, since = choice(SUPPLY), choice(DEMAND), int(slider(START))
        months = slider(WANTED), slider(OFFERED)
    wanted = growth.line(growth.demand(wants, since), months[0])
    offered = growth.line(growth.supply(offers, since), months[1])
    two = Two(wants, offers, wanted, offered, max(since, offered.begins))
    first = BY.options.index(str(two.since))
    with top:
        by = slider(BY, first=first)
    return AskedGap(two, BY.options[first:], by)
