"""An experiment names a model completely. Half of the waist of the house: this says which model, `build` makes it.

An experiment is a chain: a source (weights trained here, or loaded), then any number of shrinking steps. It is frozen
and hashable, its JSON is what "export" writes and the command line reads, and its hash keys every cache and every job.
It needs no torch: naming a model is cheap.
"""

import hashlib
import importlib
import json
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Self

from lessons.code_hash import code_hash
from lessons.experiment.adapt import Adapt, parted
from lessons.experiment.fields import BadExperiment, must_be_one_of
from lessons.experiment.language_source import (
    SMOLLM2,
    File,
    LanguageSource,
    Tutored,
    Written,
    file_source,
    language_source,
    ready_written,
    written_as,
)
from lessons.experiment.language_step import (
    PARTS,
    FactorizeWeights,
    LanguageStep,
    PruneWeights,
    QuantizeActivationsPerToken,
    QuantizeKVCache,
    QuantizeWeights,
    block_of,
    computes_in,
)
from lessons.experiment.step import ROUNDS, Effect, Step
from lessons.experiment.vision_source import (
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
from lessons.experiment.vision_step import (
    CRITERIA,
    GRAINS,
    RANGES,
    SCHEMES,
    STARTS,
    STRUCTURES,
    FineTune,
    Prune,
    Quantize,
    QuantizeActivations,
    RemoveChannels,
    ShiftBias,
)
from lessons.text import sections

WORDS = sections("experiment")
MOST_STEPS = 100  # of a recipe

for _found in pkgutil.iter_modules(__path__):
    if _found.name.endswith("_step"):  # a technique of its own: what it can be stands there, in vision/ what it does
        importlib.import_module(f"{__name__}.{_found.name}")
STEPS: Mapping[str, type[Step]] = Step.KINDS
RENAMED = {  # steps as JSON called them once: what was exported then is still read
    "round_matrices": "quantize_weights",
    "round_activations": "quantize_activations_per_token",
    "round_cache": "quantize_kv_cache",
    "prune_matrices": "prune_weights",
    "factorize_matrices": "factorize_weights",
}


@dataclass(frozen=True)
class Experiment:
    """A source and a recipe of shrinking steps. `baseline | Quantize(bits=4)` adds a step."""

    source: Source | LanguageSource
    recipe: tuple[Step, ...] = ()

    def __post_init__(self):
        for at, step in enumerate(self.recipe):
            if isinstance(step, LanguageStep) != self.writes and not isinstance(step, Adapt):
                raise BadExperiment(
                    WORDS("not for language models" if self.writes else "for language models", step=step.called)
                )
            if parted(self.recipe[:at])[1] and not isinstance(step, Adapt):
                raise BadExperiment(WORDS("after adapt", step=step.called))
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
    def stored_as(self) -> str:
        """The name of what its last training makes: of this experiment, by today's code."""
        if self.recipe and isinstance(self.recipe[-1], Adapt):
            maker = f"lessons.adaptation.{'texts' if self.writes else 'pictures'}:training"
        else:
            maker = "lessons.language.train:training" if self.writes else "lessons.vision.build:training"
        return f"{self.id}-{code_hash(maker, steps=self.kinds)}"

    @property
    def kinds(self) -> frozenset[str]:
        """The classes of its steps."""
        return frozenset(type(step).__name__ for step in self.recipe)

    @property
    def id(self) -> str:
        return _id(self)

    def to_json(self) -> dict[str, Any]:
        return asdict(self.source) | {"recipe": [{step.called: asdict(step)} for step in self.recipe]}

    @classmethod
    def from_json(cls, raw: Any) -> Self:
        """Raises BadExperiment for unknown fields and impossible values."""
        if not isinstance(raw, Mapping):
            raise BadExperiment(WORDS["no object"])
        recipe = raw.get("recipe", [])
        if not isinstance(recipe, list):
            raise BadExperiment(WORDS["no list of steps"])
        if len(recipe) > MOST_STEPS:  # each step looks at all before it
            raise BadExperiment(WORDS("too many steps", most=MOST_STEPS, steps=len(recipe)))
        rest = {name: value for name, value in raw.items() if name != "recipe"}
        read = language_source if "corpus" in rest or "file" in rest else source
        return cls(read(rest), tuple(map(_step, recipe)))


def shipped(model: str = "cnn", task: str = "fashion") -> Experiment:
    """The checkpoint of this model, trained on this task, that ships with the app."""
    return Experiment(loaded(f"{task}-{model}"))


@lru_cache(maxsize=4096)
def _id(experiment: Experiment) -> str:
    return hashlib.sha256(json.dumps(experiment.to_json(), sort_keys=True).encode()).hexdigest()[:16]


def _step(entry: Any) -> Step:
    if not (isinstance(entry, Mapping) and len(entry) == 1):
        raise BadExperiment(WORDS["no step"])
    ((name, settings),) = entry.items()
    return STEPS[must_be_one_of("recipe", RENAMED.get(name, name), STEPS)].from_json(settings)
