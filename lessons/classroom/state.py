"""A class as it stands, and what of it each one sees: nobody sees which options were chosen before the teacher
reveals it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from lessons.classroom.lookup import is_teacher, member_with, newest_question
from lessons.classroom.opening import found
from lessons.classroom.refusal import WORDS, NotHere
from lessons.classroom.runs import Activity, activity_of
from lessons.classroom.tables import MEMBERS, POSTS, TABLES, VOTES
from lessons.database import transaction

TEACHER = 0  # in the place of a member's number: those begin with 1


@dataclass(frozen=True)
class Snapshot:
    """All of a class at one moment."""

    code: str
    name: str
    question: Row | None  # of the table of questions: what was asked last
    votes: Mapping[int, str]  # on it: the option by member
    nicknames: Mapping[int, str]  # by member
    posts: int  # how many there are
    frozen: bool
    leads: str | None  # where the teacher leads
    activity: Activity | None  # what was begun last


def who(code: str, token: str) -> int:
    """The number of the member who has this token, or TEACHER. Raises NotHere for who has neither."""
    with transaction(TABLES, reads=True) as connection:
        classroom = found(connection, code)
        return TEACHER if is_teacher(classroom, token) else member_with(connection, classroom, token).id


def snapshot(code: str) -> Snapshot:
    """A class as it stands. Raises NotHere."""
    with transaction(TABLES, reads=True) as connection:
        classroom = found(connection, code)
        question = newest_question(connection, classroom)
        members = select(MEMBERS.c.id, MEMBERS.c.nickname).where(MEMBERS.c.classroom == classroom.id)
        return Snapshot(
            code=code,
            name=classroom.name,
            question=question,
            votes=_votes(connection, question) if question else {},
            nicknames={member: nickname for member, nickname in connection.execute(members.order_by(MEMBERS.c.id))},
            posts=connection.scalar(select(func.count()).where(POSTS.c.classroom == classroom.id)),
            frozen=classroom.frozen,
            leads=classroom.leads,
            activity=activity_of(connection, classroom),
        )


def seen(snapshot: Snapshot, member: int) -> dict[str, Any]:
    """What a member, or TEACHER, sees of a class, as it is sent to their browser. Raises NotHere for who is no longer
    in it."""
    shared = {
        "class": snapshot.name,
        "members": len(snapshot.nicknames),
        "posts": snapshot.posts,
        "frozen": snapshot.frozen,
        "leads": snapshot.leads,
        "question": _question(snapshot),
        "activity": snapshot.activity and snapshot.activity.number,
        "board": snapshot.activity and snapshot.activity.board,
    }
    if member == TEACHER:
        who_is_there = [{"member": number, "nickname": name} for number, name in snapshot.nicknames.items()]
        return shared | {"code": snapshot.code, "there": who_is_there}
    if member not in snapshot.nicknames:
        raise NotHere(WORDS["removed"])
    places = snapshot.activity.places if snapshot.activity else {}
    own = {"member": member, "nickname": snapshot.nicknames[member], "vote": snapshot.votes.get(member)}
    return shared | own | {"dealt": places.get(member)}


def _question(snapshot: Snapshot) -> dict[str, Any] | None:
    asked = snapshot.question
    if asked is None:
        return None
    said = {"number": asked.id, "lesson": asked.lesson, "options": asked.options, "answered": len(snapshot.votes)}
    if not asked.revealed:
        return said | {"revealed": False}
    counts = Counter(snapshot.votes.values())
    return said | {"revealed": True, "counts": [counts[each] for each in asked.options], "answer": asked.answer}


def _votes(connection: Connection, question: Row) -> dict[int, str]:
    votes = connection.execute(select(VOTES.c.member, VOTES.c.option).where(VOTES.c.question == question.id))
    return {member: option for member, option in votes}
