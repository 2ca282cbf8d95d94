"""What can be done to a network for pictures, step by step. Here only what each step is called and can be;
`vision/steps.py` does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lessons import models
from lessons.experiment.fields import BadExperiment, checked, maybe, must_be_number, one_of, shown, whole
from lessons.experiment.step import ROUNDS, Effect, Step
from lessons.experiment.vision_source import CLASSES, Source, Taught, can_learn, trained_as
from lessons.text import sections

WORDS = sections("experiment")

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


@dataclass(frozen=True)
class Quantize(Step, called="quantize", effect=Effect.ROUNDS_WEIGHTS):
    """Round the weights (not the biases) to `bits` bits. `group`: weights that share a scale where the grain is
    "group"."""

    bits: int = whole(8, 1, 16)
    grain: str = one_of("tensor", GRAINS)
    scheme: str = one_of("symmetric", SCHEMES)
    range: str = one_of("min-max", RANGES)
    group: int = whole(32, 2, 4096)


@dataclass(frozen=True)
class QuantizeActivations(Step, called="quantize_activations", effect=Effect.ROUNDS_ACTIVATIONS):
    """Round what flows into each layer to `bits` bits, on a range calibrated on the first `images` training
    pictures."""

    bits: int = whole(8, 2, 8)
    images: int = whole(100, 1, 2_000)
    range: str = one_of("min-max", RANGES)

    def follows(self, before: Sequence[Step], source: Source) -> None:
        if any(isinstance(step, QuantizeActivations) for step in before):
            raise BadExperiment(WORDS["quantize_activations once"])


def _percentages(place: str, ratios: Any) -> tuple[float, ...]:
    if not isinstance(ratios, tuple):
        raise BadExperiment(WORDS("no list", place=place, value=shown(ratios)))
    return tuple(must_be_number(place, ratio, 0, 100, what=WORDS["percentage"]) for ratio in ratios)


@dataclass(frozen=True)
class Prune(Step, called="prune", effect=Effect.MASKS):
    """Take away the `sparsity` percent of the weights (blocks, channels) that matter least by this criterion.

    `scope`: the lowest of the whole network ("global"), that share of each layer, or the `ratios` "given", a percentage
    for each layer with weights. Sparsity counts from all there were: what is pruned already is part of it. `seed`: of
    "random".
    """

    sparsity: int = whole(50, 0, 100)
    criterion: str = one_of("magnitude", CRITERIA)
    structure: str = one_of("weights", STRUCTURES)
    scope: str = one_of("global", SCOPES)
    ratios: tuple[float, ...] = checked((), _percentages)
    seed: int = whole(0, 0, 999_999)

    def __post_init__(self):
        super().__post_init__()
        fixed = STRUCTURES[self.structure]
        if fixed is not None and (self.sparsity, self.scope) != (fixed, "layer"):
            raise BadExperiment(WORDS("prune: fixed", structure=self.structure, sparsity=fixed))
        if (self.scope == "given") != bool(self.ratios):
            raise BadExperiment(WORDS["prune: ratios"])

    def follows(self, before: Sequence[Step], source: Source) -> None:
        layers = len(models.layers_of(source.model))
        if self.ratios and len(self.ratios) != layers:
            raise BadExperiment(
                WORDS("prune: other layers", ratios=len(self.ratios), model=source.model, layers=layers)
            )


@dataclass(frozen=True)
class RemoveChannels(Step, called="remove_channels", effect=Effect.RESHAPES):
    """Build the smaller network without the channels that pruning has silenced."""

    def follows(self, before: Sequence[Step], source: Source) -> None:
        if any(step.effect in ROUNDS for step in before):
            raise BadExperiment(WORDS["remove_channels first"])


@dataclass(frozen=True)
class FineTune(Step, called="fine_tune", effect=Effect.TRAINS):
    """Fine-tune: what is pruned stays pruned, what is rounded is rounded in every step, and gradients pass straight
    through.

    `start`: from the weights as they are ("trained"), from those the network had at the start of its training, or at
    step `at` of it ("rewound"), or from another start ("random"). `seed` orders the examples, and makes that other
    start.
    """

    epochs: int = whole(2, 1, 100)
    seed: int = whole(0, 0, 999_999)
    start: str = one_of("trained", STARTS)
    at: int = whole(0, 0, 100_000)
    taught: Taught | None = maybe(Taught)

    def __post_init__(self):
        super().__post_init__()
        if self.at and self.start != "rewound":
            raise BadExperiment(WORDS["fine_tune: at"])

    def follows(self, before: Sequence[Step], source: Source) -> None:
        trained = trained_as(source)
        if self.start != "trained" and not all(step.effect in Effect.MASKS | Effect.TRAINS for step in before):
            raise BadExperiment(WORDS("fine_tune: start", start=self.start))
        if self.at > (last := trained.stopped_at or trained.steps):
            raise BadExperiment(WORDS("fine_tune: beyond", at=self.at, steps=last, model=source.model))
        if self.taught:
            self.taught.teaches(source.task)
        can_learn(trained, self.taught)


@dataclass(frozen=True)
class ShiftBias(Step, called="shift_bias", effect=Effect.SHIFTS):
    """Put the bias of a class right that a network was never shown: it then names the class `share` percent of the
    time."""

    label: int = whole(0, 0, CLASSES - 1)
    share: int = whole(10, 1, 99)
