"""Makes and measures the adapted model an experiment names: one step above `build` and `language.build`, which make what is
adapted."""

from collections.abc import Iterator
from types import ModuleType

import torch
from torch import nn

from lessons import build
from lessons.adaptation import kept, pictures, texts
from lessons.adaptation.weights import changes
from lessons.built import Built
from lessons.experiment import Experiment, parted
from lessons.language import build as language
from lessons.language.model import Model
from lessons.quantity import Measurement, Quantity
from lessons.training.progress import Step


def of(experiment: Experiment) -> ModuleType:
    """What knows how such models are trained, made and tested."""
    return texts if experiment.writes else pictures


def base(experiment: Experiment) -> Model | Built:
    """The model that is adapted."""
    return (language.build if experiment.writes else build.build)(experiment.unadapted)


@torch.no_grad()  # of a generator: while it runs, not while it waits
def building(experiment: Experiment) -> Iterator[float | Model | Built]:
    """Shares of the work that are done, and at last the model. What was never learnt here is learnt now."""
    below = language.building(experiment.unadapted) if experiment.writes else iter([base(experiment)])
    for model in below:
        if isinstance(model, float):
            yield model
    adapts = parted(experiment.recipe)[1]
    if adapts:
        each = zip(adapts, experiment.adaptations, strict=True)
        added = [changes(model.net, how, kept.weights(model, one)) for how, one in each]
        model = of(experiment).with_changes(model, added)
    yield model


def made(experiment: Experiment) -> Model | Built:
    """The model an experiment names, adapters and all."""
    *_, model = building(experiment)
    return model


def training(experiment: Experiment) -> Iterator[tuple[Step, nn.Module]]:
    """Learn what an experiment with one Adapt names: `kept.keep` the network of the last report."""
    yield from of(experiment).training(base(experiment), experiment.recipe[-1])


def judging(experiment: Experiment, model: Model | Built, name: str) -> Iterator[float | Measurement]:
    """Shares of the test of a text (or of pictures) that are read; then how well a model does, its bytes, and what was learnt
    for it."""
    for found in of(experiment).judging(model, name):
        if isinstance(found, float):
            yield found
    yield Measurement((*found, *sizes(experiment)), b"")


def sizes(experiment: Experiment) -> list[Quantity]:
    """The numbers that were trained, their share of the model's, and the bytes to be kept: beside the model, and in all."""
    before = base(experiment)
    below, whole = of(experiment).stored(before), sum(each.numel() for each in before.net.parameters())
    learnt = [kept.weights(before, one) for one in experiment.adaptations]
    count = sum(each.numel() for found in learnt for each in found.values())
    beside = sum(len(file) for one in experiment.adaptations for file in kept.files(before, one).values())
    full = any(how.method == "full" for how in parted(experiment.recipe)[1])
    return [
        Quantity("trained", count, "parameters", "measured", source="numbers that had a gradient"),
        Quantity("share", 100 * count / whole, "%", "measured", source=f"of {whole:,} in the model"),
        Quantity("adapter", beside, "bytes", "measured", source="length of the files that hold what was learnt"),
        Quantity("packed", beside if full else below + beside, "bytes", "measured", source="length of the model's file and of those"),
    ]  # fmt: skip
