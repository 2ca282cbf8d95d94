"""Why something is refused, as its reader is told."""

from lessons.text import sections

WORDS = sections("classroom")


class Refused(ValueError):
    """What a class does not allow; in one sentence that says what to do instead."""


class NotHere(Refused):
    """There is no such class, or who asks is not in it."""


class Deleted(NotHere):
    """The class was there until now."""


class NotNow(Refused):
    """Too much is asked at once; later it may be allowed."""
