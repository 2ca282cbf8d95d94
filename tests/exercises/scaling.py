"""Two lines as fitted and as set, boards by their data sheets, and savings of the networks that ship with the app."""

from math import sqrt

import numpy as np

from lessons import facts
from lessons.estimate import growth, savings
from lessons.facts import energy_per_operation
from lessons.ui.scaling.exercises import SHARE, Product, TwoBoards, gaps
from lessons.ui.scaling.first_picture import Two
from lessons.ui.scaling.knobs import BOARD, BY, OLD, START
from tests.exercises import Asked
from tests.unit.claims import layers

SINCE = int(START.default)
SET = {  # supply, demand, and the months in which each doubles
    "fitted": ("transistor density", "training FLOP", "fitted", "fitted"),
    "Moore's law": ("transistor density", "training FLOP", "24", "fitted"),
    "slow models": ("FLOP/J, best", "parameters", "36", "9"),
}
YEARS = tuple(year for year in BY.options if int(year) >= SINCE)


def line(name: str) -> Two:
    offers, wants, supply, demand = SET[name]
    lines = growth.line(growth.demand(wants, SINCE), demand), growth.line(growth.supply(offers, SINCE), supply)
    return Two(wants, offers, *lines, SINCE)


def months(name: str) -> tuple[float, float]:
    """In which supply and demand double, by another least-squares fit."""
    offers, wants, *fixed = SET[name]
    rows = growth.supply(offers, SINCE), growth.demand(wants, SINCE)
    slopes = [np.polyfit([row.year for row in each], np.log2([row.value for row in each]), 1)[0] for each in rows]
    return tuple(
        12 / slope if set_to == "fitted" else float(set_to) for slope, set_to in zip(slopes, fixed, strict=True)
    )


def gap(name: str, years: int) -> float:
    """The one growth divided by the other."""
    supply, demand = months(name)
    return 2 ** (12 * years / demand) / 2 ** (12 * years / supply)


def thousandth(name: str) -> set[str]:
    """Counted back from the last year."""
    year = last = int(YEARS[-1])
    while gap(name, year - 1 - SINCE) * SHARE >= gap(name, last - SINCE):
        year -= 1
    return {str(year)}


def cheaper(name: str) -> float:
    """By the data sheets: W and TFLOPS."""
    asked = {"A100 SXM4 80 GB": "H100 SXM5 80GB", "H100 SXM5 80GB": "A100 SXM4 80 GB", "B200": "H100 SXM5 80GB"}[name]
    old, new = (facts.boards()[board] for board in (OLD, f"NVIDIA {asked}"))
    return old.tdp_W / old.fp32_TFLOPS / (new.tdp_W / new.fp32_TFLOPS)


PRODUCTS = {
    "cnn": (Product(layers("cnn"), savings.Shrunk(4, 0.1, 0.25, "ordinary")),),
    "depthwise": (Product(layers("depthwise"), savings.Shrunk(8, 0.5, 0.5, "ordinary")),),
    "ResNet-50": (Product([savings.resnet50()], savings.Shrunk(8, 1.0, 0.1, "narrow arithmetic")),),
}


def fell(name: str) -> float:
    """How many times the floor fell on ordinary hardware, both written out in pJ."""
    (product,) = PRODUCTS[name]
    network, shrunk = product
    pj = {key: row.picojoules for key, row in energy_per_operation().items()}
    macs, weights = (sum(getattr(layer, what) for layer in network) for what in ("macs", "weights"))
    biases = sum(layer.parameters for layer in network) - weights
    flow = sum(layer.inputs + layer.outputs for layer in network)
    mac = pj["fp32_mul_45nm"] + pj["fp32_add_45nm"]

    def floor(width: int, student: float) -> float:
        stored = student * weights * width + sqrt(student) * biases * 32
        moved = sqrt(student) * flow * 32
        return student * macs * mac + stored * pj["dram_45nm"] + (stored + moved) * pj["sram_1MB_45nm"]

    bits = {"cnn": 8, "depthwise": 4, "ResNet-50": 4}[name]
    return floor(32, 1) / floor(bits, shrunk.student)


LINES = {name: (line(name),) for name in SET}
BOARDS = {
    name: (TwoBoards(facts.boards()[OLD], facts.boards()[f"NVIDIA {name}"], narrowest),)
    for name, narrowest in zip(BOARD.options[1:], ("fp16", "fp8", "fp4"), strict=True)
}
ASKED = {
    "factor": Asked(LINES, lambda name: 2 ** (36 / months(name)[1])),
    "chase": Asked(LINES, lambda name: months(name)[0] / months(name)[1]),
    "slope": Asked(LINES, lambda name: 2 ** (36 / months(name)[1])),
    "thousandth": Asked({name: (gaps(two, YEARS),) for name, (two,) in LINES.items()}, thousandth, YEARS, BY.default),
    "cheaper": Asked(BOARDS, cheaper),
    "zeros": Asked(PRODUCTS, lambda name: 1.0),
    "multiplied": Asked(PRODUCTS, fell),
}
