"""What the doctor says: a line each."""

from typing import Literal, NamedTuple

Level = Literal["ok", "warn", "fail"]


class Finding(NamedTuple):
    """What was looked at, how it is, and what to do where it is not well."""

    level: Level
    what: str
    fact: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.level:4}  {self.what}: {self.fact}" + (f" → {self.advice}" if self.advice else "")


def judged(good: bool, what: str, fact: str, advice: str, bad: Level = "fail") -> Finding:
    """A finding that is well, or `bad` and says what to do."""
    return Finding("ok", what, fact) if good else Finding(bad, what, fact, advice)
