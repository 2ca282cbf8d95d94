"""What can be set on the page of a lesson, and answered to its question, without running it."""

from importlib import import_module
from types import ModuleType

from lessons.ui.state.knob import Knob
from lessons.ui.state.overlay import Overlay


def knobs_of(path: str) -> tuple[Knob, ...]:
    """All that the page of a lesson (by its path) can be set to: `KNOBS` in `knobs.py` of its room, which the page
    begins with. Raises ModuleNotFoundError where there is no such room."""
    return _knobs(path).KNOBS


def guesses_of(path: str) -> tuple[str, ...]:
    """The answers to the question of a lesson (by its path): `GUESSES` there. Raises ModuleNotFoundError where there is
    no such room."""
    return tuple(_knobs(path).GUESSES)


def overlay_of(path: str) -> Overlay:
    """What a class trains together in a lesson (by its path): `OVERLAY` in `overlay.py` of its room. Raises
    ModuleNotFoundError where there is no such module."""
    return import_module(f"lessons.ui.{path.replace('-', '_')}.overlay").OVERLAY


def _knobs(path: str) -> ModuleType:
    return import_module(f"lessons.ui.{path.replace('-', '_')}.knobs")
