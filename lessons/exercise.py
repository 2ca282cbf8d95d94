"""Exercises: questions about the model that a reader has on the page. The right answer is computed from that model, and
so is each wrong one: it is what somebody gets who believes what its text corrects.

This file asks and judges. It draws nothing, keeps nothing, and knows no lesson.
"""

import ast
import hashlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import floor, log10
from textwrap import dedent
from typing import Any, NamedTuple

from lessons.quantity import Quantity, show

RIGHT, HIGH, LOW = "right", "too high", "too low"  # outcomes; all others are names of misconceptions
GAP = "…"  # in place of the line that is looked for
MANY = 1_000  # from here on a number is written without a point
Value = Quantity | float | str


class Option(NamedTuple):
    """One answer: its words, and the value it stands for."""

    words: str
    value: Value


@dataclass(frozen=True)
class Exercise:
    """A question with one right answer. `name`: of its text, `text/en/exercises/<lesson>.md`; `said`: what the text
    says of the model, of what the page gives."""

    name: str
    said: Callable[..., Mapping[str, object]] = field(default=lambda *_: {}, kw_only=True)

    def answer(self, *about: Any) -> str:
        """The right answer in words; nothing where knobs are to be moved instead."""
        return ""


@dataclass(frozen=True)
class Choice(Exercise):
    """One answer of several. `right` computes the answer from what the page gives, `wrong` what each misconception, by
    its name, leads to.

    Choice("levels", right=levels, wrong={"zero forgotten": powers_of_two})
    """

    right: Callable[..., Value]
    wrong: Mapping[str, Callable[..., Value]]

    def options(self, *about: Any) -> dict[str, Option]:
        """The answers by their outcomes, in the order they are shown: numbers rise. A misconception that leads to the
        right answer here, or to that of another, is none."""
        values = {RIGHT: self.right(*about)} | {name: compute(*about) for name, compute in self.wrong.items()}
        distinct: dict[str, Option] = {}
        for outcome, value in values.items():
            if in_words(value) not in (option.words for option in distinct.values()):
                distinct[outcome] = Option(in_words(value), value)
        return _mixed(distinct) if any(isinstance(value, str) for value in values.values()) else _rising(distinct)

    def answer(self, *about: Any) -> str:
        return self.options(*about)[RIGHT].words


@dataclass(frozen=True)
class Number(Exercise):
    """A number to estimate, in `unit`. Right is what is not further from it than a share `within`; an answer as near to
    what a misconception leads to shows that.

    Number("file", "kB", right=packed, wrong={"not packed": as_floats})
    """

    unit: str
    right: Callable[..., float]
    wrong: Mapping[str, Callable[..., float]]
    within: float = 0.1

    def outcome(self, given: float, *about: Any) -> str:
        """What a number is: right, what a misconception leads to, or else too high or too low."""
        right = self.right(*about)
        values = {RIGHT: right} | {name: compute(*about) for name, compute in self.wrong.items()}
        near = {name: abs(given - value) for name, value in values.items() if self._is_near(given, value)}
        if RIGHT in near:
            return RIGHT
        return min(near, key=near.__getitem__) if near else (HIGH if given > right else LOW)

    def answer(self, *about: Any) -> str:
        right = self.right(*about)
        digits = max(0, 2 - floor(log10(abs(right)))) if right else 0  # three of them count, and all before the point
        return f"{round(right, digits):,g} {self.unit}" if abs(right) < MANY else f"{right:,.0f} {self.unit}"

    def _is_near(self, given: float, value: float) -> bool:
        return abs(given - value) <= self.within * abs(value)


@dataclass(frozen=True)
class Goal(Exercise):
    """Knobs to be set. `knobs`: their names; `verdict` gives the outcome of where they stand, each by itself,
    and of what the page gives.

    Goal("smallest", ("quantization_bits",), verdict=smallest_that_keeps)
    """

    knobs: tuple[str, ...]
    verdict: Callable[..., str]

    def solutions(self, options: Mapping[str, Sequence[str]], *about: Any) -> list[tuple[str, ...]]:
        """All positions of the knobs that are right. `options`: those of each knob, by its name; what is not known of
        a position is no solution."""
        return [at for at in product(*(options[name] for name in self.knobs)) if self._solved(at, about)]

    def _solved(self, at: Sequence[str], about: Sequence[Any]) -> bool:
        try:
            return self.verdict(*at, *about) == RIGHT
        except LookupError:
            return False


@dataclass(frozen=True)
class MissingLine(Exercise):
    """A line that is missing from a function of this project. `line`: as it stands there; `wrong`: by the name of each
    misconception, what would stand in its place; `computed`: what the function, which comes first, makes of what the
    page gives. The lines are ours: nothing that a visitor writes is run.

    MissingLine("top", grid.symmetric, "top = 2 ** (bits - 1) - 1", {"all codes": "top = 2**bits"}, rounding_error)
    """

    function: Callable
    line: str
    wrong: Mapping[str, str]
    computed: Callable[..., Value]

    def answer(self, *about: Any) -> str:
        return f"`{self.line}`"

    @property
    def source(self) -> str:
        """The function without its docstring, and with a gap. Raises ValueError where the line is not there once."""
        return self._written(GAP)

    def options(self, *about: Any) -> dict[str, Option]:
        """The lines by their outcomes, each with what the function computes with it; a line that cannot be run says
        why."""
        found = {RIGHT: Option(self.line, self.computed(self.function, *about))}
        for name, line in self.wrong.items():
            found[name] = Option(line, self._computed_with(line, about))
        return _mixed(found)

    def _computed_with(self, line: str, about: Sequence[Any]) -> Value:
        try:
            return self.computed(self.variant(line), *about)
        except (ArithmeticError, AttributeError, LookupError, NameError, RuntimeError, TypeError, ValueError) as error:
            return f"{type(error).__name__}: {str(error).splitlines()[0]}"

    def variant(self, line: str) -> Callable:
        """The function with another line in place of the one that is looked for."""
        names = dict(self.function.__globals__)
        exec(self._written(line), names)  # lines of this project alone
        return names[self.function.__name__]

    def _written(self, line: str) -> str:
        lines = dedent(inspect.getsource(self.function)).splitlines()
        written = ast.parse("\n".join(lines)).body[0]
        if ast.get_docstring(written):
            del lines[written.body[0].lineno - 1 : written.body[0].end_lineno]
        at = [n for n, each in enumerate(lines) if each.strip() == self.line]
        if len(at) != 1:
            raise ValueError(f"{self.name}: {self.line!r} stands in {self.function.__name__} {len(at)} times")
        indent = lines[at[0]][: -len(lines[at[0]].lstrip())]
        return "\n".join([*lines[: at[0]], indent + line, *lines[at[0] + 1 :]])


def in_words(value: Value) -> str:
    """A value as a reader sees it."""
    if isinstance(value, str | Quantity):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else show(value, "")


def _rising(options: Mapping[str, Option]) -> dict[str, Option]:
    number = lambda option: option.value.value if isinstance(option.value, Quantity) else option.value
    return dict(sorted(options.items(), key=lambda each: number(each[1])))


def _mixed(options: Mapping[str, Option]) -> dict[str, Option]:
    """In no order that tells anything, and always the same."""
    return dict(sorted(options.items(), key=lambda each: hashlib.sha256(each[1].words.encode()).digest()))
