"""Measures a language model, and adds what follows from that and from figures of others: energy."""

from collections.abc import Iterator

from lessons.estimate.token_energy_floor import floors
from lessons.experiment import Experiment, computes_in
from lessons.language.evaluate import evaluating
from lessons.language.model import LanguageModel
from lessons.quantity import Measurement


def measuring(model: LanguageModel, experiment: Experiment) -> Iterator[float | Measurement]:
    """Shares of the test that are read, then what is known of a model."""
    for found in evaluating(model):
        if isinstance(found, float):
            yield found
    energy = floors(found["macs"].value, found["read"].value, computes_in(experiment.recipe))
    yield Measurement((*found.quantities, *energy), found.answers)
