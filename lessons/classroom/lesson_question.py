"""What a class is asked about one lesson, as one member or the teacher sees it from the page of that lesson."""

from typing import NamedTuple

from sqlalchemy import Connection, Row, select

from lessons.classroom.lookup import is_teacher, member_with, newest_question
from lessons.classroom.opening import Key, found
from lessons.classroom.tables import TABLES, VOTES
from lessons.database import transaction


class LessonQuestion(NamedTuple):
    """A question that a class was asked last, and how its reader stands to it."""

    number: int
    revealed: bool
    member: bool  # whether the reader votes: a teacher does not
    vote: str | None = None  # of a member; None before they vote

    @property
    def waits(self) -> bool:
        """Whether the reader votes on it now, and is told nothing yet."""
        return self.member and not self.revealed


def question_of(key: Key, lesson: str) -> LessonQuestion | None:
    """What the class was asked last, if that is the question of this lesson (by its path). Raises NotHere."""
    with transaction(TABLES, reads=True) as connection:
        classroom = found(connection, key.code)
        asked = newest_question(connection, classroom)
        if asked is None or asked.lesson != lesson:
            return None
        revealed = asked.revealed is not None
        if is_teacher(classroom, key.token):
            return LessonQuestion(asked.id, revealed, member=False)
        return LessonQuestion(asked.id, revealed, True, _vote(connection, classroom, asked, key.token))


def _vote(connection: Connection, classroom: Row, asked: Row, token: str) -> str | None:
    """What the member with this token has voted. Raises NotHere for who is no member."""
    own = (VOTES.c.question == asked.id, VOTES.c.member == member_with(connection, classroom, token).id)
    return connection.scalar(select(VOTES.c.option).where(*own))
