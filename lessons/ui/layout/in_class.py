"""What a lesson's page does for a class: the answer that its teacher measures there goes into the chart of all."""

import logging
from collections.abc import Callable

from lessons.catalog import Lesson
from lessons.classroom import teacher
from lessons.classroom.refusal import Refused
from lessons.classroom.state import snapshot
from lessons.database import NoDatabase
from lessons.live.hub import HUB
from lessons.ui.layout.predict import Found
from lessons.ui.state.classes import keys

log = logging.getLogger(__name__)


def answers(lesson: Lesson, answer: Callable[[], Found | None]) -> None:
    """Put the answer that is measured on this page into the charts of the classes whose teacher this is, where it was
    asked and revealed, and has no answer yet."""
    for key in keys("teacher"):
        try:
            asked = snapshot(key.code).question
            waits = asked and asked.lesson == lesson.path and asked.revealed and asked.answer is None
            if waits and (found := answer()) and found.answer in asked.options:
                teacher.reveal(*key, found.answer)
                HUB.tell(key.code)
        except (Refused, NoDatabase) as error:
            log.info("%s", error)
