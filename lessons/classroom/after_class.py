"""What a class has answered and posted, to look at afterwards."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from lessons.classroom.opening import found
from lessons.classroom.tables import MEMBERS, POSTS, QUESTIONS, TABLES, VOTES
from lessons.classroom.teacher import teaching
from lessons.database import transaction

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet would calculate
COLUMNS = ("question", "lesson", "asked", "member", "nickname", "vote", "measured")


def votes_csv(code: str, token: str) -> str:
    """All votes of a class as a table, for its teacher. Raises NotHere."""
    votes = (
        select(QUESTIONS.c.id, QUESTIONS.c.lesson, QUESTIONS.c.asked, MEMBERS.c.id, MEMBERS.c.nickname)
        .add_columns(VOTES.c.option, QUESTIONS.c.answer)
        .join_from(QUESTIONS, VOTES, VOTES.c.question == QUESTIONS.c.id)
        .join(MEMBERS, MEMBERS.c.id == VOTES.c.member)
        .order_by(QUESTIONS.c.id, MEMBERS.c.id)
    )
    with teaching(code, token) as (connection, classroom):
        rows = connection.execute(votes.where(QUESTIONS.c.classroom == classroom.id)).all()
    file = io.StringIO()
    csv.writer(file).writerows([COLUMNS, *([_plain(cell) for cell in row] for row in rows)])
    return file.getvalue()


def posts(code: str, activity: int) -> list[dict[str, Any]]:
    """The runs that members have posted in an activity, the oldest first. Raises NotHere."""
    columns = (POSTS.c.member, MEMBERS.c.nickname, POSTS.c.experiment, POSTS.c.numbers, POSTS.c.posted)
    with transaction(TABLES, reads=True) as connection:
        mine = (POSTS.c.classroom == found(connection, code).id, POSTS.c.activity == str(activity))
        runs = select(*columns).join(MEMBERS, MEMBERS.c.id == POSTS.c.member).where(*mine).order_by(POSTS.c.id)
        return [dict(run) for run in connection.execute(runs).mappings()]


def _plain(cell: object) -> str:
    """A cell that no spreadsheet calculates."""
    if isinstance(cell, float):
        cell = datetime.fromtimestamp(cell, UTC).isoformat(timespec="seconds")
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
