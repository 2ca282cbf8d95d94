"""What the lesson on low-rank adaptation opens with, as questions to the workers."""

from collections.abc import Iterator
from dataclasses import replace

from lessons.experiment import Experiment
from lessons.experiment.adapt import NEW_TEXTS
from lessons.jobs import adaptation, language
from lessons.jobs.recordings import Question
from lessons.ui.lora.adapters import STRENGTH, blends, pair_of
from lessons.ui.lora.first_picture import BEGIN
from lessons.ui.lora.first_picture import WRITTEN as FEW
from lessons.ui.lora.knobs import ALSO, KNOBS, PRESETS
from lessons.ui.lora.learning import RANK, TASK, WRITTEN, adapting
from lessons.ui.lora.recipe import TASKS, AdaptationTask, Adapting
from lessons.ui.state.presets import DEFAULTS, Preset


def questions() -> Iterator[Question]:
    """Races: of the page as it opens, of each preset, and at every rank of each task; what is written without and with
    adapters; the microscope, and blends."""
    small = [task for task, of in TASKS.items() if not of.large]
    grid = [Preset("", {TASK: task, RANK: rank}) for task in small for rank in RANK.options]
    also = [Preset("", settings) for settings in ALSO]
    for stop in (DEFAULTS, *PRESETS, *also, *grid):
        how = adapting(stop.values(KNOBS))
        for runner in how.runners.values():
            yield adaptation.adapting, runner
            yield from _judged(how.of, runner)
        if how.low:
            yield from _came_of_it(how)
        if how.of.writes:
            yield language.telling, how.adapted, BEGIN, *FEW
    yield adaptation.changing, *pair_of(adapting(DEFAULTS.values(KNOBS))).values()
    yield from _blended(adapting(DEFAULTS.values(KNOBS)))


def shows_answers(question: Question) -> bool:
    """Whether the page shows which pictures were named right."""
    return False


def _judged(task: AdaptationTask, runner: Experiment) -> Iterator[Question]:
    yield from ((adaptation.judging, runner, name) for name in (task.to, task.old))


def _came_of_it(how: Adapting) -> Iterator[Question]:
    yield adaptation.merging, how.adapted
    if how.of.writes:
        yield language.telling, how.adapted, NEW_TEXTS[how.of.to].begins, *WRITTEN
    else:
        yield from ((adaptation.naming, how.adapted, name) for name in (how.of.to, how.of.old))


def _blended(how: Adapting) -> Iterator[Question]:
    both = [replace(how, task=task) for task in how.of.pair]
    for each in both:
        yield adaptation.adapting, each.adapted
    for strength in STRENGTH.options:
        for blended in blends(both, float(strength)).values():
            for each in both:
                yield from _judged(each.of, blended)
            if strength == STRENGTH.default:
                yield language.telling, blended, NEW_TEXTS["bible"].begins, *WRITTEN
