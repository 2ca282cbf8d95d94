"""The headline of the race: what both end with, for every number of labels and every student, as far as it is known."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from lessons.experiment import Experiment
from lessons.quantity import Measurement, Quantity, badges_of
from lessons.text import sections
from lessons.ui.distillation import race_charts
from lessons.ui.distillation.knobs import HEATS, LABELLED
from lessons.ui.distillation.race import finishes
from lessons.ui.distillation.recipe import STUDENTS, Distilling, number
from lessons.ui.layout.headline import Frame
from lessons.ui.layout.tiles import Tile, change
from lessons.ui.work.results import known

WORDS = sections("distillation")


def heats_of(chosen: Distilling) -> list[dict[str, Experiment]]:
    """The same race from every seed."""
    return [chosen.runners(seed) for seed in range(HEATS)]


def means(chosen: Distilling) -> dict[str, Quantity]:
    """The accuracy of each runner, as a mean over the races that have ended."""
    return {name: _mean(found) for name, found in _ends(chosen).items()}


def frames(chosen: Distilling) -> dict[tuple[str, str], Frame | None]:
    """By student and number of labels; all else is as chosen. None where no race has ended."""
    found = {}
    for size, model in STUDENTS.items():
        chosen_at = {at: replace(chosen, model=model, labelled=number(at)) for at in LABELLED.options}
        ends = {at: _ends(how) for at, how in chosen_at.items()}
        along = race_charts.along_labels(
            {number(at): ends[at] or _alone(how) for at, how in chosen_at.items() if number(at)}
        )
        for at, each in ends.items():
            drawn = [along(number(at))] if each and number(at) else []
            found[size, at] = Frame(_tiles(each), [*drawn, race_charts.by_seed(each)]) if each else None
    return found


def _ends(how: Distilling) -> dict[str, list[Measurement]]:
    """What each runner has ended with, where one has."""
    heats = heats_of(how)
    return (
        {name: list(filter(None, ended)) for name, ended in finishes(heats).items() if any(ended)} if heats[0] else {}
    )


def _alone(how: Distilling) -> dict[str, list[Measurement]]:
    """What the student alone has ended with, where no race with the taught one has ended."""
    found = known({seed: how.alone(seed) for seed in range(HEATS)})
    ended = list(filter(None, found.values()))
    return {"alone": ended} if ended else {}


def _tiles(ends: dict[str, list[Measurement]]) -> list[Tile]:
    """Both, as means over the races, and the student's file."""
    taught, alone = (ends.get(name) and _mean(ends[name]) for name in ("taught", "alone"))
    ahead = change(alone, taught) if alone and taught else None
    tiles = [Tile(WORDS["tile: alone"], alone, None, _spread(ends["alone"]))] if alone else []
    tiles += [Tile(WORDS["tile: taught"], taught, ahead, _spread(ends["taught"]), "normal")] if taught else []
    return [*tiles, Tile(WORDS["tile: file"], next(iter(ends.values()))[0]["packed"])]


def _mean(found: Sequence[Measurement]) -> Quantity:
    """Accuracy over some races; measured only where all of them were."""
    each = [at["accuracy"] for at in found]
    source = WORDS("mean", races=len(each), how=each[-1].source)
    return replace(each[-1], value=fmean(q.value for q in each), badge=badges_of(each)[-1], source=source)


def _spread(found: Sequence[Measurement]) -> str:
    values = [at["accuracy"].value for at in found]
    if len(values) == 1:
        return WORDS["one race"]
    return WORDS("spread", low=min(values), high=max(values), races=len(values))
