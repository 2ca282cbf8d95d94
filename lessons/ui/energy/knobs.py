"""The knobs of the lesson on energy."""

from lessons.estimate import silicon
from lessons.text import sections
from lessons.ui.state.knob import Knob
from lessons.ui.state.network_knobs import network_knob
from lessons.ui.state.presets import Preset

WORDS = sections("energy")
FORMAT = Knob("energy_format", WORDS["format"], tuple(silicon.FORMATS), "fp32")
NODE = Knob("energy_node", WORDS["process"], silicon.NODES, "45 nm")
MEMORY = Knob("energy_memory", WORDS["memory"], tuple(silicon.MEMORIES), "DDR")
BATCH = Knob("energy_batch", WORDS["batch"], tuple(str(2**n) for n in range(10)), "1")
REUSE = Knob("energy_reuse", WORDS["reuse"], ("1", "4", "16", "64", "256", "all"), "all")
PLACES = {"at home": None, "Google": "pue_google", "Microsoft": "pue_microsoft", "survey mean": "pue_survey"}
PLACE = Knob("energy_place", WORDS["building"], tuple(PLACES), "at home")
NETWORK = network_knob("energy")
KNOBS = (FORMAT, NODE, MEMORY, BATCH, REUSE, PLACE, NETWORK)
GUESSES = ("2×", "10×", "100×", "1,000×", "10,000×")
PRESETS = (
    Preset("8 bits", {FORMAT: "int8"}),
    Preset("Newer process", {FORMAT: "int8", NODE: "7 nm", MEMORY: "HBM2"}),
    Preset("Batch of 256", {BATCH: "256"}),
    Preset("Break it", {REUSE: "1"}),
    Preset("1 bit", {FORMAT: "int1", BATCH: "256"}),
)
