"""Layer A, the silicon floor: what the arithmetic and the memory of one inference must cost, whatever is around them.

    E = MACs · (e_mul + e_add)  +  bits from DRAM · e_DRAM  +  bits through SRAM · e_SRAM

Energies per operation: Horowitz, ISSCC 2014 (45 nm); Jouppi et al., ISCA 2021 (7 nm); integers between the printed
widths as QKeras interpolates them (Coelho et al., Nature Machine Intelligence 2021). Real devices need far more: the
band is ×/÷ 10.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple, Protocol

from lessons.facts import energy_per_operation, figure
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("estimate")

BAND = 10
FORMATS = {"fp32": 32, "fp16": 16, "int8": 8, "int4": 4, "int2": 2, "int1": 1}  # bits a number
NODES = ("45 nm", "7 nm")
PARTS = {"DRAM": WORDS["DRAM"], "on-chip memory": WORDS["on-chip memory"], "compute": WORDS["compute"]}  # as shown
MEMORIES = {"DDR": "dram_45nm", "DDR3": "ddr3", "GDDR5": "gddr5", "LPDDR4": "lpddr4", "HBM2": "hbm2"}
ADDER = {"fp32": "fp32", "fp16": "fp16"}  # products are summed in …; those of integers in int32


class NotSourced(LookupError):
    """No sourced figure exists for this combination; the message says which."""


class Layer(Protocol):
    """What a layer costs for one example: see `measure.layer_view.LayerCost`."""

    macs: int
    weights: int
    parameters: int  # weights and biases
    inputs: int
    outputs: int


@dataclass(frozen=True)
class Traffic:
    """What one inference does: how often it multiplies, and how many bits it moves."""

    macs: int  # multiply–accumulates
    dram_bits: float  # read from main memory
    sram_bits: float  # weights and activations through the on-chip memory


class Operation(NamedTuple):
    """Energy in pJ of a multiplication and of adding its product; `add` is None where no figure is sourced."""

    multiply: float  # pJ
    add: float | None


def operation(number: str, node: str) -> Operation:
    """What one multiply–accumulate of this format costs. Raises NotSourced."""
    size = node.replace(" ", "")
    if number.startswith("int") and number != "int8":
        if node != "45 nm":
            raise NotSourced(WORDS("not sourced: format", number=number, node=node))
        bits = FORMATS[number]
        multiply = figure("qkeras_int_mul_quadratic").value * bits**2 + figure("qkeras_int_mul_linear").value * bits
        return Operation(multiply, _pj("int32_add_45nm"))
    adder = f"{ADDER.get(number, 'int32')}_add_{size}"
    return Operation(_pj(f"{number}_mul_{size}"), _pj(adder) if adder in energy_per_operation() else None)


def unsourced(node: str) -> dict[str, str]:
    """The formats that cannot be shown at this node, each with the reason."""
    reasons = {}
    for number in FORMATS:
        try:
            operation(number, node)
        except NotSourced as error:
            reasons[number] = str(error)
    return reasons


def inference(layers: Iterable[Layer], bits: int, batch: int = 1, reuse: float = inf) -> Traffic:
    """What one example of a batch does, all numbers at `bits` bits.

    A weight is used macs / weights times an example, once for each place of the output, and so is a bias. Read from
    DRAM, it stays on the chip for at most `reuse` uses, then it must be read again; with endless reuse each is read
    once a batch. What flows between layers stays on the chip.
    """
    macs = fetched = moved = 0.0
    for layer in layers:
        uses = batch * layer.macs / layer.weights
        macs += layer.macs
        fetched += layer.parameters * max(1.0, uses / reuse) / batch
        moved += layer.inputs + layer.outputs
    return Traffic(int(macs), fetched * bits, (fetched + moved) * bits)


def floor(traffic: Traffic, number: str = "fp32", node: str = "45 nm", memory: str = "DDR") -> dict[str, Quantity]:
    """Joules an inference: `compute`, `on-chip memory` (at 45 nm only: 1 MB SRAM), `DRAM` and their `total`.

    Raises NotSourced. `memory`: the kind of DRAM, a key of MEMORIES.
    """
    multiply, add = operation(number, node)
    counted = WORDS["multiplications: formula" if add is None else "MACs: formula"]
    parts = {"compute": _estimate("compute", traffic.macs, multiply + (add or 0.0), counted)}
    if node == "45 nm":
        sram = _pj("sram_1MB_45nm")
        parts["on-chip memory"] = _estimate("on-chip memory", traffic.sram_bits, sram, WORDS["SRAM bits: formula"])
    parts["DRAM"] = _estimate("DRAM", traffic.dram_bits, _pj(MEMORIES[memory]), WORDS["DRAM bits: formula"])
    total = sum(part.value for part in parts.values())
    formula = " + ".join(part.source for part in parts.values())
    return parts | {"total": Quantity("total", total, "J", "estimated", total / BAND, total * BAND, formula)}


def of_network(
    layers: Iterable[Layer],
    number: str,
    node: str = "45 nm",
    memory: str = "DDR",
    batch: int = 1,
    reuse: float = inf,
) -> dict[str, Quantity]:
    """The floor of one example of a batch through these layers, all numbers in one format. Raises NotSourced. `reuse`:
    how often a weight is used once it is read; `memory`: as for `floor`."""
    return floor(inference(layers, FORMATS[number], batch, reuse), number, node, memory)


def of_weight(number: str, node: str, memory: str) -> dict[str, Quantity]:
    """Joules that one weight costs, in the parts of a floor: fetched once from `DRAM`, read once from `on-chip memory`
    (at 45 nm only), used for one MAC (`compute`). Raises NotSourced. `memory`: as for `floor`."""
    return floor(Traffic(1, FORMATS[number], FORMATS[number]), number, node, memory)


def moving(floor: dict[str, Quantity]) -> Quantity:
    """The share of a floor that goes into moving numbers (%)."""
    share = 100 * (1 - floor["compute"].value / floor["total"].value)
    return Quantity("moving", share, "%", "estimated", source=WORDS["moving: formula"])


def floor_45nm(traffic: Traffic, number: str = "fp32") -> Quantity:
    """Joules at 45 nm with DDR memory and a 1 MB SRAM. `number`: the multiplier's format."""
    return replace(floor(traffic, number)["total"], name="energy_45nm")


