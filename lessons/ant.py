"""The ant: a shrunk model that a reader carries from lesson to lesson. It is an experiment, and what was measured of it
when it was kept."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self

from lessons.experiment import SMOLLM2, BadExperiment, Experiment, Step, Trained
from lessons.experiment.language_source import shipped_names
from lessons.pareto import front
from lessons.quantity import Measurement, Quantity
from lessons.text import sections

WORDS = sections("ant")
IMAGES, TEXT = "images", "text"  # families: an ant of each
DIGEST = 64  # hexadecimal digits
MOST_JOULES = 1e6  # of an image or a token


class Numbers(NamedTuple):
    """`quality`: test accuracy (%), of a language model its perplexity; `size`: bytes of its file; `energy`: joules an
    image or a token at 45 nm, estimated."""

    quality: float
    size: int
    energy: float

    @classmethod
    def of(cls, measurement: Measurement) -> Self:
        quality = measurement.get("accuracy") or measurement["perplexity"]
        return cls(quality.value, int(measurement["packed"].value), measurement["energy_45nm"].value)


@dataclass(frozen=True)
class Ant:
    """What it is, its numbers and those of the model that the lesson began with, and `answers`: the SHA-256 of what it
    predicted of each test example."""

    experiment: Experiment
    now: Numbers
    before: Numbers
    answers: str

    @classmethod
    def measured(cls, experiment: Experiment, measurement: Measurement, before: Measurement) -> Self:
        """An ant of what was measured of a model, and of what it was made from."""
        answers = hashlib.sha256(measurement.answers).hexdigest()
        return cls(experiment, Numbers.of(measurement), Numbers.of(before), answers)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """Raises BadExperiment for what names no model, or a file of this machine, or for numbers that no model can
        have."""
        experiment = Experiment.from_json(_of_everybody(raw["experiment"]))
        now, before = (_numbers(raw[name], experiment.writes) for name in ("now", "before"))
        if len(raw["answers"]) != DIGEST or set(raw["answers"]) - set("0123456789abcdef"):
            raise BadExperiment(WORDS["no digest"])
        return cls(experiment, now, before, raw["answers"])

    def to_json(self) -> dict[str, Any]:
        numbers = {"now": self.now._asdict(), "before": self.before._asdict()}
        return {"experiment": self.experiment.to_json(), **numbers, "answers": self.answers}

    @property
    def family(self) -> str:
        return TEXT if self.experiment.writes else IMAGES

    @property
    def unit(self) -> str:
        """Of its quality."""
        return "" if self.experiment.writes else "%"

    @property
    def quantities(self) -> dict[str, Quantity]:
        """Its numbers by their labels; as they were when it was kept."""
        kept = WORDS["when kept"]
        quality = Quantity("quality", self.now.quality, self.unit, "recorded", source=kept)
        return {
            WORDS["perplexity" if self.experiment.writes else "accuracy"]: quality,
            WORDS["file"]: Quantity("size", self.now.size, "bytes", "recorded", source=kept),
            WORDS["energy"]: Quantity("energy", self.now.energy, "J", "estimated", source=WORDS["at 45 nm"]),
        }

    @property
    def origin(self) -> str:
        """The model it was before anything was done to it."""
        source = self.experiment.source
        return getattr(source, "model", None) or getattr(source, "file", "")

    @property
    def history(self) -> list[str]:
        """What was done to it, step by step."""
        return [*map(in_words, self.experiment.recipe)] or [WORDS["nothing yet"]]


def in_words(step: Step) -> str:
    """What a step does."""
    return WORDS[f"step: {step.called}"].format(**asdict(step))


def model_in_words(experiment: Experiment | Mapping[str, Any]) -> str:
    """Where a model comes from, and what was done to it; or that this app does not know such an experiment, in JSON,
    any more."""
    try:
        model = experiment if isinstance(experiment, Experiment) else Experiment.from_json(experiment)
    except BadExperiment:
        return WORDS["unknown model"]
    source, steps = model.source, "; ".join(map(in_words, model.recipe))
    name = getattr(source, "model", None) or getattr(source, "file", "")
    trained = isinstance(source, Trained)
    said = WORDS("trained", model=name, seed=source.seed, epochs=source.epochs) if trained else name
    return WORDS("model and steps", model=said, steps=steps) if steps else said


def fits(ant: Ant, steps: Sequence[Step]) -> bool:
    """Whether each of these steps can follow what was done to it, and would do something new to it: what was rounded
    once is not rounded again."""
    try:
        for step in steps:
            ant.experiment | step
    except BadExperiment:
        return False
    return not {type(step) for step in steps} & {type(step) for step in ant.experiment.recipe}


def unbeaten(named: Mapping[str, Numbers], less: bool) -> list[str]:
    """The names of those that none beats in both quality and size, from the smallest file on. `less`: whether less of
    the quality is better, as of perplexity."""
    return front({name: (each.size, each.quality if less else -each.quality) for name, each in named.items()})


def _of_everybody(raw: Any) -> Any:
    """What names a model, unless that is on somebody's disk: a stranger may ask for any path. Raises BadExperiment."""
    if isinstance(raw, Mapping) and raw.get("file", SMOLLM2) not in (SMOLLM2, *shipped_names()):
        raise BadExperiment(WORDS["a file"])
    return raw


def _numbers(raw: Any, writes: bool) -> Numbers:
    """Raises BadExperiment for what no model can have."""
    if not isinstance(raw, Mapping) or set(raw) != set(Numbers._fields):
        raise BadExperiment(WORDS["no such numbers"])
    numbers = Numbers(**raw)
    if not all(type(number) in (int, float) for number in numbers) or type(numbers.size) is not int:
        raise BadExperiment(WORDS["no such numbers"])
    most = float("inf") if writes else 100
    if not (0 <= numbers.quality <= most and numbers.size > 0 and 0 < numbers.energy < MOST_JOULES):
        raise BadExperiment(WORDS["no such numbers"])
    return numbers
