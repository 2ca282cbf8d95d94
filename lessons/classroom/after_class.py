"""What a class has answered and posted, to look at afterwards."""

import csv
import io
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Column, Select, String, cast, select

from lessons.ant import model_in_words
from lessons.classroom.tables import ACTIVITIES, MEMBERS, POSTS, QUESTIONS, VOTES
from lessons.classroom.teacher import teaching

# What a spreadsheet would calculate: also behind what it may take for the end of a cell, and in the signs of East Asia.
FORMULA = re.compile(r"((?:^|;) *)(?=[=+\-@\t\r\n＝＋－＠])")
COLUMNS = ("question", "lesson", "asked", "member", "nickname", "vote", "measured")
RUN_COLUMNS = ("post", "activity", "kind", "member", "nickname", "posted", "model")


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
    return _table([COLUMNS, *rows])


def runs_csv(code: str, token: str) -> str:
    """All runs that a class has posted as a table, for its teacher: each number in a column of its name, and last the
    experiment, which gives the run again. Raises NotHere."""
    columns = (POSTS.c.id, POSTS.c.activity, ACTIVITIES.c.kind, MEMBERS.c.id, MEMBERS.c.nickname, POSTS.c.posted)
    runs = with_activities(*columns, POSTS.c.numbers, POSTS.c.experiment)
    with teaching(code, token) as (connection, classroom):
        rows = connection.execute(runs.where(POSTS.c.classroom == classroom.id)).all()
    names = sorted({name for *_, numbers, _ in rows for name in numbers})
    table = [
        [*row, model_in_words(experiment), *(_number(numbers.get(name)) for name in names), json.dumps(experiment)]
        for *row, numbers, experiment in rows
    ]
    return _table([[*RUN_COLUMNS, *names, "experiment"], *table])


def with_activities(*columns: Column) -> Select:
    """These columns of posts, with who posted them in which activity, the oldest first."""
    of_activity = POSTS.c.activity == cast(ACTIVITIES.c.id, String)
    joined = select(*columns).join_from(POSTS, MEMBERS, MEMBERS.c.id == POSTS.c.member).join(ACTIVITIES, of_activity)
    return joined.order_by(POSTS.c.id)


def _table(rows: Iterable[Iterable[object]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([[_plain(cell) for cell in row] for row in rows])
    return file.getvalue()


def _number(value: float | str | None) -> str:
    """A number as it was measured; nothing where a run has none of this name."""
    return f"{value:.6g}" if isinstance(value, float | int) else value or ""


def _plain(cell: object) -> str:
    """A cell that no spreadsheet calculates."""
    if isinstance(cell, float):
        cell = datetime.fromtimestamp(cell, UTC).isoformat(timespec="seconds")
    text = "" if cell is None else str(cell)
    return FORMULA.sub(r"\1'", text)
