"""What the lesson on quantization opens with, as questions to the workers; Home has its first sweep, too."""

from collections.abc import Iterator

from lessons import models
from lessons.experiment import GRAINS, RANGES, shipped
from lessons.jobs import vision
from lessons.jobs.recordings import Question
from lessons.ui.quantization.knobs import KNOBS, LAYERS, NETWORK, PRESETS, quantizing
from lessons.ui.state.presets import DEFAULTS

TUNED = ("1", "2", "3", "4")  # bits at which a curve of fine-tuned networks is measured


def questions() -> Iterator[Question]:
    """What the page shows as it opens, and what it compares there, of each shipped network; and the curve of each
    preset that fine-tunes."""
    yield from _opening()
    how = quantizing(DEFAULTS.values(KNOBS))
    for model in map(shipped, models.NAMES):
        for ways in (how.by("grain", GRAINS, model), how.by("range", RANGES, model)):
            yield from ((vision.measuring, rounded) for way in ways.values() for rounded in way.values())


def _opening() -> Iterator[Question]:
    """The first picture and the sweep; and the curves of presets."""
    how = quantizing(DEFAULTS.values(KNOBS))
    for model in map(shipped, models.NAMES):
        *ways, _ = points = tuple(how.along(model).values())
        yield from ((vision.measuring, rounded) for rounded in points)
        yield vision.rounding, model, tuple(ways), LAYERS[model.source.model].default
    for preset in PRESETS:
        values = preset.values(KNOBS)
        how, model = quantizing(values), shipped(values[NETWORK.name])
        for width in dict.fromkeys((how.bits, *TUNED) if how.epochs else ()):
            yield vision.tuning, how.tuned(model, width)
            yield from ((vision.measuring, link) for link in how.tuned(model, width).links if link.trainings)


def shows_answers(question: Question) -> bool:
    """Whether the page shows which pictures were named right: not where it only compares accuracies."""
    return question in set(_opening())
