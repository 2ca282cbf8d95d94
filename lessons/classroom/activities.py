"""What a teacher has a class do together: all train one network each, or post their smallest file. One activity is open
at a time. Like all that only a teacher can do, each of these functions begins with `teaching`."""

import math
import time
from collections.abc import Mapping

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from lessons.classroom import limits
from lessons.classroom.deal import deal_to_all, open_activity
from lessons.classroom.refusal import WORDS, Refused
from lessons.classroom.tables import ACTIVITIES, CLASSROOMS, DEALS, MEMBERS, POSTS
from lessons.classroom.teacher import teaching

BOARD = "board"  # the smallest file that is still accurate enough
OVERLAYS = ("network", "pruning", "distillation", "lora")  # all train, as the lesson of this path deals it
KINDS = (*OVERLAYS, BOARD)
THRESHOLD = 85.0  # accuracy (%) that a file needs for the podium


def begin(code: str, token: str, kind: str, threshold: float | None) -> int:
    """Begin an activity, and end the one that is open; gives its number. `threshold`: of a board. Raises Refused."""
    settings = _settings(kind, threshold)
    with teaching(code, token) as (connection, classroom):
        mine = ACTIVITIES.c.classroom == classroom.id
        if connection.scalar(select(func.count()).where(mine)) >= limits.ACTIVITIES:
            raise Refused(WORDS("too many activities", most=limits.ACTIVITIES))
        _end(connection, classroom)
        _thaw(connection, classroom)
        begun = {"classroom": classroom.id, "kind": kind, "settings": settings, "begun": time.time()}
        number = connection.execute(insert(ACTIVITIES).values(**begun)).inserted_primary_key[0]
        deal_to_all(connection, classroom.id)
    return number


def end(code: str, token: str) -> None:
    """End the activity that is open: what was posted stays, and nothing comes to it. Raises Refused where none is."""
    with teaching(code, token) as (connection, classroom):
        _open(connection, classroom)
        _end(connection, classroom)


def begin_again(code: str, token: str) -> None:
    """Forget what was posted in the activity that is open, and take posts again. Raises Refused where none is."""
    with teaching(code, token) as (connection, classroom):
        activity = _open(connection, classroom)
        connection.execute(delete(POSTS).where(POSTS.c.activity == str(activity.id)))
        connection.execute(update(DEALS).where(DEALS.c.activity == activity.id).values(started=None))
        connection.execute(update(ACTIVITIES).where(ACTIVITIES.c.id == activity.id).values(begun=time.time()))
        _thaw(connection, classroom)


def set_threshold(code: str, token: str, threshold: float) -> None:
    """Set the accuracy (%) that a file needs for the podium of the open board. Raises Refused."""
    with teaching(code, token) as (connection, classroom):
        activity = _open(connection, classroom)
        changed = {"settings": _settings(activity.kind, threshold)}
        connection.execute(update(ACTIVITIES).where(ACTIVITIES.c.id == activity.id).values(**changed))


def remove_posts(code: str, token: str, member: int) -> None:
    """Remove what a member has posted in the activity that is open. Raises Refused where the class has no such
    member."""
    with teaching(code, token) as (connection, classroom):
        activity, this = _open(connection, classroom), (MEMBERS.c.id == member, MEMBERS.c.classroom == classroom.id)
        if connection.scalar(select(MEMBERS.c.id).where(*this)) is None:
            raise Refused(WORDS["no member"])
        connection.execute(delete(POSTS).where(POSTS.c.activity == str(activity.id), POSTS.c.member == member))


def _settings(kind: str, threshold: float | None) -> Mapping[str, float]:
    """What is kept of an activity's settings. Raises Refused for a kind that is none, or a threshold that cannot be."""
    if kind not in KINDS:
        raise Refused(WORDS["no activity"])
    if (kind == BOARD) != (threshold is not None):
        raise Refused(WORDS["no threshold"])
    if threshold is None:
        return {}
    if not (math.isfinite(threshold) and 0 <= threshold <= 100):
        raise Refused(WORDS["no threshold"])
    return {"threshold": float(threshold)}


def _open(connection: Connection, classroom: Row) -> Row:
    if (activity := open_activity(connection, classroom.id)) is None:
        raise Refused(WORDS["nothing open"])
    return activity


def _end(connection: Connection, classroom: Row) -> None:
    mine = (ACTIVITIES.c.classroom == classroom.id, ACTIVITIES.c.ended.is_(None))
    connection.execute(update(ACTIVITIES).where(*mine).values(ended=time.time()))


def _thaw(connection: Connection, classroom: Row) -> None:
    connection.execute(update(CLASSROOMS).where(CLASSROOMS.c.id == classroom.id).values(frozen=False))
