"""The ant: a shrunk model that a reader carries from lesson to lesson. It is an experiment, and what was measured of it
when it was kept."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from lessons.experiment import BadExperiment, Experiment, Step
from lessons.quantity import Measurement, Quantity
from lessons.text import sections

WORDS = sections("ant")
IMAGES, TEXT = "images", "text"  # families: an ant of each
DIGEST = 64  # hexadecimal digits


@dataclass(frozen=True)
class Ant:
    """`quality`: test accuracy (%), of a language model its perplexity; `size`: bytes of its file; `energy`: joules an
    image or a token at 45 nm, estimated; `answers`: the SHA-256 of what it predicted of each test example."""

    experiment: Experiment
    quality: float
    size: int
    energy: float
    answers: str

    @classmethod
    def measured(cls, experiment: Experiment, measurement: Measurement) -> Self:
        """An ant of what was measured of a model."""
        quality = measurement["perplexity" if experiment.writes else "accuracy"].value
        answers = hashlib.sha256(measurement.answers).hexdigest()
        return cls(experiment, quality, int(measurement["packed"].value), measurement["energy_45nm"].value, answers)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """Raises BadExperiment for what names no model, or for numbers that none can have."""
        experiment = Experiment.from_json(raw["experiment"])
        most = float("inf") if experiment.writes else 100
        if not (0 <= raw["quality"] <= most and raw["size"] > 0 and 0 < raw["energy"] < 1e6):
            raise BadExperiment(WORDS["no such numbers"])
        if len(raw["answers"]) != DIGEST or set(raw["answers"]) - set("0123456789abcdef"):
            raise BadExperiment(WORDS["no digest"])
        return cls(experiment, raw["quality"], raw["size"], raw["energy"], raw["answers"])

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"experiment": self.experiment.to_json()}

    @property
    def family(self) -> str:
        return TEXT if self.experiment.writes else IMAGES

    @property
    def quantities(self) -> dict[str, Quantity]:
        """Its numbers by their labels; as they were when it was kept."""
        kept = WORDS["when kept"]
        quality = Quantity("quality", self.quality, "" if self.experiment.writes else "%", "recorded", source=kept)
        return {
            WORDS["perplexity" if self.experiment.writes else "accuracy"]: quality,
            WORDS["file"]: Quantity("size", self.size, "bytes", "recorded", source=kept),
            WORDS["energy"]: Quantity("energy", self.energy, "J", "estimated", source=WORDS["at 45 nm"]),
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


def fits(ant: Ant, steps: Sequence[Step]) -> bool:
    """Whether each of these steps can follow what was done to it."""
    try:
        for step in steps:
            ant.experiment | step
    except BadExperiment:
        return False
    return True


def front(ants: Mapping[str, Ant]) -> Iterator[str]:
    """The names of those that none beats in both quality and size (the Pareto front), from the smallest on."""
    best = None
    for name, ant in sorted(ants.items(), key=lambda each: (each[1].size, _loss(each[1]))):
        if best is None or _loss(ant) < best:
            best = _loss(ant)
            yield name


def _loss(ant: Ant) -> float:
    """Less is better."""
    return ant.quality if ant.experiment.writes else -ant.quality
