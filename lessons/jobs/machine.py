"""The jobs that measure this machine, and no model of a lesson."""

from __future__ import annotations

from collections.abc import Iterator

from lessons.jobs.events import Asked, Progress
from lessons.measure.machine import Roofs


def benching(asked: Asked) -> Iterator[Progress | Roofs]:
    """How far it is, then what this machine can do at best."""
    from lessons.measure import roofs

    for found in roofs.measuring():
        yield Progress(found) if isinstance(found, float) else found


def adding_words(tokens: int, asked: Asked) -> Iterator[float]:
    """Seconds to sort a text of about so many tokens by its words, without a model."""
    from lessons.measure import words

    yield words.seconds(tokens)
