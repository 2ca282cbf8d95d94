"""What the lesson on pruning opens with, as questions to the workers."""

from collections.abc import Iterator

from lessons import models
from lessons.experiment import shipped
from lessons.jobs import vision
from lessons.jobs.recordings import Question
from lessons.ui.pruning.knobs import CRITERION, KNOBS, NETWORK, PRESETS, SPARSITY, SWEPT, TUNED, pruning
from lessons.ui.pruning.recipe import Pruning


def questions() -> Iterator[Question]:
    """The scan of each shipped network, the sweep of the page as it opens, and the curve of each preset that
    fine-tunes."""
    for model in map(shipped, models.NAMES):
        yield vision.scanning, model, CRITERION.default
        yield from ((vision.measuring, pruned) for pruned in Pruning().along(model, SWEPT).values())
    for preset in PRESETS:
        values = preset.values((NETWORK, *KNOBS))
        how, model = pruning(values), shipped(values[NETWORK.name])
        for sparsity in dict.fromkeys((values[SPARSITY.name], *TUNED) if how.epochs else ()):
            run = how.of(model, int(sparsity))
            yield vision.tuning, run
            yield from ((vision.measuring, link) for link in run.links if link.trainings)


def shows_answers(question: Question) -> bool:
    """Whether the page shows which pictures were named right."""
    return question[0] is vision.measuring
