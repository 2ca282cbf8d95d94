"""All that is known of the model an experiment names, adapted or not: for the command line, and for what is
recorded."""

from collections.abc import Iterator
from dataclasses import replace

from lessons.adaptation import build as adaptation
from lessons.experiment import Experiment
from lessons.language.measure import measuring
from lessons.language.model import LanguageModel
from lessons.quantity import Measurement, Quantity
from lessons.vision import build as vision
from lessons.vision.model import VisionModel


def measure(experiment: Experiment) -> Measurement:
    """What `vision.measure` or `language.measure` know of a model; of an adapted one also how well it does what is new,
    and what was trained. Of an adapted network for pictures it is only that, and what it still knows of the old
    ones."""
    if not experiment.adaptations and not experiment.writes:
        return vision.measure(experiment)
    model = adaptation.build(experiment)
    if experiment.writes:
        *_, found = measuring(model, experiment)
    else:
        *_, judged = adaptation.judging(experiment, model, model.task)
        found = Measurement((judged["accuracy"], judged["packed"]), b"")
    return Measurement((*found.quantities, *_of_new(experiment, model)), found.answers)


def _of_new(experiment: Experiment, model: LanguageModel | VisionModel) -> Iterator[Quantity]:
    learnt = {}
    for name in dict.fromkeys(each.recipe[-1].to for each in experiment.adaptations):
        *_, learnt = adaptation.judging(experiment, model, name)
        for metric in ("accuracy", "loss"):
            if metric == "loss" or learnt.get(metric):
                yield replace(learnt[metric], name=f"{metric}, {name}")
    yield from (learnt[name] for name in ("trained", "share", "adapter") if learnt)
