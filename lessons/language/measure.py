"""Measures the language model an experiment names, and adds what follows from that and from figures of others: energy."""

from collections.abc import Iterator
from dataclasses import replace

from lessons.estimate.token import floors
from lessons.experiment import Experiment, computes_in
from lessons.language import adapted
from lessons.language.examine import examining
from lessons.language.model import Model
from lessons.quantity import Measurement, Quantity


def measure(experiment: Experiment) -> Measurement:
    """All that is known of the model an experiment names: see `examine`, and the least energy of a token; of an adapted one
    also how well it reads each new text, and what was trained."""
    model = adapted.made(experiment)
    *_, found = measuring(model, experiment)
    return Measurement((*found.quantities, *_of_new_texts(experiment, model)), found.answers)


def measuring(model: Model, experiment: Experiment) -> Iterator[float | Measurement]:
    """Shares of the test that are read, then what is known of a model."""
    for found in examining(model):
        if isinstance(found, float):
            yield found
    energy = floors(found["macs"].value, found["read"].value, computes_in(experiment.recipe))
    yield Measurement((*found.quantities, *energy), found.answers)


def _of_new_texts(experiment: Experiment, model: Model) -> Iterator[Quantity]:
    learnt = {}
    for text in dict.fromkeys(each.recipe[-1].text for each in experiment.adaptations):
        *_, learnt = adapted.judging(experiment, model, text)
        yield replace(learnt["loss"], name=f"loss, {text}")
    yield from (learnt[name] for name in ("trained", "share", "adapter") if learnt)
