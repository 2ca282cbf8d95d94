"""Gradient descent on one weight, by hand."""

from collections.abc import Callable
from itertools import takewhile

import numpy as np


def descend(weight: float, gradient: Callable[[float], float], rate: float, steps: int) -> list[float]:
    """The weight at the start and after each step against its gradient (Cauchy, 1847). `rate`: the learning rate."""
    path = [weight]
    for _ in range(steps):
        weight = weight - rate * gradient(weight)
        path.append(weight)
    return path


def on_a_curve(
    values: np.ndarray, losses: np.ndarray, gradients: np.ndarray, rate: float, steps: int
) -> tuple[list[tuple[float, float]], int]:
    """Descent on a loss measured at some values of a weight, from the higher of two places near the ends; between two
    measured points loss and gradient are interpolated. Gives (weight, loss) as far as it is measured, and the step
    that left the measured range, 0 if none did.
    """

    def loss(weight: float) -> float:
        return float(np.interp(weight, values, losses))

    near_the_ends = (values[len(values) // 10], values[-1 - len(values) // 10])
    start = float(max(near_the_ends, key=loss))
    path = descend(start, lambda weight: float(np.interp(weight, values, gradients)), rate, steps)
    measured = list(takewhile(lambda weight: values[0] <= weight <= values[-1], path))
    return [(weight, loss(weight)) for weight in measured], len(measured) if len(measured) < len(path) else 0
