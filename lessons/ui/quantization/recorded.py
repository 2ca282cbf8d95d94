"""What the lesson on quantization opens with where a model must be trained on, as questions to the workers."""

from collections.abc import Iterator

from lessons.experiment import shipped
from lessons.jobs import vision
from lessons.jobs.recordings import Question
from lessons.ui.quantization.knobs import KNOBS, NETWORK, PRESETS, quantizing

TUNED = ("1", "2", "3", "4")  # bits at which a curve of fine-tuned networks is measured


def questions() -> Iterator[Question]:
    """The curve of each preset that fine-tunes."""
    for preset in PRESETS:
        values = preset.values((NETWORK, *KNOBS))
        how, model = quantizing(values), shipped(values[NETWORK.name])
        for width in dict.fromkeys((how.bits, *TUNED) if how.epochs else ()):
            yield vision.tuning, how.tuned(model, width)
            yield from ((vision.measuring, link) for link in how.tuned(model, width).links if link.trainings)


def shows_answers(question: Question) -> bool:
    """Whether the page shows which pictures were named right."""
    return True
