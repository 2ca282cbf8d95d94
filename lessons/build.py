"""Makes and measures the model an experiment names. Half of the waist of the house.

Everything above asks these functions; nothing below knows them.
"""

import copy
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import torch
from safetensors.numpy import load_file
from torch import Tensor, nn

from lessons import models, store
from lessons.data import examples, fashion_mnist
from lessons.experiment import CHECKPOINTS, Experiment, Loaded, Quantize, Trained
from lessons.measure import energy, quality, size
from lessons.measure import macs as mac_count
from lessons.measure.timing import latencies
from lessons.quantity import Measurement, Quantity
from lessons.shrink.encoded import Encoded
from lessons.shrink.pack import Tensors, stored_bits
from lessons.shrink.quantize import quantize
from lessons.training.loop import train
from lessons.training.progress import PROBE, Step


class Built(NamedTuple):
    """A shrunk model: a network ready to answer, and its tensors as they are stored, encoded ones among them.

    It is shared between callers: never change it.
    """

    net: nn.Module
    tensors: Tensors


@lru_cache(maxsize=64)
def build(experiment: Experiment) -> Built:
    """The model an experiment names. Shared prefixes are built once; a source that was never trained is trained now."""
    if not experiment.recipe:
        return _build_source(experiment)
    before = build(replace(experiment, recipe=experiment.recipe[:-1]))
    step = experiment.recipe[-1]
    net = copy.deepcopy(before.net)
    tensors: dict[str, Tensor | Encoded] = dict(before.tensors)
    with torch.no_grad():
        for name, weight in net.named_parameters():
            if weight.dim() > 1:
                tensors[name] = encoded = _encode(step, weight)
                weight.copy_(encoded.decode())
    return Built(net, tensors)


def measure(experiment: Experiment) -> Measurement:
    """Quality on the whole test set, bytes, MACs and energy of the model an experiment names."""
    built, test = build(experiment), examples.test_set()
    layers = mac_count.layers(built.net, test.images[:1])
    bits = stored_bits(built.tensors)
    traffic = energy.Traffic(
        macs=sum(layer.macs for layer in layers),
        dram_bits=bits,
        sram_bits=bits + 32 * sum(layer.inputs + layer.outputs for layer in layers),
    )
    given = quality.answers(built.net, test.images)
    accuracy = quality.accuracy(given, fashion_mnist.test_labels())
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
            energy.floor_45nm(traffic),
            energy.floor_7nm(traffic),
        ),
        given.tobytes(),
    )


def time_it(experiment: Experiment) -> tuple[Quantity, Quantity]:
    """Milliseconds a picture takes on this machine now: the baseline, and the experiment, in turns."""
    before, after = latencies([build(experiment.baseline).net, build(experiment).net], examples.test_set().images[:1])
    return before, after


def training(source: Trained) -> Iterator[tuple[Step, nn.Module]]:
    """Train a source from its seed; each report comes with the network as it stands, which trains on afterwards."""
    data = examples.training_set(source.data)
    probe = examples.test_set()
    right = fashion_mnist.test_labels()[:PROBE]
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
    net.requires_grad_(False).eval()
    return Built(net, dict(net.named_parameters()))


def _encode(step: Quantize, weight: Tensor) -> Encoded:
    return quantize(weight, step.bits, step.grain, step.scheme)
