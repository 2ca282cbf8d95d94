"""Gradient descent on one weight, by hand."""

from collections.abc import Callable


def descend(weight: float, gradient: Callable[[float], float], rate: float, steps: int) -> list[float]:
    """The weight at the start and after each step against its gradient (Cauchy, 1847). `rate`: the learning rate."""
    path = [weight]
    for _ in range(steps):
        weight = weight - rate * gradient(weight)
        path.append(weight)
    return path
