"""The exercises of the lesson on what a model is."""

from collections.abc import Callable, Sequence
from math import prod

import numpy as np

from lessons.exercise import Choice, Goal, MissingLine, Number
from lessons.measure.layer_view import LayerCost, OneWeight
from lessons.measure.training_cost import training_costs
from lessons.quantity import Quantity, counted
from lessons.training import descent
from lessons.ui.network.knobs import RATE, STEPS, WALK

MIDDLE, LATE = 1, 2  # layers: convolutions that read several channels
FEWER_BITS, BITS = 16, 32  # of a stored parameter
Costs = Sequence[LayerCost]  # of a network, layer by layer


def shape_of(cost: LayerCost) -> dict[str, object]:
    """What is said of the layer that is asked about."""
    channels, *sides = cost.shape_out
    said = {"layer": cost.name, "channels": channels, "places": prod(sides), "inputs": inputs_each(cost)}
    return said | {"outputs": cost.outputs, "macs": cost.macs}


def inputs_each(cost: LayerCost) -> int:
    """Inputs that one output reads, each with its own weight."""
    return cost.macs // cost.outputs


def one_block(costs: Costs) -> int:
    return inputs_each(costs[MIDDLE]) + 1


def bias_for_each_output(costs: Costs) -> int:
    return costs[MIDDLE].weights + costs[MIDDLE].outputs


def block_for_each_output(costs: Costs) -> int:
    return costs[MIDDLE].outputs * one_block(costs)


PARAMETERS = Choice(
    "parameters",
    right=lambda costs: costs[MIDDLE].parameters,
    wrong={
        "one channel": one_block,
        "a bias per output": bias_for_each_output,
        "weights not shared": block_for_each_output,
    },
    said=lambda costs: shape_of(costs[MIDDLE]),
)


def uses(costs: Costs) -> dict[str, int]:
    """How often each layer uses one of its weights for an image."""
    return {cost.name: cost.macs // cost.weights for cost in costs}


def reuse(costs: Costs) -> int:
    """That of the layer to be found: neither the most nor the fewest, nor that of the layer asked about before."""
    return sorted(uses(costs).values())[-3]


def verdict(layer: str, costs: Costs) -> str:
    if layer not in uses(costs):
        return "no layer"
    found, wanted = uses(costs)[layer], reuse(costs)
    return "right" if found == wanted else "more places" if found > wanted else "fewer places"


REUSE = Goal("reuse", (WALK.name,), verdict, said=lambda costs: {"times": reuse(costs)})


MACS = Number(
    "macs",
    "kMACs",
    right=lambda costs: 2 * costs[LATE].macs / 1e3,
    wrong={
        "as before": lambda costs: costs[LATE].macs / 1e3,
        "inputs, too": lambda costs: 4 * costs[LATE].macs / 1e3,
        "weights used once": lambda costs: 2 * costs[LATE].parameters / 1e3,
        "one channel": lambda costs: costs[LATE].macs / costs[LATE].shape_out[0] / 1e3,
        "all inputs": lambda costs: 2 * costs[LATE].outputs * costs[LATE].inputs / 1e3,
    },
    said=lambda costs: shape_of(costs[LATE]) | {"twice": 2 * costs[LATE].shape_out[0]},
)

LARGER = Choice(
    "larger",
    right=lambda costs: 4 * costs[MIDDLE].macs,
    wrong={
        "weights unchanged": lambda costs: costs[MIDDLE].macs,
        "side alone": lambda costs: 2 * costs[MIDDLE].macs,
        "more inputs": lambda costs: 16 * costs[MIDDLE].macs,
    },
    said=lambda costs: shape_of(costs[MIDDLE]),
)


def wide(costs: Costs) -> float:
    """Million MACs with twice the channels: the first layer still reads one, the last still makes ten numbers."""
    first, *between, last = (cost.macs for cost in costs)
    return (2 * first + 4 * sum(between) + 2 * last) / 1e6


def millions(costs: Costs) -> float:
    """MACs of the network for one image."""
    return sum(cost.macs for cost in costs) / 1e6


WIDE = Number(
    "wide",
    "MMACs",
    right=wide,
    wrong={
        "fourfold": lambda costs: 4 * millions(costs),
        "one side": lambda costs: 2 * millions(costs),
        "three sides": lambda costs: 8 * millions(costs),
    },
    within=0.05,
    said=lambda costs: {"before": f"{millions(costs):.3f}"},
)


def stored(costs: Costs) -> int:
    """Parameters of the network."""
    return sum(cost.parameters for cost in costs)


FILE = Number(
    "file",
    "kB",
    right=lambda costs: stored(costs) * FEWER_BITS / 8 / 1e3,
    wrong={
        "bits for bytes": lambda costs: stored(costs) * FEWER_BITS / 1e3,
        "as before": lambda costs: stored(costs) * BITS / 8 / 1e3,
        "work stored": lambda costs: millions(costs) * 1e6 * FEWER_BITS / 8 / 1e3,
    },
    said=lambda costs: {"parameters": counted(stored(costs), "parameter"), "bits": FEWER_BITS},
)


def work(macs: float) -> Quantity:
    return Quantity("training", macs, "MAC", "measured")


TRAINING = Choice(
    "training",
    right=lambda costs: work(sum(layer.total for layer in training_costs(costs))),
    wrong={
        "forward alone": lambda costs: work(1e6 * millions(costs)),
        "one gradient": lambda costs: work(2e6 * millions(costs)),
        "memory": lambda costs: work(4e6 * millions(costs)),
    },
    said=lambda costs: {"forward": work(1e6 * millions(costs)), "first": costs[0].name},
)


def landed(descend: Callable, tried: OneWeight, layer: str) -> float:
    """The weight after some steps from the start that the page draws, with this way to descend."""
    gradient = lambda weight: float(np.interp(weight, tried.values, tried.gradients))
    return descend(beginning(tried), gradient, float(RATE.default), int(STEPS.default))[-1]


def beginning(tried: OneWeight) -> float:
    """The value of the weight that the page starts from."""
    ((weight, _),), _ = descent.on_a_curve(tried.values, tried.losses, tried.gradients, 0.0, 0)
    return weight


STEP = MissingLine(
    "step",
    descent.descend,
    "weight = weight - rate * gradient(weight)",
    {
        "uphill": "weight = weight + rate * gradient(weight)",
        "rate upside down": "weight = weight - gradient(weight) / rate",
        "slope ignored": "weight = weight - rate",
    },
    computed=landed,
    said=lambda tried, layer: {
        "layer": layer,
        "rate": RATE.default,
        "steps": STEPS.default,
        "start": f"{beginning(tried):.2f}",
        "least": f"{tried.values[np.argmin(tried.losses)]:.2f}",
    },
)

EXERCISES = (PARAMETERS, REUSE, MACS, LARGER, WIDE, FILE, TRAINING, STEP)
