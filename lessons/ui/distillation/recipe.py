"""Distillation out of what a reader can choose: a student, alone and taught, and what else could be done with its
teacher."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from lessons.experiment import (
    BadExperiment,
    Experiment,
    FineTune,
    Prune,
    Quantize,
    ShiftBias,
    Source,
    Taught,
    Trained,
    loaded,
)
from lessons.shrink import distill, straight_through
from lessons.training.progress import BATCH, steps_in

STUDENTS = {"1,320": "cnn-2x3", "3,206": "cnn-4x3", "8,706": "cnn-8x3", "26,618": "cnn-16x3"}  # by parameters
LARGE = loaded("fashion-large")
TEACHERS: dict[str, Callable[["Distilling", int], tuple[Source, ...]]] = {  # of a student with this seed
    "large": lambda how, seed: (LARGE,),
    "small": lambda how, seed: (loaded("fashion-cnn"),),
    "trained here": lambda how, seed: (Trained(seed=10),),
    "three trained here": lambda how, seed: tuple(Trained(seed=at) for at in (10, 11, 12)),
    "itself": lambda how, seed: (how.student(seed),),
}
TUNED = 2  # epochs of fine-tuning a rounded student
WIDTHS = (8, 6, 4, 3, 2, 1)  # bits that the teacher is quantized to
SPARSITIES = (50, 80, 90, 94, 96, 97, 98, 99)  # percent that the teacher is pruned by
ALPHAS, TEMPERATURES = (0.3, 0.6, 0.9, 1.0), (0.5, 1.0, 2.0, 4.0, 8.0, 20.0)  # of the map


@dataclass(frozen=True)
class Distilling:
    """A student, and how it is taught. `teacher`: one of TEACHERS; `bits`: of its weights, None for unrounded ones."""

    model: str = "cnn-4x3"
    teacher: str = "large"
    labelled: int | None = None
    withheld: int | None = None
    epochs: int = 5
    temperature: float = 4.0
    alpha: float = 0.9
    loss: str = "kl"
    unlabelled: int = 0
    bits: int | None = None

    @classmethod
    def chosen(
        cls,
        student: str,
        teacher: str,
        labelled: str,
        unlabelled: str,
        temperature: str,
        alpha: str,
        epochs: str,
        loss: str,
        bits: str,
    ) -> Self:
        """As the knobs have it, in their words."""
        return cls(
            STUDENTS[student],
            teacher,
            labelled=number(labelled),
            epochs=int(epochs),
            temperature=float(temperature),
            alpha=float(alpha),
            loss=loss,
            unlabelled=number(unlabelled),
            bits=None if bits == "fp32" else int(bits),
        )

    def alone(self, seed: int) -> Experiment:
        """The student that has only labels. Raises BadExperiment where there are none."""
        return self._rounded(self.student(seed), None)

    def taught(self, seed: int) -> Experiment:
        """The student that has a teacher too. Raises BadExperiment where there is nothing to learn from."""
        by, unlabelled = TEACHERS[self.teacher](self, seed), min(self.unlabelled, self.rest)
        how = Taught(by, self.temperature, self.alpha, self.loss, unlabelled)
        return self._rounded(self.student(seed, how), how)

    def runners(self, seed: int) -> dict[str, Experiment]:
        """Who can race: without labels nobody is alone, and with nothing to learn from there is nobody."""
        try:
            taught = {"taught": self.taught(seed)}
        except BadExperiment:
            return {}
        return taught if self.labelled == 0 else {"alone": self.alone(seed)} | taught

    def teachers(self, seed: int = 0) -> list[Experiment]:
        """By whom the student is taught. Raises BadExperiment for itself without labels."""
        return [Experiment(source) for source in TEACHERS[self.teacher](self, seed)]

    def beginning(self, count: int) -> tuple[tuple[Experiment, ...], Trained, int]:
        """By whom the student is taught, the student itself, and how many test images are shown of both."""
        return tuple(self.teachers()), self.student(0), count

    def put_right(self, seed: int) -> dict[str, Experiment]:
        """The runners, and each, as `alone+bias`, with the bias of the class right that it was never shown."""
        runners = self.runners(seed)
        return runners | {f"{name}+bias": net | ShiftBias(self.withheld) for name, net in runners.items()}

    def student(self, seed: int, taught: Taught | None = None) -> Trained:
        """How the student is trained."""
        return Trained(
            model=self.model,
            epochs=self.epochs,
            seed=seed,
            labelled=self.labelled,
            withheld=self.withheld,
            taught=taught,
        )

    def map(self, seed: int = 0) -> dict[tuple[float, float], Experiment]:
        """The taught student by α and temperature, where there is something to learn from."""
        at = [(alpha, temperature) for alpha in ALPHAS for temperature in TEMPERATURES]
        runners = {(a, t): replace(self, alpha=a, temperature=t).runners(seed) for a, t in at}
        return {place: found["taught"] for place, found in runners.items() if found}

    @property
    def rest(self) -> int:
        """Pictures that have no labels."""
        every = Trained().examples
        return every - (every if self.labelled is None else self.labelled)

    @property
    def heard(self) -> int:
        """Pictures that a teacher answers for: each once."""
        return Trained().examples - self.rest + min(self.unlabelled, self.rest)

    @property
    def seen(self) -> int:
        """Pictures that go through the taught student while it is trained, each as often as it does."""
        steps = steps_in(Trained().examples, self.epochs + (TUNED if self.bits else 0))
        each = (Trained().examples - self.rest, min(self.unlabelled, self.rest))
        return steps * sum(min(BATCH, pictures) for pictures in each)

    @property
    def techniques(self) -> list[Callable]:
        """The functions that do it."""
        distance = {
            "kl": [distill.softened, distill.soft_targets],
            "logits": [distill.match_logits],
            "hints": [distill.hints],
            "attention": [distill.attention, distill.match_attention],
        }[self.loss]
        return [*distance, distill.combined] + [straight_through.Through] * (self.bits is not None)

    def _rounded(self, source: Trained, taught: Taught | None) -> Experiment:
        if self.bits is None:
            return Experiment(source)
        return (
            Experiment(source) | Quantize(self.bits, "channel", range="least-squares") | FineTune(TUNED, taught=taught)
        )


def number(text: str) -> int:
    """A count as it stands on a knob."""
    return int(text.replace(",", ""))


def shrunk(teacher: Experiment) -> dict[str, dict[str, Experiment]]:
    """What else can be made of a teacher: `quantized`, by bits per weight, and `pruned`, by percent of its weights."""
    bits = {str(bits): Quantize(bits, "channel", range="least-squares") for bits in WIDTHS}
    kinds = {"quantized": bits, "pruned": {str(sparsity): Prune(sparsity) for sparsity in SPARSITIES}}
    return {kind: {at: teacher | step for at, step in steps.items()} for kind, steps in kinds.items()}
