"""Models that learn something on top, at once and in this process."""

import torch

from lessons.adaptation import adapter_store, build
from lessons.experiment import Experiment
from lessons.quantity import Measurement


def learnt(experiment: Experiment) -> torch.nn.Module:
    *_, (_, net) = build.training(experiment)
    adapter_store.keep(experiment, net)
    return net


def model_of(experiment: Experiment):
    *_, model = build.building(experiment)
    return model


def judged(experiment: Experiment, text: str) -> Measurement:
    *_, found = build.judging(experiment, model_of(experiment), text)
    return found
