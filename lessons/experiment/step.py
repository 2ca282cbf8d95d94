"""What every step of a recipe says of itself, whatever it shrinks: pictures' networks or language models."""

from collections.abc import Sequence
from enum import Flag, auto
from typing import Any, ClassVar

from lessons.experiment.fields import Checked


class Effect(Flag):
    """What a step does to a model, as far as other steps must know it."""

    ROUNDS_WEIGHTS = auto()  # behind each stored weight there was a finer one, from which a training goes on
    ROUNDS_ACTIVATIONS = auto()  # what flows between layers, keys and values among it; weights stay as they are
    MASKS = auto()  # weights are gone, and stay gone
    RESHAPES = auto()  # tensors have other shapes, or are products of others
    TRAINS = auto()  # weights are learnt anew, through whatever rounds and masks them
    SHIFTS = auto()  # a few numbers are put right


ROUNDS = Effect.ROUNDS_WEIGHTS | Effect.ROUNDS_ACTIVATIONS


class Step(Checked):
    """One step of a recipe. Each kind has a name in JSON, `called`, and says what it does, its `effect`.

    Raises TypeError for a kind with a name that does not say what it does, or that has the name of another.
    """

    effect: ClassVar[Effect]
    KINDS: ClassVar[dict[str, type["Step"]]] = {}  # by the name that JSON has for them

    def __init_subclass__(cls, called: str = "", effect: Effect | None = None, **rest: Any):
        super().__init_subclass__(called=called, **rest)
        if called and effect is None:
            raise TypeError(f"{cls.__name__} must say what it does to a model: effect=Effect.…")
        if called in cls.KINDS:
            raise TypeError(f"{cls.__name__} cannot be called {called}: {cls.KINDS[called].__name__} is")
        if called and effect is not None:
            cls.effect, cls.KINDS[called] = effect, cls

    def follows(self, before: "Sequence[Step]", source: object) -> None:
        """Raises BadExperiment if it cannot come after those before it, or not on this model."""
