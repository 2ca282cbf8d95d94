"""How classes come and go: opened by a teacher, joined by members, wiped on request or once nobody has used them for
30 days."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from lessons.classroom.deal import deal_to_all
from lessons.classroom.limits import CLASSROOMS as MOST
from lessons.classroom.limits import MEMBERS as MOST_MEMBERS
from lessons.classroom.limits import NAME, UNUSED, WIPED
from lessons.classroom.nickname import cleaned, numbered
from lessons.classroom.refusal import WORDS, NotHere, Refused
from lessons.classroom.secret import hashed, new_code, new_token
from lessons.classroom.tables import CLASSROOMS, MEMBERS, TABLES
from lessons.database import transaction
from lessons.one_line import one_line


class Key(NamedTuple):
    """What lets a browser into a class."""

    code: str  # of the class
    token: str  # of this teacher or member


def open_classroom(name: str) -> Key:
    """Open a class; gives its code and the teacher's token, which is kept nowhere. Raises Refused on a full server."""
    key, now = Key(new_code(), new_token()), time.time()
    called = cleaned_name(name)
    with transaction(TABLES) as connection:
        _wipe_unused(connection, now)
        made = {"code": key.code, "name": called, "teacher": hashed(key.token), "opened": now, "used": now}
        connection.execute(insert(CLASSROOMS).values(**made))
    return key


def join(code: str, nickname: str) -> Key:
    """Become a member of a class, under a nickname or none. Raises Refused."""
    called, token = cleaned(nickname), new_token()
    with using(code) as (connection, classroom):
        others = connection.scalars(select(MEMBERS.c.nickname).where(MEMBERS.c.classroom == classroom.id)).all()
        if len(others) >= MOST_MEMBERS:
            raise Refused(WORDS("full", most=MOST_MEMBERS))
        called = numbered(called, others)
        made = {"classroom": classroom.id, "token": hashed(token), "nickname": called, "joined": time.time()}
        connection.execute(insert(MEMBERS).values(**made))
        deal_to_all(connection, classroom.id)
    return Key(code, token)


@contextmanager
def using(code: str) -> Iterator[tuple[Connection, Row]]:
    """A transaction in which a class is changed, by nobody else at the same time. Raises NotHere."""
    with transaction(TABLES) as connection:
        classroom = found(connection, code, changes=True)
        connection.execute(update(CLASSROOMS).where(CLASSROOMS.c.id == classroom.id).values(used=time.time()))
        yield connection, classroom


def found(connection: Connection, code: str, changes: bool = False) -> Row:
    """The row of a class that has not run out. Raises NotHere."""
    query = select(CLASSROOMS).where(CLASSROOMS.c.code == code, CLASSROOMS.c.used > time.time() - WIPED)
    row = connection.execute(query.with_for_update() if changes else query).one_or_none()
    if row is None:
        raise NotHere(WORDS["no class"])
    return row


def wipe_old() -> None:
    """Wipe the classes that nobody has used for 30 days."""
    with transaction(TABLES) as connection:
        connection.execute(delete(CLASSROOMS).where(CLASSROOMS.c.used <= time.time() - WIPED))


def cleaned_name(name: str) -> str:
    """The name of a class, in one line. Raises Refused where there is none."""
    called = one_line(name[: 4 * NAME])[:NAME].strip()
    if not called:
        raise Refused(WORDS["no name"])
    return called


def _wipe_unused(connection: Connection, now: float) -> None:
    """Make room for one more: those that ran out go, and on a full server the one unused for longest."""
    connection.execute(delete(CLASSROOMS).where(CLASSROOMS.c.used <= now - WIPED))
    if connection.scalar(select(func.count()).select_from(CLASSROOMS)) < MOST:
        return
    unused = select(CLASSROOMS.c.id).where(CLASSROOMS.c.used < now - UNUSED).order_by(CLASSROOMS.c.used).limit(1)
    if (oldest := connection.scalar(unused)) is None:
        raise Refused(WORDS("no room", most=MOST))
    connection.execute(delete(CLASSROOMS).where(CLASSROOMS.c.id == oldest))
