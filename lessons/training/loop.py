"""The training loop: AdamW under a one-cycle learning rate, told step by step. Knows no technique and no data set."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from lessons.training.progress import BATCH, TrainingStep

LEARNING_RATE = 6e-3
WEIGHT_DECAY = 1e-2
REPORT_EVERY = 10  # steps
PROBE_EVERY = 80  # steps
Objective = Callable[[nn.Module, Any], Tensor]  # network, batch → what is minimised, a scalar


def train(
    net: nn.Module,
    objective: Objective,
    batches: Iterable,
    *,
    steps: int,
    learns: Iterable[nn.Parameter] = (),
    rate: float = LEARNING_RATE,
    stop_at: int | None = None,
    probe: Callable[[nn.Module], float] | None = None,
    report_every: int = REPORT_EVERY,
) -> Iterator[TrainingStep]:
    """Train `net` in place, and what else `learns` with it, on as many batches as there are steps; yield a TrainingStep
    every so many steps and at the end: between two of them a run cannot be stopped.

    `stop_at` ends the run early at that step, under the schedule of the whole run, so that a run stopped by hand can be
    repeated exactly. `rate`: the highest learning rate. `probe` measures accuracy along the way, of the net in
    eval mode; without it none is reported.
    """
    learning = [*net.parameters(), *learns]
    optimiser = torch.optim.AdamW(learning, lr=rate, weight_decay=WEIGHT_DECAY, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.25)
    losses: list[float] = []
    last = min(stop_at or steps, steps)
    net.train()
    began = time.perf_counter()
    for step, batch in enumerate(batches, start=1):
        loss = objective(net, batch)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if step % report_every == 0 or step == last:
            accuracy = _probed(net, probe) if probe and (step % PROBE_EVERY == 0 or step == last) else None
            yield TrainingStep(step, steps, sum(losses) / len(losses), accuracy, time.perf_counter() - began)
            losses.clear()
        if step == last:
            return


def _probed(net: nn.Module, probe: Callable[[nn.Module], float]) -> float:
    """Looking must not teach: in train mode a BatchNorm would take what it sees into its statistics."""
    net.eval()
    accuracy = probe(net)
    net.train()
    return accuracy


def batches(examples: int, seed: int) -> Iterator[Tensor]:
    """Index batches int64 [125], or of all where there are fewer, pass after pass, each in its own order. Endless."""
    size = min(BATCH, examples)
    generator = torch.Generator().manual_seed(seed)
    while True:
        order = torch.randperm(examples, generator=generator)
        yield from order[: examples // size * size].split(size)
