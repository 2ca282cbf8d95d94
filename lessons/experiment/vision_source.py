"""Where the weights of an experiment come from: trained here, perhaps by teachers, or loaded from what ships with the
app."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from lessons import models
from lessons.data import TASKS
from lessons.experiment import checkpoints
from lessons.experiment.fields import (
    BadExperiment,
    Checked,
    maybe,
    must_be_one_of,
    must_be_whole,
    number,
    one_of,
    whole,
)
from lessons.text import sections
from lessons.training.progress import steps_in

WORDS = sections("experiment")

MODELS = (*models.NAMES, *models.LARGE, *models.SIZED)
LOSSES = ("kl", "logits", "hints", "attention")
CLASSES = 10


@dataclass(frozen=True)
class Taught(Checked, called="taught"):
    """By whom a network is taught besides its labels, and how (`shrink/distill.py`).

    `by`: the teacher; several are an ensemble, whose mean logits count. `alpha`: the teacher's share of the loss, the
    labels having the rest; `temperature`: of "kl"; `unlabelled`: how many pictures more there are for which the student
    has only the teacher's answer, or all there are, if those are fewer.
    """

    by: "tuple[Source, ...]"
    temperature: float = number(4.0, 0.1, 1_000)
    alpha: float = number(0.9, 0, 1)
    loss: str = one_of("kl", LOSSES)
    unlabelled: int = whole(0, 0, 60_000)

    def __post_init__(self):
        if not (isinstance(self.by, tuple) and self.by and all(isinstance(each, Trained | Loaded) for each in self.by)):
            raise BadExperiment(WORDS["taught: no list"])
        super().__post_init__()
        if self.loss in ("hints", "attention") and len(self.by) > 1:
            raise BadExperiment(WORDS("taught: several teachers", loss=self.loss, teachers=len(self.by)))

    @classmethod
    def from_json(cls, raw: Any) -> Self:
        if not isinstance(raw, Mapping) or not isinstance(raw.get("by"), list | tuple):
            raise BadExperiment(WORDS["taught: no object"])
        if not all(isinstance(teacher, Mapping) for teacher in raw["by"]):
            raise BadExperiment(WORDS["taught: teacher"])
        return super().from_json(dict(raw) | {"by": list(map(source, raw["by"]))})

    def teaches(self, task: str) -> None:
        """Raises BadExperiment where the teachers know something else."""
        if any(trained_as(teacher).task != task for teacher in self.by):
            raise BadExperiment(WORDS("taught: other task", task=task))


@dataclass(frozen=True)
class Trained(Checked):
    """Weights trained here from a random start. `stopped_at`: the optimiser step at which the run was stopped.

    `labelled`: how many pictures have labels, as many of each class as can be; None for all. `withheld`: the class of
    which no picture is shown. An epoch has as many steps as with all pictures: fewer are seen more often.
    """

    task: str = one_of("fashion", TASKS)
    model: str = one_of("cnn", MODELS)
    data: str = "bundled"
    epochs: int = whole(5, 1, 100)
    seed: int = whole(0, 0, 999_999)
    stopped_at: int | None = None
    labelled: int | None = None
    withheld: int | None = whole(None, 0, CLASSES - 1)
    taught: Taught | None = maybe(Taught)

    def __post_init__(self):
        super().__post_init__()
        must_be_one_of("data", self.data, TASKS[self.task].EXAMPLES)
        must_be_whole("stopped_at", self.stopped_at, 1, self.steps, empty=True)
        must_be_whole("labelled", self.labelled, 0, self.examples, empty=True)
        if self.taught:
            self.taught.teaches(self.task)
        can_learn(self, self.taught)

    @property
    def steps(self) -> int:
        """Optimiser steps of the whole run."""
        return steps_in(self.examples, self.epochs)

    @property
    def examples(self) -> int:
        """Pictures to train on."""
        return TASKS[self.task].EXAMPLES[self.data]


@dataclass(frozen=True)
class Loaded(Checked):
    """A checkpoint that ships with the app, named with the hash of its file so that it cannot change unseen."""

    checkpoint: str
    sha256: str
    task: str
    model: str

    def __post_init__(self):
        must_be_one_of("checkpoint", self.checkpoint, checkpoint_names())
        made = made_by(self.checkpoint)
        must_be_one_of("task", self.task, [made.task])
        must_be_one_of("model", self.model, [made.model])
        checkpoints.must_be(checkpoint_file(self.checkpoint), self.sha256)


Source = Trained | Loaded


def source(raw: Mapping[str, Any]) -> Source:
    """The source that these fields describe. Raises BadExperiment."""
    if "checkpoint" in raw:
        must_be_one_of("checkpoint", raw["checkpoint"], checkpoint_names())
        return Loaded.from_json(asdict(loaded(raw["checkpoint"])) | raw)
    return Trained.from_json(raw)


def can_learn(trained: Trained, taught: Taught | None) -> None:
    """Raises BadExperiment where there is nothing to learn from: neither labels nor a teacher."""
    if trained.labelled == 0 and not (taught and taught.alpha == 1 and taught.unlabelled):
        raise BadExperiment(WORDS["nothing to learn from"])


def trained_as(source: Source) -> Trained:
    """How the weights of a source were trained."""
    return made_by(source.checkpoint) if isinstance(source, Loaded) else source


def loaded(checkpoint: str) -> Loaded:
    """The source that a shipped checkpoint is."""
    made = made_by(checkpoint)
    return Loaded(checkpoint, checkpoints.shipped_hash(checkpoint_file(checkpoint)), made.task, made.model)


def checkpoint_names() -> list[str]:
    """The checkpoints that ship with the app."""
    return checkpoints.names(checkpoints.PICTURES)


def checkpoint_file(name: str) -> Path:
    return checkpoints.file_of(checkpoints.PICTURES, name)


@lru_cache(maxsize=16)
def made_by(checkpoint: str) -> Trained:
    """How a shipped checkpoint was made: the experiment written into its file."""
    return Trained.from_json(checkpoints.source_in(checkpoint_file(checkpoint)))
