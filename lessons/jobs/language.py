"""The jobs of the resident that holds language models. Each yields often: it takes turns with the others."""

import time
from collections import deque
from collections.abc import Callable, Iterator

from lessons.experiment import Experiment
from lessons.jobs.events import Said
from lessons.language.build import BUILT, building
from lessons.language.measure import measuring
from lessons.language.model import Model
from lessons.language.write import writing
from lessons.quantity import Measurement

BUILDING = 0.5  # the share of building in the progress of what comes after it
BUILDERS: deque[object] = deque()  # in the order in which they came
Asked = Callable[[], str | None]


def reading(experiment: Experiment, asked: Asked) -> Iterator[float | Measurement | None]:
    """How far it is, from 0 to 1, then what is measured of a language model; nothing more once it is to stop."""
    for done in _one_by_one(experiment):
        if asked() == "stop":
            return
        if not isinstance(done, Model):
            yield done and BUILDING * done
    for found in measuring(done, experiment):
        yield BUILDING + (1 - BUILDING) * found if isinstance(found, float) else found
        if asked() == "stop":
            return


def telling(
    experiment: Experiment, begin: str, most: int, temperature: float, seed: int, asked: Asked
) -> Iterator[float | str | Said | None]:
    """How far the model is, then what it writes after a text that has begun, piece by piece, and at last all of it."""
    for done in _one_by_one(experiment):
        if asked() == "stop":
            return
        if not isinstance(done, Model):
            yield done
    began, pieces = time.perf_counter(), []
    for piece in writing(done, begin, most, temperature, seed):
        pieces.append(piece)
        yield piece
        if asked() == "stop":
            break
    yield Said("".join(pieces), len(pieces), time.perf_counter() - began)


def _one_by_one(experiment: Experiment) -> Iterator[float | Model | None]:
    """What `building` tells. Models are made one after another, for each takes memory; None while others are made."""
    if experiment in BUILT or not experiment.recipe:
        yield from building(experiment)
        return
    me = object()
    BUILDERS.append(me)
    try:
        while BUILDERS[0] is not me:
            yield None
        yield from building(experiment)
    finally:
        BUILDERS.remove(me)
