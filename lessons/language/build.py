"""Makes and measures the language model an experiment names. The twin of `vision/build.py`, which does that for
pictures."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor, nn

from lessons import store
from lessons.experiment import Experiment, File, Written, checkpoints, ready_written, written_as
from lessons.experiment.language_source import MISSING, checkpoint_path, path_of, shipped_names
from lessons.language import train
from lessons.language.model import LanguageModel
from lessons.language.steps import apply
from lessons.models import language_files, written
from lessons.models.bad_file import BadFile
from lessons.text import sections
from lessons.training.progress import TrainingStep

WORDS = sections("measure")

BUILT: dict[Experiment, LanguageModel] = {}  # the shrunk model that was built last: a large one takes half a gigabyte


@torch.no_grad()  # of a generator: while it runs, not while it waits
def building(experiment: Experiment) -> Iterator[float | LanguageModel]:
    """Shares of the work that are done, and at last the model. The last one that was built is still there.

    Raises BadFile where its file is not there, has changed, or is no language model.
    """
    model = BUILT.get(experiment) or baseline(experiment.source)
    recipe = () if experiment in BUILT else experiment.recipe
    if recipe:
        BUILT.clear()  # before the next one takes as much again
    for at, step in enumerate(recipe):
        for done in apply(step, model):
            if isinstance(done, LanguageModel):
                model = done
            else:
                yield (at + done) / len(recipe)
    if recipe:
        BUILT.clear()
        BUILT[experiment] = model
    yield model


def build(experiment: Experiment) -> LanguageModel:
    """The model an experiment names."""
    *_, model = building(experiment)
    return model


@lru_cache(maxsize=2)
def baseline(source: Written | File) -> LanguageModel:
    """A model as it was trained, or as it is in its file."""
    if isinstance(source, Written) or source.file in shipped_names():
        return _from_training(source)
    path = _path(source)
    found = language_files.read(path)
    return LanguageModel(found.net, *_as_stored(path, found.net), found.vocabulary, source)


def _path(source: File) -> Path:
    """Where the file of a source is. Raises BadFile where it is not, or is another one now."""
    path = path_of(source.file)
    if path is None:
        raise BadFile(MISSING)
    if not path.exists():
        raise BadFile(WORDS("no file", file=source.file))
    if checkpoints.hash_of(path) != source.sha256:
        raise BadFile(WORDS("other hash", file=path.name))
    return path


def training(source: Written) -> Iterator[tuple[TrainingStep, nn.Module]]:
    """Train a source from its seed; each report comes with the network as it stands, which goes on training
    afterwards."""
    teacher = baseline(ready_written(source.tutored.by)).net if source.tutored else None
    return train.training(source, teacher)


def keep(experiment: Experiment, net: nn.Module) -> Experiment:
    """Store a trained network."""
    store.save(experiment.stored_as, {name: weight.numpy() for name, weight in net.state_dict().items()})
    return experiment


def _from_training(source: Written | File) -> LanguageModel:
    made = source if isinstance(source, Written) else written_as(source.file)
    vocabulary = train.vocabulary(made.corpus, made.vocabulary)
    net = written.make(made.model, vocabulary.size)
    net.load_state_dict(_weights(source, net))
    net.requires_grad_(False).eval()
    files = {name: weight.numpy().tobytes() for name, weight in net.named_parameters()}
    return LanguageModel(net, files, {name: 8 * len(file) for name, file in files.items()}, vocabulary, source)


def _weights(source: Written | File, net: nn.Module) -> dict[str, Tensor]:
    """What a training made of a network like `net`, which is done now if it was never done here. Raises BadExperiment
    where a shipped checkpoint is damaged."""
    if isinstance(source, File):
        found = checkpoints.read(checkpoint_path(source.file), source.sha256)
    else:
        experiment, like = Experiment(source), {name: weight.shape for name, weight in net.state_dict().items()}
        found = store.load(experiment.stored_as, like)
        if found is None:
            with torch.enable_grad():
                *_, (_, trained) = training(source)
            keep(experiment, trained)
            found = store.load(experiment.stored_as, like)
    return {name: torch.from_numpy(weight) for name, weight in found.items()}


def _as_stored(path: Path, net: nn.Module) -> tuple[dict[str, bytes], dict[str, int]]:
    """Each tensor's bytes as the file has them; it takes no memory that the file does not."""
    stored = language_files.tensor_bytes(path)
    files = {name: stored[name] for name, _ in net.named_parameters()}
    return files, {name: 8 * len(file) for name, file in files.items()}