def floor_7nm(traffic: Traffic, number: str = "fp32") -> Quantity:
    """Joules at 7 nm with HBM2, as far as sourced: multiplications and weight reads; no additions, no SRAM."""
    return replace(floor(traffic, number, "7 nm", "HBM2")["total"], name="energy_7nm")


def crossing(number: str, node: str, memory: str) -> float:
    """How often a weight must be used, once it is read from DRAM, until using it costs as much as reading it did.
    `memory`: as for `floor`."""
    multiply, add = operation(number, node)
    return FORMATS[number] * _pj(MEMORIES[memory]) / (multiply + (add or 0.0))


def pays_off(number: str, node: str, memory: str) -> Quantity:
    """What `crossing` gives, as it is shown. `memory`: as there."""
    multiply, add = operation(number, node)
    dram, mac = _pj(MEMORIES[memory]), multiply + (add or 0.0)
    source = WORDS("break-even reuse: formula", bits=FORMATS[number], dram=dram, memory=memory, mac=mac)
    return Quantity("crossing", crossing(number, node, memory), "uses", "estimated", source=source)


def ladder() -> dict[str, Quantity]:
    """Energy to get a value from where it is, in MACs (Eyeriss, Chen et al., ISSCC 2016)."""
    rungs = [figure(f"eyeriss_{name}") for name in ("register", "network", "buffer", "dram")]
    return {rung.label: Quantity(rung.name, rung.value, "×", "cited", source=rung.source) for rung in rungs}


def resnet18() -> Quantity:
    """The floor of one image through ResNet-18 in fp16 at 7 nm with HBM2, the nearest to an H100 that is sourced;
    weights read once."""
    bits = figure("resnet18_weights").value * FORMATS["fp16"]
    return floor_7nm(Traffic(int(figure("resnet18_macs").value), bits, 0), "fp16")


def _estimate(name: str, count: float, picojoules: float, formula: str) -> Quantity:
    joules, said = count * picojoules * 1e-12, formula.format(count=count, picojoules=picojoules)
    return Quantity(name, joules, "J", "estimated", joules / BAND, joules * BAND, said)


def _pj(name: str) -> float:
    try:
        return energy_per_operation()[name].picojoules
    except KeyError:
        raise NotSourced(WORDS("not sourced: operation", name=name.replace("_", " "))) from None
