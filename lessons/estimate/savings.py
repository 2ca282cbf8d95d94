"""Bits × sparsity × distillation: what the savings promise if they multiply, and what is left of that at the energy
floor.

What is not shrunk stays: numbers that flow between layers, 32-bit arithmetic where the hardware knows no other, zeros
that are multiplied like any number. Amdahl, AFIPS 1967, for energy instead of time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import sqrt
from typing import NamedTuple

from lessons.estimate.silicon import MEMORIES, Layer, Traffic, floor
from lessons.facts import figure
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("estimate")

FORMAT = {32: "fp32", 16: "fp16", 8: "int8", 4: "int4", 2: "int2", 1: "int1"}  # of products, by bits
FULL = 32
HARDWARE = ("ordinary", "skips zeros", "narrow arithmetic", "both")


@dataclass(frozen=True)
class Shrunk:
    """How a model is shrunk, and what its hardware can make of it. Shares from 0 to 1.

    `student`: its share of the teacher's weights; `kept`: the share of them not pruned. Hardware that skips zeros
    neither multiplies nor reads them; with narrow arithmetic, products are done, and numbers between layers moved, at
    the width of the weights.
    """

    bits: int = FULL  # of a weight
    kept: float = 1.0
    student: float = 1.0
    hardware: str = "ordinary"  # one of HARDWARE

    @property
    def skips(self) -> bool:
        """Whether zeros are skipped."""
        return self.hardware in ("skips zeros", "both")

    @property
    def narrow(self) -> bool:
        """Whether products are done at the width of the weights."""
        return self.hardware in ("narrow arithmetic", "both")

    @property
    def number(self) -> str:
        """The format of a multiplication."""
        return FORMAT[self.bits] if self.narrow else FORMAT[FULL]


def traffic(layers: Iterable[Layer], shrunk: Shrunk) -> Traffic:
    """What one inference still does. Every layer is narrowed alike, to √student of its channels, so that weights and
    multiplications shrink by `student` and what flows between layers by its root. With skipped zeros each weight needs
    a bit that says whether it is there. Biases, one a channel, are neither pruned nor rounded."""
    layers = list(layers)
    macs = shrunk.student * sum(layer.macs for layer in layers)
    weights = shrunk.student * sum(layer.weights for layer in layers)
    flow = sqrt(shrunk.student) * sum(layer.inputs + layer.outputs for layer in layers)
    biases = FULL * sqrt(shrunk.student) * sum(layer.parameters - layer.weights for layer in layers)
    stored = weights * shrunk.bits
    if shrunk.skips and shrunk.kept < 1:
        macs, stored = macs * shrunk.kept, weights * (shrunk.kept * shrunk.bits + 1)
    stored += biases
    return Traffic(int(macs), stored, stored + flow * (shrunk.bits if shrunk.narrow else FULL))


def stages(layers: Iterable[Layer], shrunk: Shrunk) -> dict[str, dict[str, Quantity]]:
    """The floor's parts in J, as a model is made smaller step by step: a student, then pruned, then rounded."""
    layers = list(layers)
    student = replace(shrunk, bits=FULL, kept=1.0)
    found = {"trained": Shrunk(), "student": student, "pruned": replace(student, kept=shrunk.kept), "rounded": shrunk}
    return {name: _floor(layers, each) for name, each in found.items()}


def promised(shrunk: Shrunk) -> Quantity:
    """What every weight saves, multiplied: the number one reads."""
    value = FULL / shrunk.bits / shrunk.kept / shrunk.student
    formula = WORDS("promised: formula", full=FULL, bits=shrunk.bits, kept=shrunk.kept, student=shrunk.student)
    return Quantity("promised", value, "×", "estimated", source=formula)


def saved(layers: Iterable[Layer], shrunk: Shrunk) -> Quantity:
    """How many times the energy floor at 45 nm with DDR memory fell. The band: with each sourced kind of memory."""
    layers = list(layers)

    def totals(memory: str) -> tuple[Quantity, Quantity]:
        return _floor(layers, Shrunk(), memory)["total"], _floor(layers, shrunk, memory)["total"]

    before, after = totals("DDR")
    ends = [old.value / new.value for old, new in map(totals, MEMORIES)]
    formula = WORDS("saved: formula", before=before.source, after=after.source, memories=", ".join(MEMORIES))
    return Quantity("saved", before.value / after.value, "×", "estimated", min(ends), max(ends), formula)


def _floor(layers: list[Layer], shrunk: Shrunk, memory: str = "DDR") -> dict[str, Quantity]:
    return floor(traffic(layers, shrunk), shrunk.number, memory=memory)


class Totals(NamedTuple):
    """A whole network as one layer; 0 for what is not known of it."""

    macs: int  # of one inference
    weights: int  # numbers
    inputs: int = 0  # numbers that flow in
    outputs: int = 0  # numbers that flow out

    @property
    def parameters(self) -> int:
        """Biases are counted among the weights."""
        return self.weights


def resnet50() -> Totals:
    """ResNet-50's published totals; what flows between its layers is left out."""
    return Totals(int(figure("resnet50_macs").value), int(figure("resnet50_weights").value))
