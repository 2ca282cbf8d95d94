"""What the lesson on distillation opens with, as questions to the workers."""

from collections.abc import Iterator

from lessons.data import fashion_mnist
from lessons.experiment import Experiment, FineTune
from lessons.jobs import vision
from lessons.jobs.recordings import Question
from lessons.ui.distillation.knobs import (
    KNOBS,
    LABELLED,
    LINKED,
    PRESETS,
    SHOWN_FIRST,
    SIZE,
    WITHHELD,
    distilling,
    without,
)
from lessons.ui.distillation.race_charts import ENOUGH
from lessons.ui.distillation.recipe import LARGE, SPARSITIES, Distilling, shrunk
from lessons.ui.state.presets import DEFAULTS, Preset

FIRST = 0  # the heat whose curves are drawn


def questions() -> Iterator[Question]:
    """The first picture by every teacher that a preset or a link names; races: of the page as it opens, of each preset
    and link, and of every student with every number of labels; a class that was never shown; the map; teachers that had
    to be trained; and what else becomes of the large one."""
    grid = [Preset("", {SIZE: size, LABELLED: count}) for size in SIZE.options for count in LABELLED.options]
    linked = [Preset("", settings) for settings in LINKED]
    stops = [DEFAULTS, *PRESETS, *linked, *grid]
    for at, stop in enumerate(stops):
        how = distilling(stop.values(KNOBS))
        for heat in range(ENOUGH):
            for runner in how.runners(heat).values():
                if heat == FIRST and at <= len(PRESETS) + len(LINKED):
                    yield vision.tuning, runner
                yield vision.measuring, runner
        if at <= len(PRESETS) + len(LINKED):
            yield vision.beginning, *Distilling(teacher=how.teacher, labelled=500).beginning(SHOWN_FIRST)
        if how.teacher in ("itself", "three trained here"):
            teachers = Distilling(teacher=how.teacher, labelled=500).teachers()
            yield vision.listening, tuple(teachers)
            yield from ((vision.measuring, teacher) for teacher in teachers)
    withheld = without(fashion_mnist.CLASSES.index(WITHHELD.default))
    yield from ((vision.tuning, runner) for runner in withheld.runners(FIRST).values())
    yield from ((vision.measuring, runner) for runner in withheld.put_right(FIRST).values())
    families = shrunk(Experiment(LARGE))
    yield from ((vision.measuring, each) for family in families.values() for each in family.values())
    pruned = families["pruned"][str(SPARSITIES[-1])] | FineTune(2)
    yield vision.tuning, pruned
    yield vision.measuring, pruned
    yield from ((vision.measuring, taught) for taught in distilling(DEFAULTS.values(KNOBS)).map().values())


def shows_answers(question: Question) -> bool:
    """Whether the page shows which pictures were named right: of a class that was never shown."""
    return question[1] in without(fashion_mnist.CLASSES.index(WITHHELD.default)).put_right(FIRST).values()
