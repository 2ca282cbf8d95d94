"""An experiment names a model completely. Half of the waist of the house: this says which model, `build` makes it.

An experiment is a chain: a source (weights trained here, or loaded), then any number of shrinking steps. It is frozen
and hashable, its JSON is what "export" writes and the command line reads, and its hash keys every cache and every job. It needs no torch: naming a model is cheap.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from safetensors import safe_open

from lessons import models
from lessons.data import TASKS
from lessons.training.progress import steps_in

CHECKPOINTS = Path(__file__).parent / "models" / "checkpoints"
MODELS = (*models.NAMES, *models.LARGE, *models.SIZED)
GRAINS = ("tensor", "channel", "group")
SCHEMES = ("symmetric", "affine")
RANGES = ("min-max", "percentile", "least-squares")
CRITERIA = ("magnitude", "random", "gradient", "movement")
STRUCTURES = {
    "weights": None,
    "2:4": 50,
    "1:4": 75,
    "blocks": None,
    "channels": None,
}  # the sparsity, where it is fixed
SCOPES = ("global", "layer", "given")
STARTS = ("trained", "rewound", "random")
LOSSES = ("kl", "logits", "hints", "attention")
CLASSES = 10


class BadExperiment(ValueError):
    """An experiment that cannot be; the message says which field and why, in one line."""


@dataclass(frozen=True)
class Taught:
    """By whom a network is taught besides its labels, and how (`shrink/distill.py`).

    `by`: the teacher; several are an ensemble, whose mean logits count. `alpha`: the teacher's share of the loss, the labels
    having the rest; `temperature`: of "kl"; `unlabelled`: how many pictures more there are for which the student has only
    the teacher's answer, or all there are, if those are fewer.
    """

    by: "tuple[Source, ...]"
    temperature: float = 4.0
    alpha: float = 0.9
    loss: str = "kl"
    unlabelled: int = 0

    def __post_init__(self):
        if not (isinstance(self.by, tuple) and self.by and all(isinstance(each, Trained | Loaded) for each in self.by)):
            raise BadExperiment("taught.by: must be a list of teachers, one at least")
        _between("taught.temperature", self.temperature, 0.1, 1_000)
        _between("taught.alpha", self.alpha, 0, 1)
        _one_of("taught.loss", self.loss, LOSSES)
        _whole("taught.unlabelled", self.unlabelled, 0, 60_000)
        if self.loss in ("hints", "attention") and len(self.by) > 1:
            raise BadExperiment(f"taught.loss: {self.loss} looks into one teacher, and there are {len(self.by)}")
        for name in ("temperature", "alpha"):
            object.__setattr__(self, name, float(getattr(self, name)))  # 4 and 4.0 are one experiment, with one id


@dataclass(frozen=True)
class Trained:
    """Weights trained here from a random start. `stopped_at`: the optimiser step at which the run was stopped.

    `labelled`: how many pictures have labels, as many of each class as can be; None for all. `withheld`: the class of which
    no picture is shown. An epoch has as many steps as with all pictures: fewer are seen more often.
    """

    task: str = "fashion"
    model: str = "cnn"
    data: str = "bundled"
    epochs: int = 5
    seed: int = 0
    stopped_at: int | None = None
    labelled: int | None = None
    withheld: int | None = None
    taught: Taught | None = None

    def __post_init__(self):
        _one_of("task", self.task, TASKS)
        _one_of("model", self.model, MODELS)
        _one_of("data", self.data, TASKS[self.task].EXAMPLES)
        _whole("epochs", self.epochs, 1, 100)
        _whole("seed", self.seed, 0, 999_999)
        if self.stopped_at is not None:
            _whole("stopped_at", self.stopped_at, 1, self.steps)
        if self.labelled is not None:
            _whole("labelled", self.labelled, 0, self.examples)
        if self.withheld is not None:
            _whole("withheld", self.withheld, 0, CLASSES - 1)
        _teachable(self.taught, self.task, self.labelled)

    @property
    def steps(self) -> int:
        """Optimiser steps of the whole run."""
        return steps_in(self.examples, self.epochs)

    @property
    def examples(self) -> int:
        """Pictures to train on."""
        return TASKS[self.task].EXAMPLES[self.data]


@dataclass(frozen=True)
class Loaded:
    """A checkpoint that ships with the app, named with the hash of its file so that it cannot change unseen."""

    checkpoint: str
    sha256: str
    task: str
    model: str

    def __post_init__(self):
        _one_of("checkpoint", self.checkpoint, checkpoint_names())
        made = made_by(self.checkpoint)
        _one_of("task", self.task, [made.task])
        _one_of("model", self.model, [made.model])
        if self.sha256 != (actual := file_hash(self.checkpoint)):
            raise BadExperiment(f"sha256: this {self.checkpoint} is {actual[:12]}…, not {str(self.sha256)[:12]}…")


@dataclass(frozen=True)
class Quantize:
    """Round the weights (not the biases) to `bits` bits. `group`: weights that share a scale where the grain is "group"."""

    bits: int = 8
    grain: str = "tensor"
    scheme: str = "symmetric"
    range: str = "min-max"
    group: int = 32

    def __post_init__(self):
        _whole("quantize.bits", self.bits, 1, 16)
        _one_of("quantize.grain", self.grain, GRAINS)
        _one_of("quantize.scheme", self.scheme, SCHEMES)
        _one_of("quantize.range", self.range, RANGES)
        _whole("quantize.group", self.group, 2, 4096)


@dataclass(frozen=True)
class QuantizeActivations:
    """Round what flows into each layer to `bits` bits, on a range calibrated on the first `images` training pictures."""

    bits: int = 8
    images: int = 100
    range: str = "min-max"

    def __post_init__(self):
        _whole("quantize_activations.bits", self.bits, 2, 8)
        _whole("quantize_activations.images", self.images, 1, 2_000)
        _one_of("quantize_activations.range", self.range, RANGES)


@dataclass(frozen=True)
class Prune:
    """Take away the `sparsity` percent of the weights (blocks, channels) that matter least by this criterion.

    `scope`: the lowest of the whole network ("global"), that share of each layer, or the `ratios` "given", a percentage for
    each layer with weights. Sparsity counts from all there were: what is pruned already is part of it. `seed`: of "random".
    """

    sparsity: int = 50
    criterion: str = "magnitude"
    structure: str = "weights"
    scope: str = "global"
    ratios: tuple[float, ...] = ()
    seed: int = 0

    def __post_init__(self):
        _whole("prune.sparsity", self.sparsity, 0, 100)
        _one_of("prune.criterion", self.criterion, CRITERIA)
        _one_of("prune.structure", self.structure, STRUCTURES)
        _one_of("prune.scope", self.scope, SCOPES)
        _whole("prune.seed", self.seed, 0, 999_999)
        if not isinstance(self.ratios, tuple):
            raise BadExperiment(f"prune.ratios: {_shown(self.ratios)} is not a list")
        for ratio in self.ratios:
            if type(ratio) not in (int, float) or not 0 <= ratio <= 100:
                raise BadExperiment(f"prune.ratios: {_shown(ratio)} is not a percentage from 0 to 100")
        object.__setattr__(
            self, "ratios", tuple(map(float, self.ratios))
        )  # 50 and 50.0 are one experiment, with one id
        fixed = STRUCTURES[self.structure]
        if fixed is not None and (self.sparsity, self.scope) != (fixed, "layer"):
            raise BadExperiment(f'prune: {self.structure} has a sparsity of {fixed} and the scope "layer", always')
        if (self.scope == "given") != bool(self.ratios):
            raise BadExperiment('prune.ratios: must be there where the scope is "given", and only there')


@dataclass(frozen=True)
class RemoveChannels:
    """Build the smaller network without the channels that pruning has silenced."""


@dataclass(frozen=True)
class FineTune:
    """Train on: what is pruned stays pruned, what is rounded is rounded in every step, and gradients pass straight through.

    `start`: from the weights as they are ("trained"), from those the network had at the start of its training, or at
    step `at` of it ("rewound"), or from another start ("random"). `seed` orders the examples, and makes that other start.
    """

    epochs: int = 2
    seed: int = 0
    start: str = "trained"
    at: int = 0
    taught: Taught | None = None

    def __post_init__(self):
        _whole("fine_tune.epochs", self.epochs, 1, 100)
        _whole("fine_tune.seed", self.seed, 0, 999_999)
        _one_of("fine_tune.start", self.start, STARTS)
        _whole("fine_tune.at", self.at, 0, 100_000)
        if self.at and self.start != "rewound":
            raise BadExperiment('fine_tune.at: only a start that is "rewound" has it')


@dataclass(frozen=True)
class ShiftBias:
    """Put the bias of a class right that a network was never shown: it then names the class `share` percent of the time."""

    label: int = 0
    share: int = 10

    def __post_init__(self):
        _whole("shift_bias.label", self.label, 0, CLASSES - 1)
        _whole("shift_bias.share", self.share, 1, 99)


Source = Trained | Loaded
Step = Quantize | QuantizeActivations | Prune | RemoveChannels | FineTune | ShiftBias
STEPS: dict[str, type[Step]] = {
    "quantize": Quantize,
    "quantize_activations": QuantizeActivations,
    "prune": Prune,
    "remove_channels": RemoveChannels,
    "fine_tune": FineTune,
    "shift_bias": ShiftBias,
}


@dataclass(frozen=True)
class Experiment:
    """A source and a recipe of shrinking steps. `baseline | Quantize(bits=4)` adds a step."""

    source: Source
    recipe: tuple[Step, ...] = ()

    def __post_init__(self):
        if sum(isinstance(step, QuantizeActivations) for step in self.recipe) > 1:
            raise BadExperiment("recipe: quantize_activations can be in it once, for its file holds one grid a layer")
        for at, step in enumerate(self.recipe):
            _fits(step, self.recipe[:at], self.source)

    def __or__(self, step: Step) -> Self:
        return replace(self, recipe=(*self.recipe, step))

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
    def trainings(self) -> list[Self]:
        """Those of the links that end with a FineTune."""
        return [link for link in self.links if link.recipe and isinstance(link.recipe[-1], FineTune)]

    @property
    def id(self) -> str:
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()[:16]

    def to_json(self) -> dict[str, Any]:
        names = {kind: name for name, kind in STEPS.items()}
        return asdict(self.source) | {"recipe": [{names[type(step)]: asdict(step)} for step in self.recipe]}

    @classmethod
    def from_json(cls, raw: Any) -> Self:
        """Raises BadExperiment for unknown fields and impossible values."""
        if not isinstance(raw, Mapping):
            raise BadExperiment("an experiment is a JSON object")
        recipe = raw.get("recipe", [])
        if not isinstance(recipe, list):
            raise BadExperiment("recipe: must be a list of steps")
        rest = {name: value for name, value in raw.items() if name != "recipe"}
        return cls(_source(rest), tuple(_step(entry) for entry in recipe))


def shipped(model: str = "cnn", task: str = "fashion") -> Experiment:
    """The checkpoint of this model, trained on this task, that ships with the app."""
    return Experiment(loaded(f"{task}-{model}"))


def loaded(checkpoint: str) -> Loaded:
    """The source that a shipped checkpoint is."""
    made = made_by(checkpoint)
    return Loaded(checkpoint, file_hash(checkpoint), made.task, made.model)


@lru_cache(maxsize=16)
def file_hash(checkpoint: str) -> str:
    """SHA-256 of a shipped checkpoint's file."""
    return hashlib.sha256(_checkpoint(checkpoint).read_bytes()).hexdigest()


