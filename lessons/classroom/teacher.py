"""What only the teacher of a class can do. Each of these functions begins with `teaching`, which asks for the token."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Row, Update, delete, func, insert, select, update

from lessons.catalog import LESSONS
from lessons.classroom import limits
from lessons.classroom.lookup import is_teacher, newest_question
from lessons.classroom.opening import using
from lessons.classroom.refusal import WORDS, Refused
from lessons.classroom.tables import CLASSROOMS, MEMBERS, QUESTIONS, VOTES
from lessons.page_link import BadLink, target


@contextmanager
def teaching(code: str, token: str) -> Iterator[tuple[Connection, Row]]:
    """A transaction in which the teacher changes a class: the one place that lets a teacher in. Raises Refused for
    anybody else."""
    with using(code) as (connection, classroom):
        if not is_teacher(classroom, token):
            raise Refused(WORDS["not the teacher"])
        yield connection, classroom


def ask(code: str, token: str, lesson: str, options: Sequence[str]) -> int:
    """Ask the class the question of a lesson; gives its number. The question before is closed as it stands. Raises
    Refused for a lesson that is none, or options one cannot choose from."""
    must_be_a_question(lesson, options)
    with teaching(code, token) as (connection, classroom):
        mine = QUESTIONS.c.classroom == classroom.id
        if connection.scalar(select(func.count()).where(mine)) >= limits.QUESTIONS:
            raise Refused(WORDS("too many questions", most=limits.QUESTIONS))
        asked = {"classroom": classroom.id, "lesson": lesson, "options": list(options), "asked": time.time()}
        return connection.execute(insert(QUESTIONS).values(**asked)).inserted_primary_key[0]


def reveal(code: str, token: str, answer: str | None = None) -> None:
    """Show the class what it has voted, and the option that was measured, if that is known. Raises Refused."""
    with teaching(code, token) as (connection, classroom):
        question = asked_now(connection, classroom)
        if answer is not None and answer not in question.options:
            raise Refused(WORDS["no option"])
        shown = {"revealed": question.revealed or time.time(), "answer": answer or question.answer}
        connection.execute(_question(question).values(**shown))


def ask_again(code: str, token: str) -> None:
    """Forget the votes on what is asked now, and hide what was revealed. Raises Refused where nothing is asked."""
    with teaching(code, token) as (connection, classroom):
        question = asked_now(connection, classroom)
        connection.execute(delete(VOTES).where(VOTES.c.question == question.id))
        connection.execute(_question(question).values(revealed=None, answer=None, asked=time.time()))


def remove(code: str, token: str, member: int) -> None:
    """Remove a member by number, with their votes and posts. Raises Refused where the class has no such member."""
    with teaching(code, token) as (connection, classroom):
        this = delete(MEMBERS).where(MEMBERS.c.id == member, MEMBERS.c.classroom == classroom.id)
        if not connection.execute(this).rowcount:
            raise Refused(WORDS["no member"])


def freeze(code: str, token: str, frozen: bool) -> None:
    """Take no more posts, or take them again."""
    with teaching(code, token) as (connection, classroom):
        connection.execute(_classroom(classroom).values(frozen=frozen))


def lead(code: str, token: str, address: str | None) -> None:
    """Lead the class to a page of the app with these settings, `quantization?bits=3`; None lets it go. Raises Refused
    for another address."""
    place = None if address is None else _place(address)
    with teaching(code, token) as (connection, classroom):
        connection.execute(_classroom(classroom).values(leads=place))


def wipe(code: str, token: str) -> None:
    """Forget the class and all that is in it."""
    with teaching(code, token) as (connection, classroom):
        connection.execute(delete(CLASSROOMS).where(CLASSROOMS.c.id == classroom.id))


def must_be_a_question(lesson: str, options: Sequence[str]) -> None:
    """Raises Refused for a lesson that is none, or options one cannot choose from."""
    if lesson not in {each.path for each in LESSONS}:
        raise Refused(WORDS["no lesson"])
    fits = all(0 < len(each) <= limits.OPTION and each.isprintable() for each in options)
    if not (fits and 2 <= len(options) <= limits.OPTIONS and len(set(options)) == len(options)):
        raise Refused(WORDS("no options", most=limits.OPTIONS, length=limits.OPTION))


def asked_now(connection: Connection, classroom: Row) -> Row:
    """The question that was asked last. Raises Refused where none was."""
    if (question := newest_question(connection, classroom)) is None:
        raise Refused(WORDS["nothing asked"])
    return question


def _place(address: str) -> str:
    """An address without what is the speaker's alone. Raises Refused where it leads out of this app."""
    try:
        place = target(f"/{address}").removeprefix("/")
    except BadLink:
        place = None
    if place is None or len(place) > limits.LEADS:
        raise Refused(WORDS("no address", most=limits.LEADS))
    return place


def _question(question: Row) -> Update:
    return update(QUESTIONS).where(QUESTIONS.c.id == question.id)


def _classroom(classroom: Row) -> Update:
    return update(CLASSROOMS).where(CLASSROOMS.c.id == classroom.id)
