"""How long one picture takes on this machine. A timing differs from run to run: it is no part of a measurement."""

import statistics
import time
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from lessons.quantity import Quantity

RUNS = 60


def latencies(nets: Sequence[nn.Module], example: Tensor) -> list[Quantity]:
    """Median milliseconds of a forward pass of `example` [1, …] on one thread, after a warm-up; band: quartiles.

    The nets take turns, so that what else the machine does meanwhile falls on all alike.
    """
    with torch.inference_mode():
        for net in nets:
            _timed(net, example)
        rounds = [[_timed(net, example) for net in nets] for _ in range(RUNS)]
    return [_summary(milliseconds) for milliseconds in zip(*rounds, strict=True)]


def _summary(milliseconds: Sequence[float]) -> Quantity:
    low, middle, high = statistics.quantiles(milliseconds, n=4)
    return Quantity(
        "latency", middle, "ms", "measured", low, high, f"median of {RUNS} single pictures, band: quartiles"
    )


def _timed(net: nn.Module, example: Tensor) -> float:
    began = time.perf_counter()
    net(example)
    return 1000 * (time.perf_counter() - began)
