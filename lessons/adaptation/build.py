"""Makes and measures the adapted model an experiment names: one step above `vision/build.py` and `language/build.py`,
which make what is adapted."""

from collections.abc import Iterator
from types import ModuleType

import torch
from torch import nn

from lessons.adaptation import adapter_store, pictures, texts
from lessons.adaptation.weights import weight_deltas
from lessons.experiment import Experiment, parted
from lessons.language import build as language
from lessons.language.model import LanguageModel
from lessons.quantity import Measurement, Quantity
from lessons.text import sections
from lessons.training.progress import TrainingStep
from lessons.vision import build as vision
from lessons.vision.model import VisionModel

WORDS = sections("adaptation")


def family(experiment: Experiment) -> ModuleType:
    """What knows how such models are trained, made and tested."""
    return texts if experiment.writes else pictures


def base_model(experiment: Experiment) -> LanguageModel | VisionModel:
    """The model that is adapted."""
    return (language.build if experiment.writes else vision.build)(experiment.unadapted)


@torch.no_grad()  # of a generator: while it runs, not while it waits
def building(experiment: Experiment) -> Iterator[float | LanguageModel | VisionModel]:
    """Shares of the work that are done, and at last the model. What was never learnt here is learnt now."""
    below = language.building(experiment.unadapted) if experiment.writes else iter([base_model(experiment)])
    for model in below:
        if isinstance(model, float):
            yield model
    adapts = parted(experiment.recipe)[1]
    if adapts:
        each = zip(adapts, experiment.adaptations, strict=True)
        added = [weight_deltas(model.net, how, adapter_store.weights(model, one)) for how, one in each]
        model = family(experiment).with_changes(model, added)
    yield model


def build(experiment: Experiment) -> LanguageModel | VisionModel:
    """The model an experiment names, adapters and all."""
    *_, model = building(experiment)
    return model


def training(experiment: Experiment) -> Iterator[tuple[TrainingStep, nn.Module]]:
    """Learn what an experiment with one Adapt names: `kept.keep` the network of the last report."""
    yield from family(experiment).training(base_model(experiment), experiment.recipe[-1])


def judging(experiment: Experiment, model: LanguageModel | VisionModel, name: str) -> Iterator[float | Measurement]:
    """Shares of the test of a text (or of pictures) that are read; then how well a model does, its bytes, and what was
    learnt for it."""
    for found in family(experiment).judging(model, name):
        if isinstance(found, float):
            yield found
    yield Measurement((*found, *sizes(experiment)), b"")


def sizes(experiment: Experiment) -> list[Quantity]:
    """The numbers that were trained, their share of the model's, and the bytes to be kept: beside the model, and in
    all."""
    before = base_model(experiment)
    below, whole = family(experiment).stored(before), sum(each.numel() for each in before.net.parameters())
    learnt = [adapter_store.weights(before, one) for one in experiment.adaptations]
    count = sum(each.numel() for found in learnt for each in found.values())
    beside = sum(len(file) for one in experiment.adaptations for file in adapter_store.files(before, one).values())
    full = any(how.method == "full" for how in parted(experiment.recipe)[1])
    return [
        Quantity("trained", count, "parameters", "measured", source=WORDS["trained: source"]),
        Quantity("share", 100 * count / whole, "%", "measured", source=WORDS("share: source", count=whole)),
        Quantity("adapter", beside, "bytes", "measured", source=WORDS["trained files: source"]),
        Quantity(
            "packed",
            beside if full else below + beside,
            "bytes",
            "measured",
            source=WORDS["trained files: source" if full else "all files: source"],
        ),
    ]
