"""The jobs of networks that look at pictures.

A worker imports what a job computes with; asking for one must not wait for torch, so these imports are in the
functions.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np

from lessons import models, store
from lessons.data import TASKS
from lessons.data.drawing import AS_MADE
from lessons.experiment import Experiment, Prune, RemoveChannels, Trained, shipped
from lessons.jobs.events import Activations, Asked, ModelKept, Notice, Outcome, Walk
from lessons.measure.layer_view import SCANNED, LayerCost, OneWeight, RoundedWeights, Scanned, Wiring
from lessons.measure.power import package_joules, watts
from lessons.quantity import Quantity
from lessons.text import sections
from lessons.training.progress import BATCH, TrainingStep, steps_in

WORDS = sections("jobs")

SEEN = 100  # test pictures whose activations the histograms show
TRIED = np.linspace(-3, 3, 61)  # from a weight's trained value
HEATS = 3  # of a race of kernels
LEARNT_FROM = 300  # training pictures whose loss one weight is looked at


def measuring(experiment: Experiment, asked: Asked) -> Iterator[Outcome]:
    """Build, measure and time one experiment."""
    from lessons.data.examples import test_set
    from lessons.measure.layers import views
    from lessons.vision import build

    original, model = build.build(experiment.baseline), build.build(experiment)
    layers = views(original.tensors, model.net, model.tensors, model.inputs, test_set(model.task).images[:SEEN])
    measurement = build.measure(experiment)
    before, began = package_joules(), time.perf_counter()
    timing = build.time_it(experiment)
    drawn = watts(before, package_joules(), time.perf_counter() - began)
    yield Outcome(measurement, timing, drawn, layers)


def looking(experiment: Experiment, picture: int | bytes, asked: Asked) -> Iterator[Activations]:
    """What a picture does in a network: one of the test set by its number, or a drawing of 28 × 28 bytes."""
    import torch

    from lessons.data.examples import normalise
    from lessons.measure.look import look
    from lessons.vision import build

    model = build.build(experiment)
    if isinstance(picture, int):
        pixels = TASKS[model.task].test_pixels()[picture]
    else:
        pixels = AS_MADE[model.task](np.frombuffer(picture, np.uint8).reshape(28, 28))
    yield Activations(pixels, *look(model.net, normalise(torch.tensor(pixels)[None], model.task)))


def walking(experiment: Experiment, pictures: Sequence[int], asked: Asked) -> Iterator[Walk]:
    """What each layer of a network costs, and the strongest channels of each for some images of the test set."""
    from lessons.data.examples import test_set
    from lessons.measure import macs
    from lessons.measure.look import look, strongest
    from lessons.vision import build

    model = build.build(experiment)
    pixels, images = TASKS[model.task].test_pixels(), test_set(model.task).images
    seen = ((pixels[at], *look(model.net, images[at : at + 1])) for at in pictures)
    costs = macs.layers(model.net, images[:1])
    yield Walk(costs, [Activations(image, strongest(layers), probable) for image, layers, probable in seen])


def listening(teachers: Sequence[Experiment], asked: Asked) -> Iterator[np.ndarray]:
    """The mean logits of networks for all test pictures, float32 [n, classes]."""
    import torch

    from lessons.data.examples import test_set
    from lessons.vision import build

    built = [build.build(teacher) for teacher in teachers]
    images = test_set(built[0].task).images.split(SEEN)
    with torch.inference_mode():
        yield torch.stack([torch.cat([model.net(part) for part in images]) for model in built]).mean(0).numpy()


def beginning(teachers: Sequence[Experiment], student: Trained, count: int, asked: Asked) -> Iterator[np.ndarray]:
    """The logits of the first `count` test images before a student's first step: the mean of its teachers', and its
    own, float32 [2, count, classes]."""
    import torch

    from lessons.data.examples import test_set
    from lessons.vision import build

    nets = [build.build(teacher).net for teacher in teachers]
    images = test_set(student.task).images[:count]
    with torch.inference_mode():
        taught = torch.stack([net(images) for net in nets]).mean(0)
        yield torch.stack([taught, build.untrained(student)(images)]).numpy()


def counting(model: str, asked: Asked) -> Iterator[list[LayerCost]]:
    """What each layer of a network costs; its weights do not matter."""
    from lessons.data.examples import test_set
    from lessons.measure import macs
    from lessons.models.folding import folded

    yield macs.layers(folded(models.make(model).eval()), test_set().images[:1])


def trying(experiment: Experiment, layer: str, asked: Asked) -> Iterator[OneWeight]:
    """The loss as a function of one weight of a layer: the one by which it changes fastest."""
    from lessons.data.examples import training_set
    from lessons.measure.one_weight import loss_curve, steepest
    from lessons.vision import build

    model = build.build(experiment)
    images, labels = (part[:LEARNT_FROM] for part in training_set("bundled", model.task))
    place = steepest(model.net, layer, images, labels)
    trained = model.net.get_submodule(layer).weight[place].item()
    values = trained + TRIED
    yield OneWeight(place, trained, LEARNT_FROM, values, *loss_curve(model.net, layer, place, values, images, labels))


def pacing(experiment: Experiment, asked: Asked) -> Iterator[Quantity]:
    """How many times as long as a forward pass a training step takes on this machine."""
    from lessons.data.examples import training_set
    from lessons.measure.timing import training_ratio
    from lessons.vision import build

    model = build.build(experiment)
    yield training_ratio(model.net, *(part[:BATCH] for part in training_set("bundled", model.task)))


def rounding(baseline: Experiment, ways: Sequence[Experiment], layer: str, asked: Asked) -> Iterator[RoundedWeights]:
    """Some weights of a layer of a model, by the name of its block, and what rounding it in several ways makes of
    them."""
    from lessons.measure.rounding import rounded
    from lessons.vision import build

    before = build.build(baseline)
    name = next(name for name, weight in before.tensors.items() if name.startswith(f"{layer}.") and weight.dim() > 1)
    yield rounded(before.tensors[name], [build.build(each).tensors[name] for each in ways], layer)


def wiring(baseline: Experiment, ways: Sequence[Experiment], asked: Asked) -> Iterator[Wiring]:
    """The wires between some channels of a network, and what pruning it in several ways leaves of them."""
    from lessons.measure.wiring import wired
    from lessons.vision import build

    masked = [way.prefix if way.recipe and isinstance(way.recipe[-1], RemoveChannels) else way for way in ways]
    nets = [tuple(build.build(each).net for each in pair) for pair in zip(masked, ways, strict=True)]
    yield wired(build.build(baseline).net, nets)


def packing(experiment: Experiment, asked: Asked) -> Iterator[bytes]:
    """The file of a shrunk model."""
    from lessons.shrink.pack import pack
    from lessons.vision import build

    yield pack(build.build(experiment).tensors)


def training(source: Trained, asked: Asked) -> Iterator[TrainingStep | Notice | ModelKept]:
    """Train a source; what a stopped run has learnt is kept as an experiment of its own. Raises CannotKeep before it
    begins."""
    from lessons.data.examples import DataUnavailable, training_set
    from lessons.vision import build

    store.must_have_room()
    try:
        training_set(source.data, source.task)
    except DataUnavailable as error:
        yield Notice(WORDS("training on bundled", why=error))
        source = replace(source, data="bundled")
    for step, net in build.training(source):
        yield step
        command = asked()
        if command and step.step < step.total:
            yield ModelKept(build.keep(Experiment(replace(source, stopped_at=step.step)), net))
            if command == "stop":
                return
    yield ModelKept(build.keep(Experiment(source), net))


def tuning(experiment: Experiment, asked: Asked) -> Iterator[TrainingStep | ModelKept]:
    """Do every training of an experiment, numbered through: of its teachers, of its source, and every FineTune, as far
    as they were not done here. Each is stored at its end: a stopped run is taken up from there. Raises CannotKeep
    before it begins."""
    from lessons.data.examples import training_set
    from lessons.vision import build

    store.must_have_room()
    first = [link for link in _first(experiment) if not store.has(link.stored_as)]
    links = list(dict.fromkeys(first)) + experiment.trainings
    lengths = [
        steps_in(len(training_set("bundled", link.source.task)[0]), link.recipe[-1].epochs)
        if link.recipe
        else link.source.stopped_at or link.source.steps
        for link in links
    ]
    for link, before in zip(links, accumulate(lengths, initial=0), strict=False):
        if store.has(link.stored_as):
            continue
        reports = build.tuning(link) if link.recipe else build.training(link.source)
        for step, net in reports:  # noqa: B007 (the last one is kept)
            yield replace(step, step=before + step.step, total=sum(lengths))
            stopped = asked() == "stop"
            if stopped and step.step < step.total:
                return
        yield ModelKept(build.keep(link, net))
        if stopped:
            return
    yield ModelKept(experiment)


def _first(experiment: Experiment) -> list[Experiment]:
    """What is trained before the steps of an experiment: its teachers, and its source."""
    taught = [experiment.source.taught] if isinstance(experiment.source, Trained) else []
    taught += [link.recipe[-1].taught for link in experiment.trainings]
    teachers = [Experiment(teacher) for how in taught if how for teacher in how.by]
    first = [link for teacher in teachers for link in _first(teacher)]
    return [*first, experiment.baseline] if isinstance(experiment.source, Trained) else first


def scanning(baseline: Experiment, criterion: str, asked: Asked) -> Iterator[Scanned]:
    """Accuracy with each layer pruned alone."""
    from lessons.models.layers import weighted
    from lessons.vision import build

    layers = list(weighted(build.build(baseline).net).values())
    for sparsity in SCANNED:
        for at, layer in enumerate(layers):
            alone = tuple(sparsity if other == at else 0 for other in range(len(layers)))
            measured = build.measure(baseline | Prune(criterion=criterion, scope="given", ratios=alone))
            yield Scanned(at, layer.weight.numel(), sparsity, measured["accuracy"])
            if asked() == "stop":
                return


def racing(experiment: Experiment, asked: Asked) -> Iterator[dict[str, Quantity]]:
    """Seconds a picture takes: unpruned, pruned, and pruned with sparse kernels; and the same for a large layer with
    as many zeros."""
    import torch

    from lessons.data.examples import test_set
    from lessons.measure.sparse_kernel import SIDE, large_layer, with_sparse_kernels
    from lessons.measure.timing import latency
    from lessons.models.layers import weighted
    from lessons.vision import build

    model, before = build.build(experiment), build.build(experiment.baseline)
    weights = [layer.weight for layer in weighted(model.net).values()]
    gone = 1 - sum(int(weight.count_nonzero()) for weight in weights) / sum(weight.numel() for weight in weights)
    large, picture, numbers = large_layer(gone), test_set(model.task).images[:1], torch.ones(1, SIDE)
    racers = {
        WORDS["race: unpruned"]: (before.net, picture),
        WORDS["race: pruned"]: (model.net, picture),
        WORDS["race: sparse"]: (with_sparse_kernels(model.net), picture),
    }
    if gone:
        racers[WORDS("race: large", side=SIDE)] = large, numbers
        racers[WORDS("race: large, sparse", share=100 * gone)] = with_sparse_kernels(large), numbers
    # each runs by itself, for the next would find its caches cold; again and again, for the machine's other work to
    # fall on all
    heats = [{name: latency(*racer) for name, racer in racers.items()} for _ in range(HEATS)]
    yield {name: sorted((heat[name] for heat in heats), key=lambda found: found.value)[HEATS // 2] for name in racers}


def warm_up(trains: bool) -> None:
    """What the first measurement, and where it `trains` the first training, would otherwise wait for: data, and those
    parts of torch and torchvision that load when first used."""
    import torch

    from lessons.data.examples import training_set

    list(measuring(shipped(), lambda: None))
    if not trains:
        return
    training_set("bundled")
    net = torch.nn.Linear(1, 1)
    optimiser = torch.optim.AdamW(net.parameters(), fused=True)
    net(torch.ones(1, 1)).sum().backward()
    optimiser.step()
