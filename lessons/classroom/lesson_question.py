"""What a class is asked about one lesson, as one member or the teacher sees it from the page of that lesson."""

from hmac import compare_digest
from typing import NamedTuple

from sqlalchemy import Connection, Row, select

from lessons.classroom.opening import Key, found
from lessons.classroom.refusal import WORDS, NotHere
from lessons.classroom.secret import hashed
from lessons.classroom.tables import MEMBERS, QUESTIONS, TABLES, VOTES
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
        mine = select(QUESTIONS).where(QUESTIONS.c.classroom == classroom.id)
        asked = connection.execute(mine.order_by(QUESTIONS.c.id.desc()).limit(1)).first()
        if asked is None or asked.lesson != lesson:
            return None
        revealed = asked.revealed is not None
        if compare_digest(classroom.teacher, hashed(key.token)):
            return LessonQuestion(asked.id, revealed, member=False)
        return LessonQuestion(asked.id, revealed, True, _vote(connection, classroom, asked, key.token))


def _vote(connection: Connection, classroom: Row, asked: Row, token: str) -> str | None:
    """What the member with this token has voted. Raises NotHere for who is no member."""
    mine = (MEMBERS.c.classroom == classroom.id, MEMBERS.c.token == hashed(token))
    if (member := connection.scalar(select(MEMBERS.c.id).where(*mine))) is None:
        raise NotHere(WORDS["not in it"])
    return connection.scalar(select(VOTES.c.option).where(VOTES.c.question == asked.id, VOTES.c.member == member))
