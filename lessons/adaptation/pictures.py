"""Networks that learn other pictures: how they are trained, made, and tested. The twin of `texts.py`."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons.adaptation.results import NamedPictures
from lessons.adaptation.weights import Weights, trainable, with_deltas
from lessons.data import TASKS
from lessons.data.altered import ALTERED, as_they_are
from lessons.data.examples import Examples, test_set, training_set
from lessons.experiment.adapt import NEW_PICTURES, Adapt
from lessons.measure import quality, reading
from lessons.quantity import Quantity
from lessons.shrink.pack import pack
from lessons.text import sections
from lessons.training.loop import batches, train
from lessons.training.progress import PROBE, TrainingStep
from lessons.vision.model import VisionModel

WORDS = sections("adaptation")
AT_ONCE = 500  # pictures
SHOWN = 10  # pictures, beside what they are taken for


def training(model: VisionModel, adapt: Adapt) -> Iterator[tuple[TrainingStep, nn.Module]]:
    """Adapt a network from a seed, on the bundled pictures of its own task, altered; each report comes with the network
    as it stands, which goes on training afterwards. Its BatchNorms have been folded: they learn nothing on the side.

    `accuracy` of a report: of the first altered test pictures, in %.
    """
    net, data = trainable(model.net, adapt), training_set("bundled", model.task)
    seen = Examples(*(part[:PROBE] for part in _test(model.task, adapt.to)))

    def loss(net: nn.Module, batch: Tensor) -> Tensor:
        images = ALTERED[adapt.to](data.images[batch], model.task)
        return F.cross_entropy(net(images), data.labels[batch])

    probe = lambda net: quality.accuracy(quality.answers(net, seen.images), seen.labels.numpy())
    in_order = batches(len(data.labels), adapt.seed)
    for step in train(net, loss, in_order, steps=adapt.steps, rate=adapt.rate, stop_at=adapt.stopped_at, probe=probe):
        yield step, net


def with_changes(model: VisionModel, deltas: Iterable[Weights]) -> VisionModel:
    """The model with these changes, added up; every weight changed is stored as float32."""
    deltas = list(deltas)
    net = with_deltas(model.net, deltas)
    after = {name: net.get_parameter(name) for change in deltas for name in change}
    return model._replace(net=net, tensors={**model.tensors, **after})


def judging(model: VisionModel, name: str) -> Iterator[float | tuple[Quantity, ...]]:
    """Shares of the test pictures that are seen, then how well a network names them, altered, or as they are where the
    name is its task's."""
    tested = _test(model.task, name)
    parts = []
    for images in tested.images.split(AT_ONCE):
        with torch.inference_mode():
            parts.append(model.net(images))
        yield len(parts) * AT_ONCE / len(tested.images)
    logits = torch.cat(parts)
    right = 100 * (logits.argmax(1) == tested.labels).float()
    losses = F.cross_entropy(logits, tested.labels, reduction="none")
    altered = NEW_PICTURES.get(name, WORDS["unaltered"])
    source = WORDS("test images", count=len(right), data=TASKS[model.task].NAME, altered=altered)
    yield tuple(
        Quantity(of, middle, unit, "measured", low, high, source)
        for of, unit, (middle, low, high) in (
            ("accuracy", "%", reading.mean(right)),
            ("loss", "nats", reading.mean(losses)),
        )
    )


def named(model: VisionModel, name: str) -> NamedPictures:
    """The first test pictures, altered, and what a network takes them for."""
    task = TASKS[model.task]
    images, right = (part[:SHOWN] for part in _test(model.task, name))
    pixels = (255 * (images[:, 0] * task.STD + task.MEAN)).round().clamp(0, 255).to(torch.uint8)
    return NamedPictures(pixels.numpy(), quality.answers(model.net, images).tolist(), right.tolist())


def loss(net: nn.Module, model: VisionModel, name: str, at_most: int) -> float:
    """Mean cross-entropy (nats) of a network on at most so many test pictures."""
    images, labels = (part[:at_most] for part in _test(model.task, name))
    return F.cross_entropy(net(images), labels).item()


def inputs(model: VisionModel, name: str, at_most: int) -> Tensor:
    """At most so many test pictures."""
    return _test(model.task, name).images[:at_most]


def stored(model: VisionModel) -> int:
    """Bytes of the model's own file."""
    return len(pack(model.tensors))


def knows(model: VisionModel) -> str:
    """The pictures a network knows: its task's, as they are."""
    return model.task


@lru_cache(maxsize=3)
def _test(task: str, name: str) -> Examples:
    """All test pictures of a task, altered in a way, or as they are."""
    images, labels = test_set(task)
    return Examples(ALTERED.get(name, as_they_are)(images, task), labels)
