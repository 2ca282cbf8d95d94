"""How long one picture takes on this machine. A timing differs from run to run: it is no part of a measurement."""

import copy
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("measure")

RUNS = 60
STEPS = 25


def latencies(nets: Sequence[nn.Module], example: Tensor) -> list[Quantity]:
    """Median milliseconds of a forward pass of `example` [1, …] on one thread, after a warm-up; band: quartiles.

    The nets take turns, so that what else the machine does meanwhile falls on all alike.
    """
    with torch.inference_mode():
        for net in nets:
            _timed(net, example)
        rounds = [[_timed(net, example) for net in nets] for _ in range(RUNS)]
    return [_summary(milliseconds) for milliseconds in zip(*rounds, strict=True)]


def latency(net: nn.Module, example: Tensor) -> Quantity:
    """Median seconds of a forward pass of `example` [1, …] on one thread, by itself; band: quartiles."""
    found = latencies([net], example)[0]
    value, low, high = (part / 1000 for part in (found.value, found.low, found.high))
    return replace(found, value=value, low=low, high=high, unit="s")


def training_ratio(net: nn.Module, images: Tensor, labels: Tensor) -> Quantity:
    """How many times as long a training step on these examples takes as a forward pass of them, in turns; band:
    quartiles."""
    net = copy.deepcopy(net).requires_grad_(True).train()
    optimiser = torch.optim.AdamW(net.parameters(), fused=True)

    def step() -> None:
        optimiser.zero_grad()
        F.cross_entropy(net(images), labels).backward()
        optimiser.step()

    def forward() -> None:
        with torch.inference_mode():
            net(images)

    for act in (step, forward):
        act()
    rounds = [_took(step) / _took(forward) for _ in range(STEPS)]
    low, middle, high = statistics.quantiles(rounds, n=4)
    source = WORDS("training runs", pairs=STEPS, examples=len(images))
    return Quantity("training_ratio", middle, "×", "measured", low, high, source)


def _summary(milliseconds: Sequence[float]) -> Quantity:
    low, middle, high = statistics.quantiles(milliseconds, n=4)
    return Quantity("latency", middle, "ms", "measured", low, high, WORDS("runs", runs=RUNS))


def _timed(net: nn.Module, example: Tensor) -> float:
    return 1000 * _took(lambda: net(example))


def _took(act: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
