"""The exercises of the lesson on energy."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from lessons.estimate import device, silicon
from lessons.exercise import Choice, Goal, MissingLine, Number
from lessons.facts import energy_per_operation
from lessons.measure.layer_view import LayerCost
from lessons.quantity import Quantity, show
from lessons.ui.energy.first_picture import Setting
from lessons.ui.energy.knobs import BATCH

IMAGES = 16  # of the batch in which a line is missing
NEAR = 1.1  # times the least floor that a batch may take
Layers = Sequence[LayerCost]


class ImageRun(NamedTuple):
    """One image on this machine: seconds on one core, the watts of the package, and how many cores it has."""

    seconds: float
    power: Quantity
    cores: int

    @property
    def energy(self) -> Quantity:
        """B: J of one image."""
        return device.on_this_machine(self.seconds, self.power, self.cores)


def uses_of(now: Setting) -> float:
    """Of a weight, for as much energy as fetching it takes."""
    return silicon.crossing(now.number, now.node, now.memory)


def other(now: Setting) -> Setting:
    """The same in a format whose number of uses the page does not print."""
    return now._replace(number="int8" if now.number == "fp16" else "fp16")


def bits_more(now: Setting) -> float:
    """How many times as many bits the other format has."""
    return silicon.FORMATS[other(now).number] / silicon.FORMATS[now.number]


FETCH = Choice(
    "fetch",
    right=lambda now: uses_of(other(now)),
    wrong={
        "as cheap": lambda now: 1,
        "alike": uses_of,
        "fetch alone": lambda now: uses_of(now) * bits_more(now),
    },
    said=lambda now: now._asdict() | {"uses": show(uses_of(now), ""), "other": other(now).number},
)


def picojoules(now: Setting) -> float:
    """Of one bit from DRAM."""
    return energy_per_operation()[silicon.MEMORIES[now.memory]].picojoules


def microjoules(now: Setting, numbers: int) -> float:
    """Of so many numbers from DRAM."""
    return numbers * silicon.FORMATS[now.number] * picojoules(now) / 1e6


def parameters(layers: Layers) -> int:
    return sum(layer.parameters for layer in layers)


DRAM = Number(
    "dram",
    "µJ",
    right=lambda layers, now: microjoules(now, parameters(layers)),
    wrong={
        "bytes for bits": lambda layers, now: microjoules(now, parameters(layers)) / 8,
        "once a multiplication": lambda layers, now: microjoules(now, sum(layer.macs for layer in layers)),
    },
    said=lambda layers, now: {
        "parameters": f"{parameters(layers):,}",
        "number": now.number,
        "memory": now.memory,
        "picojoules": show(picojoules(now), ""),
    },
)


def busiest(layers: Layers) -> LayerCost:
    """The convolution with the most multiplications."""
    return max((layer for layer in layers if len(layer.shape_out) == 3), key=lambda layer: layer.macs)


def shape_of(layers: Layers) -> dict[str, object]:
    layer = busiest(layers)
    channels, height, width = layer.shape_out
    return {
        "layer": layer.name,
        "weights": f"{layer.weights:,}",
        "channels": channels,
        "height": height,
        "width": width,
        "kernel": layer.weights // channels,
    }


USES = Choice(
    "uses",
    right=lambda layers: busiest(layers).macs // busiest(layers).weights,
    wrong={
        "once": lambda layers: 1,
        "of one output": lambda layers: busiest(layers).macs // busiest(layers).outputs,
        "every output": lambda layers: busiest(layers).outputs,
    },
    said=shape_of,
)


def fetched(inference: Callable, layers: Layers, now: Setting) -> Quantity:
    """J from DRAM for one image of a batch."""
    bits = inference(layers, silicon.FORMATS[now.number], IMAGES).dram_bits
    return Quantity("DRAM", bits * picojoules(now) * 1e-12, "J", "estimated")


SHARED = MissingLine(
    "shared",
    silicon.inference,
    "fetched += layer.parameters * max(1.0, uses / reuse) / batch",
    {
        "not shared": "fetched += layer.parameters * max(1.0, uses / reuse)",
        "for every use": "fetched += layer.parameters * max(1.0, uses) / batch",
        "activations leave": "fetched += layer.parameters * max(1.0, uses / reuse) / batch + layer.outputs",
    },
    computed=fetched,
    said=lambda layers, now: {"images": IMAGES, "number": now.number, "reuse": f"{now.reuse:g}"},
)


def enough(floors: Mapping[str, float]) -> str:
    """The smallest batch that takes hardly more an image than the largest. `floors`: J of an image by batch size."""
    return next(batch for batch, floor in floors.items() if floor <= NEAR * floors[BATCH.options[-1]])


def verdict(batch: str, floors: Mapping[str, float]) -> str:
    if int(batch) < int(enough(floors)):
        return "too small"
    return "right" if batch == enough(floors) else "larger than needed"


ENOUGH = Goal(
    "enough",
    (BATCH.name,),
    verdict,
    said=lambda floors: {"percent": f"{100 * (NEAR - 1):.0f}", "largest": BATCH.options[-1]},
)


def joules(value: float) -> Quantity:
    return Quantity("energy", value, "J", "estimated")


POWER = Choice(
    "power",
    right=lambda run: joules(run.energy.value),
    wrong={
        "in watt-hours": lambda run: joules(run.energy.value / 3600),
        "power is energy": lambda run: joules(run.power.value),
        "power per time": lambda run: joules(run.power.value / run.seconds),
        "milliseconds as seconds": lambda run: joules(1e3 * run.energy.value),
    },
    said=lambda run: {"time": f"{1e3 * run.seconds:.3g} ms", "power": run.power},
)


def floor_of(layers: Layers, number: str) -> float:
    """J of one image alone, at 45 nm with DDR."""
    return silicon.of_network(layers, number)["total"].value


def saved(layers: Layers) -> float:
    """J an image by int8 instead of fp32, at the floor."""
    return floor_of(layers, "fp32") - floor_of(layers, "int8")


def percent(share: float) -> Quantity:
    return Quantity("share", 100 * share, "%", "estimated")


def multiplier(number: str) -> float:
    """pJ of one multiplication at 45 nm."""
    return silicon.operation(number, "45 nm").multiply


BILL = Choice(
    "bill",
    right=lambda layers, run: percent(saved(layers) / run.energy.value),
    wrong={
        "share of the floor": lambda layers, run: percent(saved(layers) / floor_of(layers, "fp32")),
        "shorter numbers": lambda layers, run: percent(1 - silicon.FORMATS["int8"] / silicon.FORMATS["fp32"]),
        "share of the multiplier": lambda layers, run: percent(1 - multiplier("int8") / multiplier("fp32")),
    },
    said=lambda layers, run: {
        "before": joules(floor_of(layers, "fp32")),
        "after": joules(floor_of(layers, "int8")),
        "here": run.energy,
    },
)

EXERCISES = (FETCH, DRAM, USES, SHARED, ENOUGH, POWER, BILL)
