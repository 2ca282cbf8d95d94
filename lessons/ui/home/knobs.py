"""The knobs of the page that a reader arrives at."""

from lessons.text import sections
from lessons.ui.state.knob import Knob
from lessons.ui.state.network_knobs import network_knob

WORDS = sections("home")
WIDTHS = (*map(str, range(1, 17)), "fp32")
BITS = Knob("home_bits", WORDS["bits"], WIDTHS, default="4", help=WORDS["bits: help"])
NETWORK = network_knob("home")
KNOBS = (BITS, NETWORK)
