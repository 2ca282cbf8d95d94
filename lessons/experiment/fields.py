"""Fields that say what they can be. What an experiment is made of is checked where it is made, and read from JSON."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, fields
from functools import partial
from typing import Any, ClassVar, Self

from lessons.text import sections

WORDS = sections("experiment")


class BadExperiment(ValueError):
    """An experiment that cannot be; the message says which field and why, in one line."""


class Checked:
    """Base of frozen dataclasses with such fields. `called`: its name in JSON and in complaints, which raise
    BadExperiment."""

    called: ClassVar[str] = ""

    def __init_subclass__(cls, called: str = ""):
        cls.called = called

    def __post_init__(self):
        for each in fields(self):
            if check := each.metadata.get("check"):
                kept = check(self.place(each.name), getattr(self, each.name))
                object.__setattr__(self, each.name, kept)  # 4 and 4.0 are one experiment, with one id

    @classmethod
    def place(cls, name: str) -> str:
        """A field as complaints call it."""
        return f"{cls.called}.{name}" if cls.called else name

    @classmethod
    def from_json(cls, raw: Any) -> Self:
        """Raises BadExperiment for unknown fields and impossible values."""
        if not isinstance(raw, Mapping):
            raise BadExperiment(WORDS("settings", step=cls.called))
        known = {each.name: each for each in fields(cls)}
        for name in raw:
            if name not in known:
                said = name if name.isidentifier() and len(name) < 40 else shown(name)
                raise BadExperiment(WORDS("unknown field", place=cls.place(said), known=", ".join(known)))
        read = {name: known[name].metadata.get("read", _as_it_is) for name in raw}
        return cls(**{name: value if value is None else read[name](value) for name, value in raw.items()})


def whole(default: int | None, low: int, high: int) -> Any:
    """A whole number from `low` to `high`; where the default is None, it may be None too."""
    return field(default=default, metadata={"check": partial(must_be_whole, low=low, high=high, empty=default is None)})


def number(default: float, low: float, high: float) -> Any:
    """Any number from `low` to `high`."""
    return field(default=default, metadata={"check": partial(must_be_number, low=low, high=high)})


def one_of(default: str, options: Iterable[str]) -> Any:
    """One of these words."""
    return field(default=default, metadata={"check": partial(must_be_one_of, options=options)})


def checked(default: Any, check: Callable[[str, Any], Any]) -> Any:
    """Whatever the check, called with the field's name and its value, gives back."""
    return field(default=default, metadata={"check": check})


def maybe(kind: type[Checked]) -> Any:
    """One of this kind, or None."""
    return field(default=None, metadata={"read": kind.from_json})


def must_be_one_of(place: str, value: Any, options: Iterable[str]) -> str:
    """The value. Raises BadExperiment if it is none of the options."""
    if not isinstance(value, str) or value not in options:
        raise BadExperiment(WORDS("not one of", place=place, value=shown(value), options=", ".join(options)))
    return value


def must_be_whole(place: str, value: Any, low: int, high: int, empty: bool = False) -> int | None:
    """The value. Raises BadExperiment if it is no whole number from `low` to `high`; None will do if it may be
    `empty`."""
    if not (value is None and empty) and (type(value) is not int or not low <= value <= high):
        raise BadExperiment(WORDS("no whole number", place=place, value=shown(value), low=low, high=high))
    return value


def must_be_number(place: str, value: Any, low: float, high: float, what: str = WORDS["number"]) -> float:
    """The value as a float. Raises BadExperiment if it is not from `low` to `high`."""
    if type(value) not in (int, float) or not low <= value <= high:
        raise BadExperiment(WORDS("no number", place=place, value=shown(value), what=what, low=low, high=high))
    return float(value)


def shown(value: Any) -> str:
    """A value as it may stand in a complaint: one line, not long."""
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"


def _as_it_is(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
