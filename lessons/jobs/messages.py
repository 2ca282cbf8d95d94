"""What a pool and its workers say to each other on their pipes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lessons.counted import Counted


@dataclass(frozen=True)
class Job:
    """What a worker is to do."""

    number: int
    function: Callable[
        ..., Iterator[Any]
    ]  # of a module: it is pickled by its name; its last argument is `asked` (see events)
    arguments: tuple
    owner: str = ""  # for whom files are kept
    kept_as: str | None = None  # the name under which its answer is kept (see results)

    @property
    def name(self) -> str:
        return f"{self.function.__module__}.{self.function.__qualname__}"


@dataclass(frozen=True)
class Command:
    """A word for a job that runs."""

    number: int  # of the job
    word: str  # "keep" or "stop"


@dataclass(frozen=True)
class Ended:
    """A job has ended, well unless there is an error. `details`: where in the code, for the log; `seconds`: of
    processor time it took; `counts`: what its process has counted meanwhile; `refused`: the error is of a file that a
    reader has brought, and no failure."""

    error: str | None = None
    details: str = ""
    seconds: float = 0.0
    counts: Mapping[Counted, float] = field(default_factory=dict)
    refused: bool = False


class Ready:
    """The worker can take jobs."""


@dataclass(frozen=True)
class Pulse:
    """The worker is alive: it computes, reads or writes. `seconds`: of processor time it took since it started."""

    seconds: float
