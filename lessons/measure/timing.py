"""How long one picture takes on this machine. A timing differs from run to run: it is no part of a measurement."""

import statistics
import time

import torch
from torch import Tensor, nn

from lessons.quantity import Quantity

RUNS = 40


def latency(net: nn.Module, example: Tensor) -> Quantity:
    """Median milliseconds of a forward pass of `example` [1, …] on one thread, after a warm-up; band: quartiles."""
    with torch.inference_mode():
        for _ in range(5):
            net(example)
        milliseconds = [_timed(net, example) for _ in range(RUNS)]
    low, middle, high = statistics.quantiles(milliseconds, n=4)
    return Quantity(
        "latency", middle, "ms", "measured", low, high, f"median of {RUNS} single pictures, band: quartiles"
    )


def _timed(net: nn.Module, example: Tensor) -> float:
    began = time.perf_counter()
    net(example)
    return 1000 * (time.perf_counter() - began)
