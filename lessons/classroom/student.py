"""What members of a class can do. Each of these functions begins with `attending`, which asks for the token."""

import json
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from lessons.classroom import limits
from lessons.classroom.opening import using
from lessons.classroom.refusal import WORDS, NotHere, Refused
from lessons.classroom.secret import hashed
from lessons.classroom.tables import MEMBERS, POSTS, VOTES
from lessons.classroom.teacher import asked_now
from lessons.experiment import Experiment


@contextmanager
def attending(code: str, token: str) -> Iterator[tuple[Connection, Row, int]]:
    """A transaction of a member, and their number. Raises NotHere for who is none."""
    with using(code) as (connection, classroom):
        mine = (MEMBERS.c.classroom == classroom.id, MEMBERS.c.token == hashed(token))
        member = connection.scalar(select(MEMBERS.c.id).where(*mine))
        if member is None:
            raise NotHere(WORDS["not in it"])
        yield connection, classroom, member


def vote(code: str, token: str, question: int, option: str) -> None:
    """Vote on what is asked now, or vote anew. Raises Refused once it is revealed, or for another question."""
    with attending(code, token) as (connection, classroom, member):
        asked = asked_now(connection, classroom)
        if asked.id != question or asked.revealed:
            raise Refused(WORDS["too late"])
        if option not in asked.options:
            raise Refused(WORDS["no option"])
        own = (VOTES.c.question == question, VOTES.c.member == member)
        voted = {"option": option, "voted": time.time()}
        if not connection.execute(update(VOTES).where(*own).values(**voted)).rowcount:
            connection.execute(insert(VOTES).values(question=question, member=member, **voted))


def leave(code: str, token: str) -> None:
    """Leave the class; votes and posts go along."""
    with attending(code, token) as (connection, _, member):
        connection.execute(delete(MEMBERS).where(MEMBERS.c.id == member))


def post(code: str, token: str, activity: str, experiment: Experiment, numbers: Mapping[str, float]) -> None:
    """Show a run to the class. `numbers`: by name, what this server has measured of the experiment; no browser tells
    any. Raises Refused once the teacher has frozen the board."""
    text = experiment.to_json()
    _must_be_small(activity, text, numbers)
    with attending(code, token) as (connection, classroom, member):
        if classroom.frozen:
            raise Refused(WORDS["frozen"])
        _make_room(connection, classroom.id, member, activity)
        run = {"activity": activity, "experiment": text, "numbers": dict(numbers), "posted": time.time()}
        connection.execute(insert(POSTS).values(classroom=classroom.id, member=member, **run))


def _must_be_small(activity: str, experiment: object, numbers: Mapping[str, float]) -> None:
    finite = all(math.isfinite(each) for each in numbers.values())
    if not finite or len(numbers) > limits.NUMBERS or not 0 < len(activity) <= limits.ACTIVITY:
        raise Refused(WORDS["no post"])
    if len(json.dumps(experiment)) > limits.EXPERIMENT:
        raise Refused(WORDS("long recipe", most=limits.EXPERIMENT))


def _make_room(connection: Connection, classroom: int, member: int, activity: str) -> None:
    """The oldest posts of a member go for new ones; a class has a limit, too."""
    if connection.scalar(select(func.count()).where(POSTS.c.classroom == classroom)) >= limits.POSTS:
        raise Refused(WORDS("too many posts", most=limits.POSTS))
    own = select(POSTS.c.id).where(POSTS.c.member == member, POSTS.c.activity == activity)
    old = connection.scalars(own.order_by(POSTS.c.id.desc()).offset(limits.POSTS_EACH - 1)).all()
    connection.execute(delete(POSTS).where(POSTS.c.id.in_(old)))