@lru_cache(maxsize=16)
def made_by(checkpoint: str) -> Trained:
    """How a shipped checkpoint was made: the experiment written into its file."""
    with safe_open(_checkpoint(checkpoint), "np") as file:
        return Experiment.from_json(json.loads(file.metadata()["experiment"])).source


def checkpoint_names() -> list[str]:
    return sorted(path.stem for path in CHECKPOINTS.glob("*.safetensors"))


def _checkpoint(name: str) -> Path:
    return CHECKPOINTS / f"{name}.safetensors"


def trained_as(source: Source) -> Trained:
    """How the weights of a source were trained."""
    return made_by(source.checkpoint) if isinstance(source, Loaded) else source


def _fits(step: Step, before: tuple[Step, ...], source: Source) -> None:
    """Raises BadExperiment for a step that cannot come after those before it, or not on this model."""
    kinds = {type(step) for step in before}
    if isinstance(step, Prune) and step.ratios and len(step.ratios) != (layers := len(models.layers_of(source.model))):
        raise BadExperiment(
            f"prune.ratios: {len(step.ratios)} of them, but {source.model} has {layers} layers with weights"
        )
    if isinstance(step, RemoveChannels) and kinds & {Quantize, QuantizeActivations}:
        raise BadExperiment("remove_channels: must come before weights or activations are rounded")
    if isinstance(step, FineTune) and step.start != "trained" and kinds - {Prune, FineTune}:
        raise BadExperiment(f"fine_tune.start: {step.start} is for pruned networks of their first shape, nothing else")
    if isinstance(step, FineTune):
        _teachable(step.taught, source.task)
    if isinstance(step, FineTune) and step.at > (last := trained_as(source).stopped_at or trained_as(source).steps):
        raise BadExperiment(f"fine_tune.at: {step.at} is beyond the {last} steps that {source.model} was trained for")


