"""An experiment names a model completely. Half of the waist of the house: this says which model, `build` makes it.

An experiment is a chain: a source (weights trained here, or loaded), then any number of shrinking steps. It is frozen
and hashable, its JSON is what "export" writes and the command line reads, and its hash keys every cache and every job. It
needs no torch: naming a model is cheap.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from lessons import store
from lessons.experiment.adapt import Adapt, parted
from lessons.experiment.fields import BadExperiment, must_be_one_of
from lessons.experiment.source import (
    LOSSES,
    Loaded,
    Source,
    Taught,
    Trained,
    checkpoint_file,
    loaded,
    made_by,
    source,
    trained_as,
)
from lessons.experiment.step import (
    CRITERIA,
    GRAINS,
    RANGES,
    SCHEMES,
    STARTS,
    STEPS,
    STRUCTURES,
    FineTune,
    Prune,
    Quantize,
    QuantizeActivations,
    RemoveChannels,
    ShiftBias,
    Step,
)
from lessons.experiment.text import (
    SMOLLM2,
    File,
    TextSource,
    Tutored,
    Written,
    file_source,
    ready_written,
    text_source,
    written_as,
)
from lessons.experiment.text_step import (
    PARTS,
    TEXT_STEPS,
    FactorizeMatrices,
    PruneMatrices,
    RoundActivations,
    RoundCache,
    RoundMatrices,
    TextStep,
    block_of,
    computes_in,
)

EVERY_STEP = STEPS | TEXT_STEPS | {Adapt.called: Adapt}


@dataclass(frozen=True)
class Experiment:
    """A source and a recipe of shrinking steps. `baseline | Quantize(bits=4)` adds a step."""

    source: Source | TextSource
    recipe: tuple[Step, ...] = ()

    def __post_init__(self):
        for at, step in enumerate(self.recipe):
            if isinstance(step, TextStep) != self.writes and not isinstance(step, Adapt):
                raise BadExperiment(f"recipe: {step.called} is {'not ' if self.writes else ''}for language models")
            if parted(self.recipe[:at])[1] and not isinstance(step, Adapt):
                raise BadExperiment(f"recipe: after adapt comes only adapt, not {step.called}")
            step.follows(self.recipe[:at], self.source)

    def __or__(self, step: Step) -> Self:
        return replace(self, recipe=(*self.recipe, step))

    @property
    def writes(self) -> bool:
        """Whether it is a language model."""
        return isinstance(self.source, Written | File)

    @property
    def baseline(self) -> Self:
        """The chain's first link alone."""
        return replace(self, recipe=())

    @property
    def prefix(self) -> Self:
        """The chain without its last step."""
        return replace(self, recipe=self.recipe[:-1])

    @property
    def links(self) -> list[Self]:
        """Every prefix of the chain, from the baseline to this experiment itself."""
        return [replace(self, recipe=self.recipe[:at]) for at in range(len(self.recipe) + 1)]

    @property
    def unadapted(self) -> Self:
        """The chain before its first Adapt."""
        return replace(self, recipe=parted(self.recipe)[0])

    @property
    def adaptations(self) -> list[Self]:
        """Each Adapt by itself, on what comes before the first."""
        return [self.unadapted | how.learnt for how in parted(self.recipe)[1]]

    @property
    def trainings(self) -> list[Self]:
        """What has to be trained: those of the links that end with a FineTune, and each adaptation."""
        links = [link for link in self.links if link.recipe and isinstance(link.recipe[-1], FineTune)]
        return links + [each for each in self.adaptations if each.recipe[-1].file is None]

    @property
    def trained_by(self) -> Sequence[str]:
        """The code that decides what its last training makes."""
        if self.recipe and isinstance(self.recipe[-1], Adapt):
            return ("adaptation.texts",) if self.writes else ("adaptation.pictures",)
        return store.TEXTS if self.writes else store.PICTURES

    @property
    def id(self) -> str:
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()[:16]

    def to_json(self) -> dict[str, Any]:
        return asdict(self.source) | {"recipe": [{step.called: asdict(step)} for step in self.recipe]}

    @classmethod
    def from_json(cls, raw: Any) -> Self:
        """Raises BadExperiment for unknown fields and impossible values."""
        if not isinstance(raw, Mapping):
            raise BadExperiment("an experiment is a JSON object")
        recipe = raw.get("recipe", [])
        if not isinstance(recipe, list):
            raise BadExperiment("recipe: must be a list of steps")
        rest = {name: value for name, value in raw.items() if name != "recipe"}
        read = text_source if "corpus" in rest or "file" in rest else source
        return cls(read(rest), tuple(map(_step, recipe)))


def shipped(model: str = "cnn", task: str = "fashion") -> Experiment:
    """The checkpoint of this model, trained on this task, that ships with the app."""
    return Experiment(loaded(f"{task}-{model}"))


def _step(entry: Any) -> Step:
    if not (isinstance(entry, Mapping) and len(entry) == 1):
        raise BadExperiment('recipe: each step is an object with one name, as {"quantize": {"bits": 4}}')
    ((name, settings),) = entry.items()
    return EVERY_STEP[must_be_one_of("recipe", name, EVERY_STEP)].from_json(settings)
