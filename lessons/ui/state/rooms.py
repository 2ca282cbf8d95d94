"""What can be set on the page of a lesson, without running it."""

from importlib import import_module

from lessons.ui.state.knob import Knob


def knobs_of(path: str) -> tuple[Knob, ...]:
    """All that the page of a lesson (by its path) can be set to: `KNOBS` in `knobs.py` of its room, which the page
    begins with. Raises ModuleNotFoundError where there is no such room."""
    return import_module(f"lessons.ui.{path.replace('-', '_')}.knobs").KNOBS
