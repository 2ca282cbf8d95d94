"""What a member has of what their class does together."""

from typing import NamedTuple

from sqlalchemy import func, select

from lessons.classroom.lookup import member_with
from lessons.classroom.opening import found
from lessons.classroom.runs import activity_of
from lessons.classroom.tables import DEALS, POSTS, TABLES
from lessons.database import transaction


class Participation(NamedTuple):
    """The activity that was begun last, by its number and kind, and when (ms since 1970); whether it takes posts, or is
    frozen; and what this member has of it: the place of what is dealt (None before anything is), whether they have
    started, and how much they have posted."""

    activity: int
    kind: str
    begun: int
    is_open: bool
    frozen: bool
    place: int | None
    started: bool
    posted: int


def participation(code: str, token: str) -> Participation | None:
    """What the member with this token has of the activity that was begun last; None where none was. Raises
    NotHere where there is no such class or member."""
    with transaction(TABLES, reads=True) as connection:
        classroom = found(connection, code)
        member = member_with(connection, classroom, token).id
        if (activity := activity_of(connection, classroom)) is None:
            return None
        own = (POSTS.c.member == member, POSTS.c.activity == str(activity.number))
        started = (DEALS.c.member == member, DEALS.c.activity == activity.number)
        return Participation(
            activity.number,
            activity.kind,
            activity.begun_at,
            activity.is_open and not activity.frozen,
            activity.is_open and activity.frozen,
            activity.places.get(member),
            connection.scalar(select(DEALS.c.started).where(*started)) is not None,
            connection.scalar(select(func.count()).select_from(POSTS).where(*own)),
        )
