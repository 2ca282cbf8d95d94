"""What members of a class can do. Each of these functions begins with `attending`, which asks for the token."""

import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from lessons.classroom import limits
from lessons.classroom.deal import open_activity
from lessons.classroom.lookup import member_with
from lessons.classroom.opening import using
from lessons.classroom.refusal import WORDS, Refused
from lessons.classroom.tables import CURVES, DEALS, MEMBERS, POSTS, VOTES
from lessons.classroom.teacher import asked_now
from lessons.experiment import Experiment


@contextmanager
def attending(code: str, token: str) -> Iterator[tuple[Connection, Row, int]]:
    """A transaction of a member, and their number. Raises NotHere for who is none."""
    with using(code) as (connection, classroom):
        yield connection, classroom, member_with(connection, classroom, token).id


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


def start(code: str, token: str, activity: int, starts: bool = True) -> None:
    """Note that a member trains what is dealt to them in the open activity; if not `starts`, that they have stopped.
    Raises Refused for an activity that is not open, or frozen."""
    with attending(code, token) as (connection, classroom, member):
        _must_be_open(connection, classroom, activity)
        own = (DEALS.c.activity == activity, DEALS.c.member == member)
        connection.execute(update(DEALS).where(*own).values(started=time.time() if starts else None))


def post(
    code: str,
    token: str,
    activity: int,
    experiment: Experiment,
    numbers: Mapping[str, float],
    points: Sequence[tuple[float | str, float]] = (),
) -> None:
    """Show a run to the class, in place of an earlier post of the same. `numbers`: by name, what this server has
    measured of the experiment; no browser tells any; `points`: x and y of its curve. Raises Refused for an activity
    that is not open, or frozen."""
    text = experiment.to_json()
    _must_be_small(text, numbers, points)
    with attending(code, token) as (connection, classroom, member):
        _must_be_open(connection, classroom, activity)
        _make_room(connection, classroom.id, member, str(activity), text)
        run = {"activity": str(activity), "experiment": text, "numbers": dict(numbers), "posted": time.time()}
        made = connection.execute(insert(POSTS).values(classroom=classroom.id, member=member, **run))
        if points:
            curve = {"post": made.inserted_primary_key[0], "points": [list(point) for point in points]}
            connection.execute(insert(CURVES).values(**curve))


def _must_be_open(connection: Connection, classroom: Row, activity: int) -> None:
    if classroom.frozen:
        raise Refused(WORDS["frozen"])
    now = open_activity(connection, classroom.id)
    if now is None or now.id != activity:
        raise Refused(WORDS["not open"])


def _must_be_small(
    experiment: object, numbers: Mapping[str, float], points: Sequence[tuple[float | str, float]]
) -> None:
    finite = all(math.isfinite(each) for each in (*numbers.values(), *(y for _, y in points)))
    if not finite or len(numbers) > limits.NUMBERS or len(points) > limits.POINTS:
        raise Refused(WORDS["no post"])
    if len(json.dumps(experiment)) > limits.EXPERIMENT:
        raise Refused(WORDS("long recipe", most=limits.EXPERIMENT))


def _make_room(connection: Connection, classroom: int, member: int, activity: str, experiment: object) -> None:
    """A member's earlier post of the same goes, and their oldest ones for new ones; a class has a limit, too."""
    own = select(POSTS.c.id, POSTS.c.experiment).where(POSTS.c.member == member, POSTS.c.activity == activity)
    mine = connection.execute(own.order_by(POSTS.c.id.desc())).all()
    same = [post.id for post in mine if post.experiment == json.loads(json.dumps(experiment))]
    others = [post.id for post in mine if post.id not in same]
    connection.execute(delete(POSTS).where(POSTS.c.id.in_([*same, *others[limits.POSTS_EACH - 1 :]])))
    if connection.scalar(select(func.count()).where(POSTS.c.classroom == classroom)) >= limits.POSTS:
        raise Refused(WORDS("too many posts", most=limits.POSTS))
