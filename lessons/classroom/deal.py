"""What an activity deals: to each member of a class a setting and a seed, which follow from their place among those
who were dealt something."""

from collections.abc import Collection, Iterator, Sequence
from itertools import count
from typing import NamedTuple

from sqlalchemy import Connection, Row, insert, select

from lessons.classroom.limits import MEMBERS as MOST
from lessons.classroom.tables import ACTIVITIES, DEALS, MEMBERS

ROUNDS = 3_000  # activities until seeds come again


class Dealt(NamedTuple):
    """What a member trains."""

    value: str  # of what is dealt besides seeds; "" where nothing is
    seed: int


def dealt(place: int, values: Sequence[str], first: int) -> Dealt:
    """What is dealt at a place, from 0: the `values` in turn, so that each comes equally often, and with each the
    seeds from the `first` on."""
    turn, at = divmod(place, max(len(values), 1))
    return Dealt(values[at] if values else "", first + turn)


def first_seed(activity: int) -> int:
    """The first seed of an activity, by its number: no two deal the same, so that nothing they train is there
    already."""
    return 1 + MOST * (activity % ROUNDS)


def open_activity(connection: Connection, classroom: int) -> Row | None:
    """The activity of a class that is open, if one is."""
    mine = (ACTIVITIES.c.classroom == classroom, ACTIVITIES.c.ended.is_(None))
    return connection.execute(select(ACTIVITIES).where(*mine).order_by(ACTIVITIES.c.id.desc()).limit(1)).first()


def deal_to_all(connection: Connection, classroom: int) -> None:
    """Give each member of a class who has none yet a place in the open activity, if one is open: the lowest that
    nobody has."""
    if (activity := open_activity(connection, classroom)) is None:
        return
    places = select(DEALS.c.member, DEALS.c.place).where(DEALS.c.activity == activity.id)
    taken = {member: place for member, place in connection.execute(places)}
    members = connection.scalars(select(MEMBERS.c.id).where(MEMBERS.c.classroom == classroom).order_by(MEMBERS.c.id))
    new = [member for member in members if member not in taken]
    rows = [
        {"activity": activity.id, "member": member, "place": place}
        for member, place in zip(new, free(taken.values()), strict=False)
    ]
    if rows:
        connection.execute(insert(DEALS), rows)


def free(taken: Collection[int]) -> Iterator[int]:
    """The places that nobody has, the lowest first, without end."""
    return (place for place in count() if place not in taken)
