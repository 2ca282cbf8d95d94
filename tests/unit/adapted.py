"""Models that learn something on top, at once and in this process."""

import torch

from lessons.adaptation import adapted, kept
from lessons.experiment import Experiment
from lessons.quantity import Measurement


def learnt(experiment: Experiment) -> torch.nn.Module:
    *_, (_, net) = adapted.training(experiment)
    kept.keep(experiment, net)
    return net


def model_of(experiment: Experiment):
    *_, model = adapted.building(experiment)
    return model


def judged(experiment: Experiment, text: str) -> Measurement:
    *_, found = adapted.judging(experiment, model_of(experiment), text)
    return found
