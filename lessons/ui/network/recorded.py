"""What the lesson on what a model is opens with, as questions to the workers."""

from collections.abc import Iterator

from lessons.data import TASKS
from lessons.experiment import Experiment, shipped
from lessons.jobs import vision
from lessons.jobs.recordings import Question
from lessons.ui.network import sizes
from lessons.ui.network.first_picture import IMAGES
from lessons.ui.network.knobs import TASK


def questions() -> Iterator[Question]:
    """The first picture of each shipped network, and the networks of all sizes for the task the page opens with."""
    for task in TASKS:
        yield vision.walking, shipped("cnn", task), IMAGES
    for size in sizes.all_sizes():
        yield vision.measuring, Experiment(sizes.network(TASK.default, size))


def shows_answers(question: Question) -> bool:
    """Whether the page shows which images were predicted right by a sweep: it has none."""
    return False
