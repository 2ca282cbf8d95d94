"""Makes and measures the model an experiment names. Half of the waist of the house.

Everything above asks these functions; nothing below knows them.
"""

import copy
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache, partial

import torch
from torch import Tensor, nn

from lessons import models, store
from lessons.data import TASKS, examples
from lessons.data.split import split
from lessons.experiment import (
    ROUNDS,
    Experiment,
    FineTune,
    Loaded,
    Taught,
    Trained,
    checkpoint_file,
    checkpoints,
    trained_as,
)
from lessons.measure import quality, size
from lessons.measure.timing import latencies
from lessons.quantity import Measurement, Quantity
from lessons.shrink import straight_through
from lessons.text import sections
from lessons.training.loop import train
from lessons.training.progress import PROBE, TrainingStep, steps_in
from lessons.vision import objective, traffic
from lessons.vision.model import VisionModel, deployed, parametrizations, with_state
from lessons.vision.steps import apply

WORDS = sections("measure")

OTHER_SEEDS = 1_000_000  # starts that no network is trained from


@lru_cache(maxsize=64)
def build(experiment: Experiment) -> VisionModel:
    """The model an experiment names, as it is used. What was never trained is trained now."""
    with torch.no_grad():
        return deployed(_built(experiment))


@lru_cache(maxsize=64)
def _built(experiment: Experiment) -> VisionModel:
    """The model as it can be fine-tuned, with its BatchNorms. Shared prefixes are built once."""
    if not experiment.recipe:
        return _build_source(experiment)
    before, step = _built(experiment.prefix), experiment.recipe[-1]
    with torch.no_grad():
        return with_state(before, _state(experiment, before.net)) if isinstance(step, FineTune) else apply(step, before)


def measure(experiment: Experiment) -> Measurement:
    """Quality on the whole test set, bytes, MACs and energy of the model an experiment names."""
    task = experiment.source.task
    built, test = build(experiment), examples.test_set(task)
    given = quality.answers(built.net, test.images)
    accuracy = quality.accuracy(given, TASKS[task].test_labels())
    return Measurement(
        (
            Quantity("accuracy", accuracy, "%", "measured", source=WORDS("all test images", count=len(given))),
            *size.sizes(built.net, built.tensors, build(experiment.baseline).net),
            *traffic.quantities(built, test.images[:1]),
        ),
        given.tobytes(),
    )


def time_it(experiment: Experiment) -> tuple[Quantity, Quantity]:
    """Milliseconds a picture takes on this machine now: the baseline, and the experiment, in turns."""
    model = build(experiment)
    before, after = latencies([build(experiment.baseline).net, model.net], examples.test_set(model.task).images[:1])
    if model.inputs:
        after = replace(after, source=WORDS("rounding takes time", source=after.source))
    return before, after


def training(source: Trained) -> Iterator[tuple[TrainingStep, nn.Module]]:
    """Train a source from its seed; each report comes with the network as it stands, which goes on training
    afterwards."""
    net = _untrained(source.model, source.seed)
    for step in _train(net, source, source.epochs, source.seed, source.stopped_at, source.taught):
        yield step, net


def untrained(source: Trained) -> nn.Module:
    """A network as it is before its first optimiser step."""
    return _untrained(source.model, source.seed)


def tuning(experiment: Experiment) -> Iterator[tuple[TrainingStep, nn.Module]]:
    """Do an experiment's last step, which must be a FineTune: `keep` the network of the last report."""
    before, how = _built(experiment.prefix), experiment.recipe[-1]
    net = copy.deepcopy(before.net).requires_grad_(True)
    net.load_state_dict(_unrounded(experiment.prefix) if how.start == "trained" else _start(before.source, how))
    straight_through.open_up(net, parametrizations(before))
    for step in _train(net, replace(before.source, data="bundled"), how.epochs, how.seed, taught=how.taught):
        yield step, net


def keep(experiment: Experiment, net: nn.Module) -> Experiment:
    """Store a trained network as what this experiment's last training made."""
    net = copy.deepcopy(net)
    straight_through.close_up(net)
    store.save(experiment.stored_as, {name: weight.numpy() for name, weight in net.state_dict().items()})
    return experiment


def _build_source(experiment: Experiment) -> VisionModel:
    source = experiment.source
    net = models.make(source.model)
    net.load_state_dict(_state(experiment, net))
    net.requires_grad_(False).eval()
    return VisionModel(net, dict(net.named_parameters()), trained_as(source))


def _state(experiment: Experiment, net: nn.Module) -> dict[str, Tensor]:
    """The state of a network like `net` that an experiment's last training made, which is done now if it was never done
    here. Raises BadExperiment where a shipped checkpoint is damaged."""
    source = experiment.source
    if isinstance(source, Loaded) and not experiment.recipe:
        weights = checkpoints.read(checkpoint_file(source.checkpoint), source.sha256)
    else:
        like = {name: weight.shape for name, weight in net.state_dict().items()}
        weights = store.load(experiment.stored_as, like)
        if weights is None:
            with torch.enable_grad():
                *_, (_, trained) = tuning(experiment) if experiment.recipe else training(source)
            keep(experiment, trained)
            weights = store.load(experiment.stored_as, like)
    return {name: torch.from_numpy(weight) for name, weight in weights.items()}


def _unrounded(experiment: Experiment) -> dict[str, Tensor]:
    """The state of a network with its weights as they were before they were rounded: fine-tuning goes on from
    those."""
    net = _built(experiment).net
    if not experiment.recipe or experiment.recipe[-1].effect not in ROUNDS:
        return net.state_dict()
    before = experiment.prefix
    while before.recipe and before.recipe[-1].effect in ROUNDS:
        before = before.prefix
    if before.recipe and isinstance(before.recipe[-1], FineTune):
        return net.state_dict()
    with torch.no_grad():
        return deployed(_built(before)).net.state_dict()


def _start(source: Trained, step: FineTune) -> dict[str, Tensor]:
    """Where a network is trained again from."""
    if step.start == "random":
        return _untrained(source.model, OTHER_SEEDS + step.seed).state_dict()
    if not step.at:
        return _untrained(source.model, source.seed).state_dict()
    *_, (_, net) = training(replace(source, stopped_at=step.at))
    return net.state_dict()


def _untrained(model: str, seed: int) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return models.make(model)


def _train(
    net: nn.Module, source: Trained, epochs: int, seed: int, stop_at: int | None = None, taught: Taught | None = None
) -> Iterator[TrainingStep]:
    """Train a network in place on the pictures of a source, its accuracy looked at on some test pictures along the
    way."""
    probe, right = examples.test_set(source.task).images[:PROBE], TASKS[source.task].test_labels()[:PROBE]
    data = examples.training_set(source.data, source.task)
    unlabelled = taught.unlabelled if taught and taught.alpha else 0
    which = split(data.labels, source.labelled, unlabelled, source.withheld, source.seed)
    minimise, learns = partial(objective.on_labels, data=data), []
    if taught:
        teachers = [build(Experiment(teacher)).net for teacher in taught.by]
        pupil = objective.Student(net, taught, teachers, data, which, seed)
        minimise, learns = pupil.objective, pupil.learns
    return train(
        net,
        minimise,
        objective.order(which, seed),
        steps=steps_in(source.examples, epochs),
        learns=learns,
        stop_at=stop_at,
        probe=lambda net: quality.accuracy(quality.answers(net, probe), right),
    )
