"""The jobs: generators of typed events, the last of which is the result.

`asked()` tells a job what its readers want meanwhile: "keep" (a copy of what there is now), "stop" (that, and no more),
or nothing.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch

from lessons import build
from lessons.data.examples import DataUnavailable, test_set, training_set
from lessons.experiment import Experiment, Trained
from lessons.jobs.events import Kept, Notice, Outcome
from lessons.measure.layers import views
from lessons.measure.power import package_joules, watts
from lessons.shrink.pack import pack
from lessons.training.progress import Step

SEEN = 100  # test pictures whose activations the histograms show
Asked = Callable[[], str | None]


def measuring(experiment: Experiment, asked: Asked) -> Iterator[Outcome]:
    """Build, measure and time one experiment."""
    original, model = build.build(experiment.baseline), build.build(experiment)
    layers = views(original.tensors, model.net, model.tensors, model.inputs, test_set(model.task).images[:SEEN])
    measurement = build.measure(experiment)
    before, began = package_joules(), time.perf_counter()
    timing = build.time_it(experiment)
    drawn = watts(before, package_joules(), time.perf_counter() - began)
    yield Outcome(measurement, timing, drawn, layers)


def packing(experiment: Experiment, asked: Asked) -> Iterator[bytes]:
    """The file of a shrunk model."""
    yield pack(build.build(experiment).tensors)


def training(source: Trained, asked: Asked) -> Iterator[Step | Notice | Kept]:
    """Train a source; what a stopped run has learnt is kept as an experiment of its own."""
    try:
        training_set(source.data, source.task)
    except DataUnavailable as error:
        yield Notice(f"{error} Training on those instead.")
        source = replace(source, data="bundled")
    for step, net in build.training(source):
        yield step
        command = asked()
        if command and step.step < step.total:
            yield Kept(build.keep(replace(source, stopped_at=step.step), net))
            if command == "stop":
                return
    yield Kept(build.keep(source, net))


def warm_up() -> None:
    """What the first training run would otherwise wait for: its data, and torch's parts that load when first used."""
    training_set("bundled")
    net = torch.nn.Linear(1, 1)
    optimiser = torch.optim.AdamW(net.parameters(), fused=True)
    net(torch.ones(1, 1)).sum().backward()
    optimiser.step()
