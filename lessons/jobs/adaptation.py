"""The jobs of models that learn something new: they learn, are judged, looked at, merged; adapters come and go.

A worker imports what a job computes with; asking for one must not wait for torch, so these imports are in the
functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from lessons import store
from lessons.adaptation.results import DeltaAnalysis, NamedPictures
from lessons.experiment import Adapt, Experiment
from lessons.experiment.adapt import NEW_TEXTS
from lessons.jobs.events import Asked, ModelKept, Progress, Taken, TextSample, Waiting
from lessons.jobs.language import SAMPLED, SAMPLES, sampled, watched, with_model
from lessons.jobs.uploads import ADAPTER
from lessons.models.adapter_settings import CONFIG, settings
from lessons.quantity import Measurement, Quantity
from lessons.text import sections
from lessons.training.progress import TrainingStep

if TYPE_CHECKING:
    from torch import nn

    from lessons.language.model import LanguageModel

WORDS = sections("jobs")
RARELY, FEW = 4, 30  # samples of a large model, and tokens of each: writing them takes its readers' time


class Gone(RuntimeError):
    """Weights that were stored are not there any more."""


def adapting(experiment: Experiment, asked: Asked) -> Iterator[Progress | TrainingStep | TextSample | ModelKept]:
    """Every adaptation of an experiment that was trained: how far it is, what a language model writes meanwhile, and
    what is kept, of a stopped run too. One that was uploaded is not trained. Raises CannotKeep before it begins."""
    from lessons.adaptation import adapter_store, build, texts

    store.must_have_room()
    for one in experiment.trainings:
        if asked() == "stop":
            return
        how, before = one.recipe[-1], build.base_model(one)
        yield Progress(0.0)  # the model is there
        large = one.writes and not texts.is_small(before)
        sample = partial(_sample, before, how, FEW if large else SAMPLED) if one.writes else None
        stopped = lambda step, one=one, how=how: one.unadapted | replace(how, stopped_at=step)
        samples = RARELY if large else SAMPLES
        yield from watched(build.training(one), asked, adapter_store.keep, one, stopped, sample, samples)


def _sample(before: LanguageModel, adapt: Adapt, most: int, net: nn.Module) -> str:
    return sampled(lambda net: before._replace(net=net), NEW_TEXTS[adapt.to].begins, adapt.seed, net, most)


def judging(experiment: Experiment, name: str, asked: Asked) -> Iterator[Progress | Measurement | Waiting]:
    """How far it is, then how well a model reads a text or names pictures, and what was learnt for it."""
    from lessons.adaptation import build

    _must_have(experiment)
    yield from with_model(experiment, asked, partial(build.judging, experiment, name=name))


def naming(experiment: Experiment, name: str, asked: Asked) -> Iterator[NamedPictures]:
    """Some test pictures, altered in a way or as they are, and what a network takes them for."""
    from lessons.adaptation import build, pictures

    _must_have(experiment)
    yield pictures.named(build.build(experiment), name)


def merging(experiment: Experiment, asked: Asked) -> Iterator[Progress | dict[str, Quantity] | Waiting]:
    """How far it is, then what an adapted model computes merged and unmerged, and what is left where it is taken
    off."""
    from lessons.adaptation import merge

    _must_have(experiment)
    yield from with_model(experiment.unadapted, asked, lambda model: iter([merge.compared(model, experiment)]))


def changing(full: Experiment, low: Experiment, asked: Asked) -> Iterator[Progress | DeltaAnalysis | Waiting]:
    """How far it is, then what two ways of learning the same did to a model's matrices."""
    from lessons.adaptation import delta_analysis

    _must_have(full, low)
    yield from with_model(full.unadapted, asked, partial(delta_analysis.analysing, full=full, low=low))


def filing(experiment: Experiment, asked: Asked) -> Iterator[Progress | bytes | Waiting]:
    """How far the model is, then the files that hold what it has learnt, zipped."""
    from lessons.adaptation import adapter_store
    from lessons.models.adapter_file import zipped

    _must_have(experiment)
    last = experiment.adaptations[-1]
    yield from with_model(experiment.unadapted, asked, lambda model: iter([zipped(adapter_store.files(model, last))]))


def taking(model: Experiment, files: tuple[tuple[str, bytes], ...], asked: Asked) -> Iterator[Taken]:
    """Keep an uploaded adapter of a model (its files, or an archive of them), and say what it is. Raises BadFile where
    it is none this app can use."""
    from lessons.adaptation import adapter_store, build
    from lessons.jobs.limited import read
    from lessons.models.adapter_file import TENSORS

    found = dict(zip((CONFIG, TENSORS), read(ADAPTER, files), strict=True))
    how = adapter_store.taken(found, build.base_model(model))
    yield Taken(how, settings(found[CONFIG]).base)


def _must_have(*experiments: Experiment) -> None:
    """Raises Gone where something would have to be learnt first: these are short jobs."""
    from lessons.adaptation import adapter_store

    if not all(adapter_store.has(one) for experiment in experiments for one in experiment.adaptations):
        raise Gone(WORDS["weights gone"])
