"""An activity as all in a class see it: who has posted what, and what follows from it. Each browser is sent only what
is new to it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, func, select

from lessons.classroom.activities import BOARD
from lessons.classroom.board import Contender, gain, podium, spread
from lessons.classroom.tables import ACTIVITIES, CURVES, DEALS, MEMBERS, POSTS, TABLES
from lessons.database import transaction
from lessons.pareto import front

DIGITS = 6  # of numbers as they are sent: more than a chart shows


@dataclass(frozen=True)
class Activity:
    """The activity that was begun last, without what is posted in it; `places`: of what is dealt, by member; `posted`:
    changes whenever a post comes or goes."""

    number: int
    kind: str
    settings: Mapping[str, float]
    begun: float
    is_open: bool
    frozen: bool
    places: Mapping[int, int]
    started: int  # members who train, or have
    posted: tuple[object, ...]

    @property
    def board(self) -> int | None:
        """Its number, if it is a board that takes posts."""
        return self.number if self.kind == BOARD and self.is_open and not self.frozen else None

    @property
    def begun_at(self) -> int:
        """When it was begun, or begun again, in ms since 1970."""
        return round(1000 * self.begun)

    @property
    def version(self) -> tuple[object, ...]:
        """Changes whenever what is shown to all does."""
        head = (self.number, str(self.settings), self.begun, self.is_open, self.frozen, self.started)
        return (*head, len(self.places), *self.posted)


def activity_of(connection: Connection, classroom: Row) -> Activity | None:
    """The activity of a class that was begun last, if one was."""
    newest = select(ACTIVITIES).where(ACTIVITIES.c.classroom == classroom.id).order_by(ACTIVITIES.c.id.desc()).limit(1)
    if (found := connection.execute(newest).first()) is None:
        return None
    deals = select(DEALS.c.member, DEALS.c.place, DEALS.c.started).where(DEALS.c.activity == found.id)
    dealt = connection.execute(deals).all()
    posted = select(func.count(), func.sum(POSTS.c.id), func.max(POSTS.c.posted))
    return Activity(
        number=found.id,
        kind=found.kind,
        settings=found.settings,
        begun=found.begun,
        is_open=found.ended is None,
        frozen=classroom.frozen,
        places={deal.member: deal.place for deal in dealt},
        started=sum(deal.started is not None for deal in dealt),
        posted=tuple(connection.execute(posted.where(POSTS.c.activity == str(found.id))).one()),
    )


@dataclass(frozen=True, eq=False)
class Posted:
    """An activity with what is posted in it: `head`, what is sent every time, and `runs`, each as JSON, by its number,
    the oldest first."""

    head: Mapping[str, Any]
    runs: Mapping[int, str]
    _texts: dict[tuple[int, ...], str] = field(default_factory=dict)

    @cached_property
    def posts(self) -> tuple[int, ...]:
        """The numbers of all posts."""
        return tuple(self.runs)

    def after(self, before: "Posted | None") -> str:
        """What a browser is sent that was sent `before`: all runs, or only those that have come since, where none has
        gone."""
        same = before is not None and before.head["number"] == self.head["number"]
        known = before.posts if same and self.posts[: len(before.posts)] == before.posts else ()
        if known not in self._texts:
            head = json.dumps({**self.head, "known": len(known)})
            new = ",".join([*self.runs.values()][len(known) :])
            self._texts[known] = f'{{"activity":{head[:-1]},"runs":[{new}]}}}}'
        return self._texts[known]


def posted(activity: Activity) -> Posted:
    """The activity with what is posted in it."""
    columns = (POSTS.c.id, POSTS.c.member, MEMBERS.c.nickname, POSTS.c.numbers, CURVES.c.points)
    mine = POSTS.c.activity == str(activity.number)
    runs = select(*columns).join_from(POSTS, MEMBERS, MEMBERS.c.id == POSTS.c.member)
    runs = runs.outerjoin(CURVES, CURVES.c.post == POSTS.c.id).where(mine).order_by(POSTS.c.id)
    with transaction(TABLES, reads=True) as connection:
        found = connection.execute(runs).all()
    head = {
        "number": activity.number,
        "kind": activity.kind,
        "settings": activity.settings,
        "begun": activity.begun_at,
        "open": activity.is_open,
        "frozen": activity.frozen,
        "dealt": len(activity.places),
        "started": activity.started,
    }
    return Posted(head | _found(activity, found), {run.id: json.dumps(_sent(run)) for run in found})


def _found(activity: Activity, runs: list[Row]) -> dict[str, Any]:
    """What follows from the runs of an activity: mean and deviation by place, or the Pareto front and the podium."""
    if activity.kind != BOARD:
        curves = [run.points or [] for run in runs]
        pairs = [curve for curve in curves if len(curve) == 2 and isinstance(curve[0][0], str)]
        return {"spread": [_shortened(place) for place in spread(curves)], "gain": _shortened(gain(pairs) or ())}
    files = [Contender(run.id, run.member, run.numbers["bytes"], run.numbers["accuracy"]) for run in runs]
    unbeaten = front({file.post: (file.bytes, -file.accuracy) for file in files})
    return {"front": unbeaten, "podium": podium(files, activity.settings["threshold"])}


def _sent(run: Row) -> dict[str, Any]:
    """A run as it is sent."""
    numbers = {name: _short(value) for name, value in run.numbers.items()}
    points = [[_short(part) for part in point] for point in run.points or []]
    return {"post": run.id, "member": run.member, "nickname": run.nickname, "numbers": numbers, "points": points}


def _shortened(place: Iterable[float | str]) -> list[float | str]:
    return [_short(part) for part in place]


def _short(number: float | str) -> float | str:
    return float(f"{number:.{DIGITS}g}") if isinstance(number, float) else number
