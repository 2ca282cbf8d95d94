"""Makes and measures the model an experiment names. Half of the waist of the house.

Everything above asks these functions; nothing below knows them.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import torch
from safetensors.numpy import load_file
from torch import Tensor, nn

from lessons import models, store
from lessons.data import TASKS, examples
from lessons.estimate import silicon
from lessons.experiment import CHECKPOINTS, Experiment, Loaded, Trained
from lessons.measure import macs as mac_count
from lessons.measure import quality, size
from lessons.measure.timing import latencies
from lessons.models.folding import folded
from lessons.models.layers import weighted
from lessons.quantity import Measurement, Quantity
from lessons.shrink.encoded import Encoded
from lessons.shrink.pack import stored_bits
from lessons.steps import Built, apply
from lessons.training.loop import train
from lessons.training.progress import PROBE, Step


@lru_cache(maxsize=64)
def build(experiment: Experiment) -> Built:
    """The model an experiment names. Shared prefixes are built once; a source that was never trained is trained now."""
    if not experiment.recipe:
        return _build_source(experiment)
    before = build(replace(experiment, recipe=experiment.recipe[:-1]))
    with torch.no_grad():
        return apply(experiment.recipe[-1], before)


def measure(experiment: Experiment) -> Measurement:
    """Quality on the whole test set, bytes, MACs and energy of the model an experiment names."""
    task = experiment.source.task
    built, test = build(experiment), examples.test_set(task)
    traffic = _traffic(built, test.images[:1])
    arithmetic = _arithmetic(built)
    given = quality.answers(built.net, test.images)
    accuracy = quality.accuracy(given, TASKS[task].test_labels())
    return Measurement(
        (
            Quantity("accuracy", accuracy, "%", "measured", source=f"all {len(given):,} test pictures"),
            *size.sizes(built.net, built.tensors, build(experiment.baseline).net),
            Quantity(
                "macs",
                traffic.macs,
                "MAC",
                "measured",
                source="counted layer by layer from the shapes; equals torch.utils.flop_counter ÷ 2",
            ),
            silicon.floor_45nm(traffic, arithmetic),
            silicon.floor_7nm(traffic, arithmetic),
        ),
        given.tobytes(),
    )


def time_it(experiment: Experiment) -> tuple[Quantity, Quantity]:
    """Milliseconds a picture takes on this machine now: the baseline, and the experiment, in turns."""
    model = build(experiment)
    before, after = latencies([build(experiment.baseline).net, model.net], examples.test_set(model.task).images[:1])
    if model.inputs:
        after = replace(after, source=f"{after.source}; activations are rounded by extra code here, which takes time")
    return before, after


def training(source: Trained) -> Iterator[tuple[Step, nn.Module]]:
    """Train a source from its seed; each report comes with the network as it stands, which trains on afterwards."""
    data = examples.training_set(source.data, source.task)
    probe = examples.test_set(source.task)
    right = TASKS[source.task].test_labels()[:PROBE]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(source.seed)
        net = models.make(source.model)
    run = train(
        net,
        *data,
        epochs=source.epochs,
        seed=source.seed,
        stop_at=source.stopped_at,
        probe=lambda net: quality.accuracy(quality.answers(net, probe.images[:PROBE]), right),
    )
    for step in run:
        yield step, net


def keep(source: Trained, net: nn.Module) -> Experiment:
    """Store a trained network as the model of this source."""
    experiment = Experiment(source)
    store.save(experiment.id, {name: weight.numpy() for name, weight in net.state_dict().items()})
    return experiment


def _build_source(experiment: Experiment) -> Built:
    source = experiment.source
    net = models.make(source.model)
    if isinstance(source, Loaded):
        weights = load_file(CHECKPOINTS / f"{source.checkpoint}.safetensors")
    else:
        weights = store.load(experiment.id)
        if weights is None:
            *_, (_, trained) = training(source)
            keep(source, trained)
            weights = store.load(experiment.id)
    net.load_state_dict({name: torch.from_numpy(weight) for name, weight in weights.items()})
    net = folded(net.requires_grad_(False).eval())
    return Built(net, dict(net.named_parameters()), source.task)


def _traffic(model: Built, example: Tensor) -> silicon.Traffic:
    layers = mac_count.layers(model.net, example)
    stored = stored_bits(model.tensors)
    width = {name: grid.last.bit_length() for name, grid in model.inputs.items()}
    moved = sum(width.get(layer.name, 32) * (layer.inputs + layer.outputs) for layer in layers)
    return silicon.Traffic(macs=sum(layer.macs for layer in layers), dram_bits=stored, sram_bits=stored + moved)


def _arithmetic(model: Built) -> str:
    """int8 where both factors of all products have at most 8 bits; else fp32, for rounded weights are unpacked first."""
    weights = [model.tensors[f"{name}.weight"] for name in weighted(model.net)]
    narrow = all(isinstance(weight, Encoded) and weight.bits <= 8 for weight in weights)
    return "int8" if narrow and model.inputs else "fp32"
