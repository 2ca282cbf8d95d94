"""What the lesson on language models opens with where a model must be loaded or trained, as questions to workers."""

from collections.abc import Iterator

from lessons.experiment import Experiment, ready_written
from lessons.jobs import language
from lessons.jobs.recordings import Question
from lessons.recorded.writing import LAYERS
from lessons.ui.language_model import first_picture
from lessons.ui.language_model.model_picker import SHIPPED
from lessons.ui.language_model.recipe import Shrinking
from lessons.ui.language_model.training import LEARNS, written
from lessons.ui.state.presets import DEFAULTS


def questions() -> Iterator[Question]:
    """What SmolLM2 writes at every width; the training of the page as it opens, and how well that model reads; how well
    the shipped model does, rounded by every method."""
    for model in first_picture.points().values():
        yield language.continuing, model, first_picture.BEGIN, first_picture.MOST
    source = written(DEFAULTS.values(LEARNS))
    yield language.learning, source
    yield language.reading, Experiment(source)
    for how in (Shrinking(), Shrinking(parts=LAYERS)):  # as the page opens, and where a method has been chosen
        for points in how.methods(Experiment(ready_written(SHIPPED))).values():
            yield from ((language.reading, each) for each in points.values())


def shows_answers(question: Question) -> bool:
    """Whether the page shows which pictures were named right."""
    return False
