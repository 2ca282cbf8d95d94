"""Networks that learn other pictures: how they are trained, made, and tested. The twin of `texts.py`."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons.adaptation.seen import Named
from lessons.adaptation.weights import Weights, changed, opened
from lessons.built import Built
from lessons.data import TASKS
from lessons.data.altered import ALTERED, as_they_are
from lessons.data.examples import Examples, test_set, training_set
from lessons.experiment.adapt import NEW_PICTURES, Adapt
from lessons.measure import quality, reading
from lessons.quantity import Quantity
from lessons.shrink.pack import pack
from lessons.training.loop import batches, train
from lessons.training.progress import PROBE, Step

AT_ONCE = 500  # pictures
SHOWN = 10  # pictures, beside what they are taken for


def training(model: Built, how: Adapt) -> Iterator[tuple[Step, nn.Module]]:
    """Adapt a network from a seed, on the bundled pictures of its own task, altered; each report comes with the network as it
    stands, which trains on afterwards. Its BatchNorms have been folded: they learn nothing on the side.

    `accuracy` of a report: of the first altered test pictures, in %.
    """
    net, data = opened(model.net, how), training_set("bundled", model.task)
    seen = Examples(*(part[:PROBE] for part in _test(model.task, how.to)))

    def loss(net: nn.Module, batch: Tensor) -> Tensor:
        images = ALTERED[how.to](data.images[batch], model.task)
        return F.cross_entropy(net(images), data.labels[batch])

    probe = lambda net: quality.accuracy(quality.answers(net, seen.images), seen.labels.numpy())
    in_order = batches(len(data.labels), how.seed)
    for step in train(net, loss, in_order, steps=how.steps, rate=how.rate, stop_at=how.stopped_at, probe=probe):
        yield step, net


def with_changes(model: Built, each: Iterable[Weights]) -> Built:
    """The model with these changes, added up; every weight changed is stored as float32."""
    each = list(each)
    net = changed(model.net, each)
    after = {name: net.get_parameter(name) for change in each for name in change}
    return model._replace(net=net, tensors={**model.tensors, **after})


def judging(model: Built, name: str) -> Iterator[float | tuple[Quantity, ...]]:
    """Shares of the test pictures that are seen, then how well a network names them, altered, or as they are where the name is
    its task's."""
    tested = _test(model.task, name)
    parts = []
    for images in tested.images.split(AT_ONCE):
        with torch.inference_mode():
            parts.append(model.net(images))
        yield len(parts) * AT_ONCE / len(tested.images)
    logits = torch.cat(parts)
    right = 100 * (logits.argmax(1) == tested.labels).float()
    losses = F.cross_entropy(logits, tested.labels, reduction="none")
    source = f"all {len(right):,} test pictures of {TASKS[model.task].NAME}, {NEW_PICTURES.get(name, 'as they are')}; band: 95 % confidence"
    yield tuple(
        Quantity(of, middle, unit, "measured", low, high, source)
        for of, unit, (middle, low, high) in (
            ("accuracy", "%", reading.mean(right)),
            ("loss", "nats", reading.mean(losses)),
        )
    )


def named(model: Built, name: str) -> Named:
    """The first test pictures, altered, and what a network takes them for."""
    task = TASKS[model.task]
    images, right = (part[:SHOWN] for part in _test(model.task, name))
    pixels = (255 * (images[:, 0] * task.STD + task.MEAN)).round().clamp(0, 255).to(torch.uint8)
    return Named(pixels.numpy(), quality.answers(model.net, images).tolist(), right.tolist())


def loss(net: nn.Module, model: Built, name: str, most: int) -> float:
    """Mean cross-entropy (nats) of a network on at most so many test pictures."""
    images, labels = (part[:most] for part in _test(model.task, name))
    return F.cross_entropy(net(images), labels).item()


def inputs(model: Built, name: str, most: int) -> Tensor:
    """At most so many test pictures."""
    return _test(model.task, name).images[:most]


def stored(model: Built) -> int:
    """Bytes of the model's own file."""
    return len(pack(model.tensors))


def knows(model: Built) -> str:
    """The pictures a network knows: its task's, as they are."""
    return model.task


@lru_cache(maxsize=3)
def _test(task: str, name: str) -> Examples:
    """All test pictures of a task, altered in a way, or as they are."""
    images, labels = test_set(task)
    return Examples(ALTERED.get(name, as_they_are)(images, task), labels)
