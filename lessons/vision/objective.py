"""What a training minimises, batch by batch: the loss on labels, and what teachers say besides."""

import copy
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons.data.examples import Examples
from lessons.data.split import Split
from lessons.experiment import Taught
from lessons.models.layers import last_map
from lessons.shrink import distill
from lessons.training.loop import batches

AT_ONCE = 100  # pictures a teacher answers for
OTHER_ORDER = 1_000_000  # seeds that order no labelled pictures


class Batch(NamedTuple):
    """Places of pictures, int64 [n]."""

    labelled: Tensor  # int64 [n]
    unlabelled: Tensor  # int64 [m]


class TeacherAnswers(NamedTuple):
    """What teachers say of pictures: mean logits [n, classes]; of a single one features [n, channels] and map sums
    too."""

    logits: Tensor  # float32 [n, classes], the mean of all teachers
    features: Tensor  # float32 [n, channels], of the first
    maps: Tensor  # float32 [n, 1, height, width], of the first: √Σ over channels of the last map squared


def order(split: Split, seed: int) -> Iterator[Batch]:
    """Batches without end. Those of the labelled pictures are the same whether or not there are unlabelled ones."""
    nothing = torch.arange(0)
    labelled = batches(len(split.labelled), seed) if len(split.labelled) else None
    unlabelled = batches(len(split.unlabelled), seed + OTHER_ORDER) if len(split.unlabelled) else None
    while True:
        yield Batch(
            split.labelled[next(labelled)] if labelled else nothing,
            split.unlabelled[next(unlabelled)] if unlabelled else nothing,
        )


def on_labels(net: nn.Module, batch: Batch, data: Examples) -> Tensor:
    """Cross-entropy (nats)."""
    return F.cross_entropy(net(data.images[batch.labelled]), data.labels[batch.labelled])


class Student:
    """A network that is taught: the objective, and what is learnt besides the network itself."""

    def __init__(
        self,
        net: nn.Sequential,
        teaching: Taught,
        teachers: Sequence[nn.Sequential],
        data: Examples,
        split: Split,
        seed: int,
    ):
        self.teaching, self.data = teaching, data
        self.answers = _answers_of(teachers, data.images, torch.cat(split))
        self.regressor: nn.Module | None = None
        if teaching.loss == "hints":
            with torch.no_grad():
                channels = last_map(copy.deepcopy(net).eval(), data.images[:1])[0].shape[1]
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed)
                self.regressor = nn.Linear(channels, self.answers.features.shape[1])

    @property
    def learns(self) -> list[nn.Parameter]:
        """Parameters beside the network's own."""
        return list(self.regressor.parameters()) if self.regressor else []

    def objective(self, net: nn.Sequential, batch: Batch) -> Tensor:
        """(1 − α) · cross-entropy of the labelled pictures + α · distance from the teacher, of all pictures."""
        pictures = torch.cat(batch)
        maps, logits = last_map(net, self.data.images[pictures])
        known = len(batch.labelled)
        labels = F.cross_entropy(logits[:known], self.data.labels[batch.labelled]) if known else logits.new_zeros(())
        return distill.combined(labels, self._distance(maps, logits, pictures), self.teaching.alpha)

    def _distance(self, maps: Tensor, logits: Tensor, pictures: Tensor) -> Tensor:
        said = TeacherAnswers(*(part[pictures] for part in self.answers))
        if self.teaching.loss == "logits":
            return distill.match_logits(logits, said.logits)
        if self.teaching.loss == "hints":
            return distill.hints(maps.mean((2, 3)), said.features, self.regressor)
        if self.teaching.loss == "attention":
            side = min(maps.shape[-1], said.maps.shape[-1])
            return distill.match_attention(distill.attention(maps, side), distill.attention(said.maps, side))
        return distill.soft_targets(logits, said.logits, self.teaching.temperature)


def _answers_of(teachers: Sequence[nn.Sequential], images: Tensor, places: Tensor) -> TeacherAnswers:
    """What teachers say of these pictures, at the places the pictures have; of the others, nothing."""
    with torch.no_grad():
        each = [[last_map(net, part) for part in images[places].split(AT_ONCE)] for net in teachers]
        logits = torch.stack([torch.cat([said for _, said in parts]) for parts in each]).mean(0)
        maps = torch.cat([seen for seen, _ in each[0]])
        sums = maps.square().sum(1, keepdim=True).sqrt()  # squared again, and summed, these are the map's own sums
    return TeacherAnswers(*map(partial(_placed, places, len(images)), (logits, maps.mean((2, 3)), sums)))


def _placed(which: Tensor, places: int, rows: Tensor) -> Tensor:
    return rows.new_zeros(places, *rows.shape[1:]).index_copy(0, which, rows)