def _teachable(taught: Taught | None, task: str, labelled: int | None = None) -> None:
    """Raises BadExperiment where there is nothing to learn from, or the teachers know something else."""
    if taught and any(trained_as(teacher).task != task for teacher in taught.by):
        raise BadExperiment(f"taught.by: a teacher must know the same task, {task}")
    if labelled == 0 and not (taught and taught.alpha == 1 and taught.unlabelled):
        raise BadExperiment("labelled: without labels there must be a teacher, with alpha 1 and unlabelled pictures")


def _source(raw: Mapping[str, Any]) -> Source:
    if "checkpoint" in raw:
        _one_of("checkpoint", raw["checkpoint"], checkpoint_names())
        return _from_fields(Loaded, asdict(loaded(raw["checkpoint"])) | raw)
    return _from_fields(Trained, raw)


def _taught(raw: Any) -> Taught:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("by"), list | tuple):
        raise BadExperiment("taught: must be an object that lists its teachers in `by`")
    if not all(isinstance(teacher, Mapping) for teacher in raw["by"]):
        raise BadExperiment("taught.by: each teacher is an object, as an experiment without a recipe")
    return _from_fields(Taught, dict(raw) | {"by": tuple(map(_source, raw["by"]))}, prefix="taught.")


def _step(entry: Any) -> Step:
    if not (isinstance(entry, Mapping) and len(entry) == 1):
        raise BadExperiment('recipe: each step is an object with one name, as {"quantize": {"bits": 4}}')
    ((name, settings),) = entry.items()
    _one_of("recipe", name, STEPS)
    if not isinstance(settings, Mapping):
        raise BadExperiment(f"{name}: its settings must be an object")
    return _from_fields(STEPS[name], settings, prefix=f"{name}.")


def _from_fields(kind: type, raw: Mapping[str, Any], prefix: str = "") -> Any:
    known = [field.name for field in fields(kind)]
    for name in raw:
        if name not in known:
            shown = name if name.isidentifier() and len(name) < 40 else _shown(name)
            raise BadExperiment(f"{prefix}{shown}: unknown field; known are {', '.join(known)}")
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}
    if values.get("taught") is not None:
        values["taught"] = _taught(values["taught"])
    return kind(**values)


def _one_of(field: str, value: Any, allowed: Any) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise BadExperiment(f"{field}: {_shown(value)} is not one of {', '.join(allowed)}")


def _whole(field: str, value: Any, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise BadExperiment(f"{field}: {_shown(value)} is not a whole number from {low} to {high}")


def _between(field: str, value: Any, low: float, high: float) -> None:
    if type(value) not in (int, float) or not low <= value <= high:
        raise BadExperiment(f"{field}: {_shown(value)} is not a number from {low:g} to {high:,g}")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
