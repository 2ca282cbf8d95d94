"""Who somebody is in a class, by their token, and what the class was asked last. Nothing else compares tokens."""

from hmac import compare_digest

from sqlalchemy import Connection, Row, select

from lessons.classroom.refusal import WORDS, NotHere
from lessons.classroom.secret import hashed
from lessons.classroom.tables import MEMBERS, QUESTIONS


def is_teacher(classroom: Row, token: str) -> bool:
    """Whether this is the token of the teacher of a class (its row)."""
    return compare_digest(classroom.teacher, hashed(token))


def member_with(connection: Connection, classroom: Row, token: str) -> Row:
    """The member of a class who has this token. Raises NotHere where nobody has."""
    mine = (MEMBERS.c.classroom == classroom.id, MEMBERS.c.token == hashed(token))
    if (member := connection.execute(select(MEMBERS).where(*mine)).one_or_none()) is None:
        raise NotHere(WORDS["not in it"])
    return member


def newest_question(connection: Connection, classroom: Row) -> Row | None:
    """The question that a class was asked last; None where none was."""
    mine = select(QUESTIONS).where(QUESTIONS.c.classroom == classroom.id)
    return connection.execute(mine.order_by(QUESTIONS.c.id.desc()).limit(1)).one_or_none()
