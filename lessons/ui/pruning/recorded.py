"""What the lesson on pruning opens with, as questions to the workers."""

from collections.abc import Iterator

from lessons import models
from lessons.experiment import shipped
from lessons.jobs import vision
from lessons.jobs.recordings import Question
from lessons.ui.pruning import faster
from lessons.ui.pruning.knobs import CRITERION, KNOBS, NETWORK, PRESETS, SPARSITY, SWEPT, TUNED, pruning
from lessons.ui.pruning.recipe import Pruning


def questions() -> Iterator[Question]:
    """The first picture, the sweep and the scan of the page as it opens, of each shipped network; the first picture of
    each preset, and the curve of each that fine-tunes; what makes a large network faster."""
    for model in map(shipped, models.NAMES):
        ways = tuple(Pruning().along(model, SWEPT).values())
        yield vision.scanning, model, CRITERION.default
        yield vision.wiring, model, ways
        yield from ((vision.measuring, pruned) for pruned in ways)
    for preset in PRESETS:
        values = preset.values(KNOBS)
        how, model = pruning(values), shipped(values[NETWORK.name])
        swept = (str(how.fixed),) if how.fixed else SWEPT
        yield vision.wiring, model, tuple(how.in_one_shot.along(model, swept).values())
        for sparsity in dict.fromkeys((values[SPARSITY.name], *TUNED) if how.epochs else ()):
            run = how.of(model, int(sparsity))
            yield vision.tuning, run
            yield from ((vision.measuring, link) for link in run.links if link.trainings)
    yield from faster.questions()


def shows_answers(question: Question) -> bool:
    """Whether the page shows which images were predicted right."""
    return question[0] is vision.measuring and question not in faster.questions()
