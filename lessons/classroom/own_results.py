"""What a class keeps of one member, as that member may see it: their votes, and the runs they posted."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from lessons.classroom.activities import THRESHOLD
from lessons.classroom.after_class import with_activities
from lessons.classroom.limits import WIPED
from lessons.classroom.lookup import member_with
from lessons.classroom.opening import found
from lessons.classroom.tables import ACTIVITIES, POSTS, QUESTIONS, TABLES, VOTES
from lessons.database import transaction


class OwnVote(NamedTuple):
    """A question that a class was asked, and what a member voted; "" for no vote. `answer`: as it was measured, once it
    was revealed."""

    lesson: str
    vote: str
    revealed: bool
    answer: str


class OwnRun(NamedTuple):
    """A run that a member has posted, with its numbers as this server measured them, by name; `threshold`: the accuracy
    (%) that a file needs in its activity."""

    kind: str
    experiment: Mapping[str, Any]
    numbers: Mapping[str, float | str]
    posted: float
    threshold: float


class OwnResults(NamedTuple):
    """What a class keeps of one member; `kept`: until when, in seconds since 1970."""

    classroom: str
    nickname: str
    votes: list[OwnVote]
    runs: list[OwnRun]
    kept: float

    @property
    def best(self) -> OwnRun | None:
        """The smallest file that is accurate enough, if there is one."""
        enough = [
            run for run in self.runs if "bytes" in run.numbers and run.numbers.get("accuracy", 0) >= run.threshold
        ]
        return min(enough, key=lambda run: (run.numbers["bytes"], -run.numbers["accuracy"]), default=None)


def own_results(code: str, token: str) -> OwnResults:
    """What a class keeps of the member who has this token, and nothing of others. Raises NotHere."""
    with transaction(TABLES, reads=True) as connection:
        classroom = found(connection, code)
        member = member_with(connection, classroom, token)
        return OwnResults(
            classroom.name,
            member.nickname,
            _own_votes(connection, classroom.id, member.id),
            _own_runs(connection, member.id),
            classroom.used + WIPED,
        )


def _own_votes(connection: Connection, classroom: int, member: int) -> list[OwnVote]:
    own = (VOTES.c.question == QUESTIONS.c.id) & (VOTES.c.member == member)
    asked = select(QUESTIONS.c.lesson, VOTES.c.option, QUESTIONS.c.revealed, QUESTIONS.c.answer)
    asked = (
        asked.outerjoin_from(QUESTIONS, VOTES, own).where(QUESTIONS.c.classroom == classroom).order_by(QUESTIONS.c.id)
    )
    return [
        OwnVote(each.lesson, each.option or "", each.revealed is not None, (each.revealed and each.answer) or "")
        for each in connection.execute(asked.order_by(QUESTIONS.c.id))
    ]


def _own_runs(connection: Connection, member: int) -> list[OwnRun]:
    columns = (ACTIVITIES.c.kind, ACTIVITIES.c.settings, POSTS.c.experiment, POSTS.c.numbers, POSTS.c.posted)
    return [
        OwnRun(run.kind, run.experiment, run.numbers, run.posted, run.settings.get("threshold", THRESHOLD))
        for run in connection.execute(with_activities(*columns).where(POSTS.c.member == member))
    ]
