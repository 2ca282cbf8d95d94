"""What a training example costs: the forward pass, and two gradients on the way back, counted from shapes.

A layer y = w ∗ x has, for each product of its forward pass, one in the gradient with respect to its weights
(∂L/∂w = ∂L/∂y ∗ x) and one in the gradient with respect to its inputs (∂L/∂x = ∂L/∂y ∗ w), which the layer before
needs; the first layer has none before it. Rumelhart, Hinton and Williams, "Learning representations by back-propagating
errors", 1986. The optimiser's own arithmetic, a few operations a weight and batch, is not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lessons.measure.layer_view import LayerCost
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("measure")


@dataclass(frozen=True)
class TrainingCost:
    """MACs of one layer for one training example."""

    name: str  # of the layer
    forward: int  # of the forward pass
    weights: int  # of the gradient with respect to the weights
    inputs: int  # of the gradient with respect to the inputs

    @property
    def total(self) -> int:
        """MACs of the layer for one training example, in all."""
        return self.forward + self.weights + self.inputs


def summed(layers: Sequence[TrainingCost]) -> dict[str, Quantity]:
    """The whole network's MACs: forward, for a training example, and how many times as many that are."""
    forward, whole = sum(layer.forward for layer in layers), sum(layer.total for layer in layers)
    formula = WORDS("training ratio: formula", training=whole, forward=forward)
    return {
        WORDS["forward pass"]: Quantity("forward", forward, "MAC", "measured", source=WORDS["forward pass: how"]),
        WORDS["training example"]: Quantity(
            "training", whole, "MAC", "measured", source=WORDS["training example: how"]
        ),
        WORDS["training ratio"]: Quantity("ratio", whole / forward, "×", "measured", source=formula),
    }


def training_costs(layers: Sequence[LayerCost]) -> list[TrainingCost]:
    """For each layer, in the order they run."""
    return [
        TrainingCost(layer.name, layer.macs, layer.macs, layer.macs if at > 0 else 0) for at, layer in enumerate(layers)
    ]
