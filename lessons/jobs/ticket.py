"""A ticket stands for a question asked of the workers. What a lane must know of the pool that it works for stands here
too."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, Protocol

from lessons.error_id import new_error_id
from lessons.jobs.events import Progress
from lessons.jobs.messages import Ended, Job
from lessons.text import sections

ABANDONED = 90  # seconds unseen until a reader counts as gone; browsers slow the clocks of hidden tabs to a minute
State = Literal["waiting", "running", "done", "failed"]
log = logging.getLogger(__name__)
WORDS = sections("jobs")


class Ticket:
    """A question asked of the workers. `events` only grows; once the state is "done" its last one is the result.

    `urgent`: somebody looks at the place where the answer belongs. `long`: it takes seconds, and has readers who watch;
    `background`: it takes seconds, but its readers can do without it. `payer`: who asked
    first, and is charged for it; `pool`: who answers it.
    """

    def __init__(self, job: Job, long: bool, background: bool, payer: str | None, pool: "Answers"):
        self.job, self.long, self.background, self.payer, self.pool = job, long, background, payer, pool
        self.urgent = False
        self.state: State = "waiting"
        self.began: float | None = None  # when it came to run, or first told something: seconds of `time.monotonic`
        self.seconds = 0.0  # of processor time it took, once it has ended
        self.events: list[Any] = []
        self._repeats = 0  # events to come of a job that is done again, and has told them before
        self._repeated: list[Any] = []  # the last of those, until it tells something new
        self.error: str | None = None
        self.refused = False  # whether the error is of a file that a reader has brought
        self.complaint: str | None = None  # the error; of a failure with the id by which the log has it
        self.readers: dict[str, float] = {}  # when each was last seen
        self.wanted: str | None = None  # the last word sent to the job
        self.sought = False  # whether its answer is being looked for among those that are kept

    @property
    def result(self) -> Any:
        """The last event of a job that is done; None before, and where it was stopped before it had one."""
        last = self.events[-1] if self.state == "done" and self.events else None
        return None if isinstance(last, Progress) else last

    @property
    def ended(self) -> bool:
        return self.state in ("done", "failed")

    @property
    def visitor(self) -> str | None:
        """Whose turn it takes: its payer's, or its first reader's."""
        return self.payer or next(iter(self.readers.copy()), None)

    @property
    def kind(self) -> str:
        """What is waited for: a number ("short"), a training that readers watch ("long"), or one that they do not
        ("background")."""
        return "background" if self.background else "long" if self.long else "short"

    @property
    def turn(self) -> tuple[int, int]:
        """Its place among its visitor's: urgent short ones first, then long ones, then what nobody looks at yet, then
        what takes seconds besides."""
        if self.long:
            return 3 if self.background else 1, self.job.number
        return 0 if self.urgent else 2, self.job.number

    def seen(self, reader: str) -> None:
        """Note that a reader still watches."""
        self.readers[reader] = time.monotonic()

    @property
    def abandoned(self) -> bool:
        """Whether it had readers, all of whom are gone."""
        return bool(self.readers) and all(time.monotonic() - at > ABANDONED for at in self.readers.values())

    def tell(self, event: Any) -> None:
        """Note what the job tells. For the pool."""
        if self._repeats:
            self._repeats, self._repeated = self._repeats - 1, [event]
            return
        self._repeated = []
        if not self.events:
            self.began = time.monotonic()  # what it had to get ready for is no measure of the pace from here on
        self.events.append(event)

    def again(self) -> None:
        """Note that the job is done once more, from its start: what it tells goes on where the events have ended. For
        the pool and its lanes."""
        self._repeats, self._repeated = len(self.events), []

    def end(self, ended: Ended) -> None:
        """Note how the job ended. For the lanes."""
        self.events += self._repeated  # its result, where it has told less than before
        ids = {"job": self.job.number, "work": self.job.name, "session": self.job.owner}
        if ended.refused:
            log.info("a file was refused", extra=ids)
            self.complaint = ended.error
        elif ended.error:
            why, error = "" if ended.details else f": {ended.error}", new_error_id()
            log.warning("a job failed%s", why, extra=ids | {"trace": ended.details, "error": error})
            self.complaint = WORDS("complaint", why=ended.error, id=error)
        elif self.long:
            log.info("a job ended after %.1f s of processor time", ended.seconds, extra=ids)
        self.error, self.refused, self.seconds = ended.error, ended.refused, ended.seconds
        self.job = replace(self.job, arguments=())  # an upload is large, and its ticket may be held for long
        self.state = "failed" if ended.error else "done"


class Answers(Protocol):
    """Who answers tickets: as readers see it (`leave`, `forget`, `ahead_of`), and the lanes that work for it."""

    closed: bool

    def leave(self, ticket: Ticket, reader: str) -> None: ...

    def forget(self, ticket: Ticket) -> None: ...

    def ahead_of(self, ticket: Ticket, but_of: str | None = None) -> int: ...

    def command(self, ticket: Ticket, word: str) -> None: ...

    def next_ticket(self, takes_long: bool, over: Callable[[], bool]) -> Ticket | None: ...

    def tell(self, ticket: Ticket, event: Any) -> None: ...

    def again(self, ticket: Ticket) -> None: ...

    def gone(self, lane: Any) -> None: ...

    def end(self, ticket: Ticket, ended: Ended) -> None: ...
