"""The numbers of one layer, each with its arithmetic."""

from collections.abc import Sequence
from math import prod

from lessons.estimate.silicon import Traffic, floor_45nm
from lessons.measure.layer_view import LayerCost
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("measure")

BITS = 32  # of a weight, a bias, and a number between layers
COSTS = {
    "parameters": WORDS["cost: parameters"],
    "MACs": WORDS["cost: MACs"],
    "bytes": WORDS["cost: bytes"],
    "energy": WORDS["cost: energy"],
}


def quantities(layer: LayerCost) -> dict[str, Quantity]:
    """Parameters, MACs, bytes and energy floor of a layer for one picture, all in float32."""
    each = layer.weights // layer.shape_out[0]  # weights that make one number of the output
    places = " × ".join(map(str, layer.shape_out))
    biases = layer.parameters - layer.weights
    moved = layer.parameters + layer.inputs + layer.outputs
    energy = floor_45nm(Traffic(layer.macs, BITS * layer.parameters, BITS * moved))
    return {
        "parameters": Quantity(
            "parameters", layer.parameters, "parameters", "measured",
            source=WORDS("parameters: formula", channels=layer.shape_out[0], each=each, biases=biases),
        ),
        "MACs": Quantity(
            "macs", layer.macs, "MAC", "measured", source=WORDS("MACs: formula", outputs=places, each=each),
        ),
        "bytes": Quantity(
            "bytes", BITS // 8 * layer.parameters, "bytes", "estimated",
            source=WORDS("bytes: formula", parameters=layer.parameters, bytes=BITS // 8),
        ),
        "energy": energy,
    }  # fmt: skip


def total(layers: Sequence[LayerCost], name: str) -> Quantity:
    """One of these numbers summed over layers."""
    parts = [quantities(layer)[name] for layer in layers]
    low, high = (None if parts[0].low is None else sum(getattr(part, end) for part in parts) for end in ("low", "high"))
    source = WORDS("sum over layers", layers=", ".join(layer.name for layer in layers))
    return Quantity(parts[0].name, sum(part.value for part in parts), parts[0].unit, parts[0].badge, low, high, source)


def whole(layers: Sequence[LayerCost], *which: str) -> dict[str, Quantity]:
    """Costs of all layers together, in words. `which`: keys of COSTS; none: all."""
    return {COSTS[name]: total(layers, name) for name in which or COSTS}


def table(layers: Sequence[LayerCost]) -> dict[str, Quantity]:
    """Every number of every layer, in words."""
    return {
        f"{layer.name}, {COSTS[name]}": quantity for layer in layers for name, quantity in quantities(layer).items()
    }


def in_the_last(layers: Sequence[LayerCost]) -> dict[str, Quantity]:
    """What share of a network's parameters and MACs is in its last layer."""
    last, shares = layers[-1].name, {}
    for name in ("parameters", "MACs"):
        part, whole = total(layers[-1:], name), total(layers, name)
        share = 100 * part.value / whole.value
        said = WORDS(f"share of {name}", layer=last)
        shares[said] = Quantity(name, share, "%", "measured", source=f"{part} ÷ {whole}")
    return shares


def shape(numbers: tuple[int, ...]) -> str:
    """`numbers` of a shape in words, such as `16 × 14 × 14`."""
    return " × ".join(map(str, numbers)) if len(numbers) > 1 else f"{prod(numbers)}"
