"""The networks that ship with the app, counted by hand, and one that never was; three computers."""

from lessons.estimate import silicon
from lessons.facts import energy_per_operation, figure
from lessons.measure.layer_view import LayerCost
from lessons.models import NAMES
from lessons.quantity import Quantity
from lessons.ui.energy.exercises import IMAGES, ImageRun
from lessons.ui.energy.first_picture import Setting
from lessons.ui.energy.knobs import BATCH
from tests.exercises import Asked
from tests.unit.claims import layers

MADE = [
    LayerCost("conv", 36_000, 360, 370, (4, 12, 12), (10, 10, 10)),
    LayerCost("fc", 2_000, 2_000, 2_002, (1000,), (2,)),
]
LAYERS = {name: (layers(name),) for name in NAMES} | {"made": (MADE,)}
SETTINGS = {
    "cnn": Setting("fp32", "45 nm", "DDR"),
    "depthwise": Setting("int8", "7 nm", "HBM2"),
    "made": Setting("int4", "45 nm", "LPDDR4", 16.0),
}
BOTH = {name: (*LAYERS[name], SETTINGS[name]) for name in LAYERS}
FLOORS = {
    name: ({at: now.of_image(network, int(at))["total"].value for at in BATCH.options},)
    for name, (network, now) in BOTH.items()
}
RUNS = {
    name: (ImageRun(seconds, Quantity("package power", watts, "W", "estimated"), cores),)
    for name, seconds, watts, cores in (("laptop", 0.0004, 15, 8), ("server", 0.00007, 225, 64), ("board", 0.021, 4, 4))
}
BILLS = dict(zip(LAYERS, ((*LAYERS[name], *run) for name, run in zip(LAYERS, RUNS.values(), strict=True)), strict=True))


def cost(now: Setting) -> float:
    """pJ of a multiplication and an addition, as far as the sources print them."""
    pj = {name: row.picojoules for name, row in energy_per_operation().items()}
    linear, square = figure("qkeras_int_mul_linear").value, figure("qkeras_int_mul_quadratic").value
    return {
        ("fp32", "45 nm"): pj["fp32_mul_45nm"] + pj["fp32_add_45nm"],
        ("int8", "7 nm"): pj["int8_mul_7nm"],
        ("int4", "45 nm"): 16 * square + 4 * linear + pj["int32_add_45nm"],
        ("fp16", "45 nm"): pj["fp16_mul_45nm"] + pj["fp16_add_45nm"],
        ("fp16", "7 nm"): pj["fp16_mul_7nm"],
    }[now.number, now.node]


def fetch(now: Setting) -> float:
    """pJ of a number from DRAM."""
    return int(now.number.lstrip("fpint")) * energy_per_operation()[silicon.MEMORIES[now.memory]].picojoules


def in_fp16(now: Setting) -> float:
    """Uses that take as much as a fetch, each number as 16 bits."""
    narrow = now._replace(number="fp16")
    return fetch(narrow) / cost(narrow)


def stored(name: str) -> int:
    return sum(layer.parameters for layer in LAYERS[name][0])


def uses(name: str) -> int:
    """The places of the output, where the layer with the most multiplications has been found by eye."""
    found = {layer.name: layer for layer in LAYERS[name][0]}
    layer = found[{"cnn": "conv2", "depthwise": "pw2.0", "made": "conv"}[name]]
    return layer.shape_out[1] * layer.shape_out[2]


def enough(name: str) -> set[str]:
    floors = [FLOORS[name][0][at] for at in BATCH.options]
    too_much = sum(floor > 1.1 * floors[-1] for floor in floors)
    return {str(2**too_much)}


def saved(name: str) -> float:
    """Percent: all that costs less in int8, written out, of the machine's energy."""
    network, run = BILLS[name]
    macs = sum(layer.macs for layer in network)
    flow = sum(layer.inputs + layer.outputs for layer in network)
    sram, dram = (energy_per_operation()[key].picojoules for key in ("sram_1MB_45nm", "dram_45nm"))
    bits = 24 * (stored(name) * (sram + dram) + flow * sram)
    arithmetic = macs * (cost(SETTINGS["cnn"]) - int8())
    return 100 * (bits + arithmetic) * 1e-12 / (run.seconds * run.power.value)


def int8() -> float:
    pj = energy_per_operation()
    return pj["int8_mul_45nm"].picojoules + pj["int32_add_45nm"].picojoules


ASKED = {
    "fetch": Asked({name: (now,) for name, now in SETTINGS.items()}, lambda name: in_fp16(SETTINGS[name])),
    "dram": Asked(BOTH, lambda name: stored(name) * fetch(SETTINGS[name]) / 1e6),
    "uses": Asked(LAYERS, uses),
    "shared": Asked(BOTH, lambda name: stored(name) / IMAGES * fetch(SETTINGS[name]) * 1e-12),
    "enough": Asked(FLOORS, enough, BATCH.options, "1"),
    "power": Asked(RUNS, lambda name: RUNS[name][0].seconds * RUNS[name][0].power.value),
    "bill": Asked(BILLS, saved),
}
