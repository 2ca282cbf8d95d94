"""What the lesson on language models opens with where a model must be trained, as questions to the workers."""

from collections.abc import Iterator

from lessons.experiment import Experiment
from lessons.jobs import language
from lessons.jobs.recordings import Question
from lessons.ui.language_model.training import LEARNS, written
from lessons.ui.state.presets import DEFAULTS


def questions() -> Iterator[Question]:
    """The training of the page as it opens, and how well that model reads."""
    source = written(DEFAULTS.values(LEARNS))
    yield language.learning, source
    yield language.reading, Experiment(source)


def shows_answers(question: Question) -> bool:
    """Whether the page shows which pictures were named right."""
    return False
