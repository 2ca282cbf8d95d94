"""Exercises on paper: a worksheet for a class, with room to write, and its key, with the right answers and why. Both
are made from what the exercises of a page are asked about, as A4 pages of HTML."""

from collections.abc import Iterable, Mapping, Sequence
from functools import singledispatch
from html import escape
from math import prod
from typing import Any, NamedTuple

from lessons import paper
from lessons.catalog import Lesson
from lessons.exercise import RIGHT, Choice, Exercise, Goal, MissingLine, Number, Option, in_words
from lessons.quantity import Measurement, Quantity, badges_of, counted
from lessons.text import sections
from lessons.text.exercises import ExerciseText

WORDS = sections("worksheet")
LETTERS = "ABCDEFGH"
LINE = '<span class="line"></span>'  # to write on
GIVEN = '<span class="given"></span>'  # for one answer
FEW = 6  # positions of a knob that are ticked: of more, one is written
SHORT, WIDE = 10, 30  # characters: four such options stand in a row, or two, and longer ones one below the other


class Position(NamedTuple):
    """A knob: its label, its options, where it stands, and where it begins."""

    label: str
    options: Sequence[str]
    at: str
    default: str = ""


class Prediction(NamedTuple):
    """The question of a lesson: in our Markdown, its answers, and the right one, if that is known."""

    question: str
    options: Sequence[str]
    answer: str = ""


class OnPaper(NamedTuple):
    """An exercise as it is asked now. `number`: as the page counts; `about`: as its functions take it."""

    number: int
    exercise: Exercise
    text: ExerciseText
    about: Sequence[Any]

    @property
    def asks(self) -> str:
        """What is asked of this model, in our Markdown."""
        return self.text.asks.format(**self.exercise.said(*self.about))

    @property
    def minutes(self) -> str:
        return WORDS("minutes", minutes=f"{self.text.minutes:g}")


class Sheet(NamedTuple):
    """What both sheets are made from. `left_out`: titles of exercises that nothing is known for; `link`: to the page as
    it stands; `qr`: of it, as SVG; `knobs`: by their names; `model`: in words; `task`: that a link assigns."""

    lesson: Lesson
    exercises: Sequence[OnPaper]
    left_out: Sequence[str]
    link: str
    qr: str
    knobs: Mapping[str, Position]
    made: str
    model: str = ""
    task: str = ""
    prediction: Prediction | None = None

    @property
    def minutes(self) -> float:
        """That all exercises on the sheet take."""
        return sum(each.text.minutes for each in self.exercises)


def worksheet(sheet: Sheet) -> str:
    """The sheet for a class, which says nothing of the answers."""
    return paper.page(
        "worksheet",
        sheet.lesson.title,
        question=escape(sheet.lesson.question),
        name=escape(WORDS["name"]),
        link=_line("link", link=sheet.link),
        task=f"<b>{escape(WORDS['task'])}</b> {escape(sheet.task)}" if sheet.task else "",
        qr=sheet.qr,
        prediction=_predicts(sheet.prediction) if sheet.prediction else "",
        exercises="".join(_exercise(each, sheet.knobs) for each in sheet.exercises),
        footer=_footer(sheet),
    )


def key(sheet: Sheet) -> str:
    """The right answers, why they are right, and what they were computed from."""
    return paper.page(
        "key",
        WORDS("key: title", lesson=sheet.lesson.title),
        summary=_line("key: summary", minutes=f"{sheet.minutes:.0f}", exercises=_count(sheet), made=sheet.made),
        settings=_settings(sheet),
        link=_line("link", link=sheet.link),
        predicted=_predicted(sheet.prediction),
        answers="".join(_answer(each, sheet.knobs) for each in sheet.exercises),
        footer=_footer(sheet),
    )


def lettered(options: Mapping[str, Option]) -> dict[str, str]:
    """The letters of the answers to choose from, by their outcomes: on both sheets the same."""
    return dict(zip(options, LETTERS, strict=False))


# for a class


def _predicts(prediction: Prediction) -> str:
    return (
        f"<section><p>{paper.inline(prediction.question)}</p>"
        f"{_boxes(map(escape, prediction.options), prediction.options)}</section>"
    )


def _exercise(each: OnPaper, knobs: Mapping[str, Position]) -> str:
    space = _space(each.exercise, each.about, knobs) + LINE * _lines(each.exercise)
    return f"<section>{_title(each)}<p>{paper.inline(each.asks)}</p>{space}</section>"


def _lines(exercise: Exercise) -> int:
    """To write on: for a calculation, or a reason."""
    return 2 if isinstance(exercise, Choice | Number) else 1


@singledispatch
def _space(exercise: Exercise, about: Sequence[Any], knobs: Mapping[str, Position]) -> str:
    """Where an answer is ticked or written."""
    raise NotImplementedError(type(exercise))


@_space.register
def _space_of_choice(exercise: Choice, about: Sequence[Any], knobs: Mapping[str, Position]) -> str:
    options = exercise.options(*about)
    words = [option.words for option in options.values()]
    letters = lettered(options).values()
    return _boxes((f"{letter}&ensp;{escape(each)}" for letter, each in zip(letters, words, strict=True)), words)


@_space.register
def _space_of_line(exercise: MissingLine, about: Sequence[Any], knobs: Mapping[str, Position]) -> str:
    options = exercise.options(*about)
    letters = lettered(options)
    lines = (f"{letters[name]}&ensp;<code>{escape(option.words)}</code>" for name, option in options.items())
    return f"<pre>{escape(exercise.source)}</pre>{_boxes(lines, [exercise.line.ljust(WIDE + 1)])}"


@_space.register
def _space_of_number(exercise: Number, about: Sequence[Any], knobs: Mapping[str, Position]) -> str:
    within = escape(WORDS("within", within=f"{100 * exercise.within:.0f}"))
    return f"<p>{escape(WORDS['estimate'])} {GIVEN} {escape(exercise.unit)} {within}</p>"


@_space.register
def _space_of_goal(exercise: Goal, about: Sequence[Any], knobs: Mapping[str, Position]) -> str:
    return "".join(_space_of_knob(knobs[name]) for name in exercise.knobs)


def _space_of_knob(knob: Position) -> str:
    """All positions to tick, where they are few, or room for one."""
    label = paper.inline(knob.label)
    if len(knob.options) > FEW:
        return f"<p>{label}: {GIVEN}</p>"
    return f"<p>{label}:</p>{_boxes(map(escape, knob.options), knob.options)}"


def _boxes(lines: Iterable[str], words: Iterable[str]) -> str:
    """Boxes to tick. `lines`: of HTML; `words`: how long they are to a reader."""
    longest = max(map(len, words))
    shape = "short" if longest <= SHORT else "wide" if longest > WIDE else ""
    return f'<ul class="options {shape}">{"".join(f"<li>{line}</li>" for line in lines)}</ul>'


# the key


def _predicted(prediction: Prediction | None) -> str:
    answer = prediction.answer if prediction else ""
    return f"<p><b>{_line('key: predicted', answer=answer)}</b></p>" if answer else ""


def _answer(each: OnPaper, knobs: Mapping[str, Position]) -> str:
    right = right_answer(each, knobs)
    why = each.text.answers[RIGHT].format(**each.exercise.said(*each.about) | {"given": right, "right": right})
    computes = _computes(each) if isinstance(each.exercise, MissingLine) else ""
    said = f"<p><b>{_letter(each)}{paper.inline(right)}</b> {_known(each)}</p><p>{paper.inline(why)}</p>"
    return f"<section>{_title(each)}{said}{computes}</section>"


def right_answer(asked: OnPaper, knobs: Mapping[str, Position]) -> str:
    """The right answer in our Markdown; of a goal all positions that are right."""
    if not isinstance(asked.exercise, Goal):
        return asked.exercise.answer(*asked.about)
    options = {name: knobs[name].options for name in asked.exercise.knobs}
    found = asked.exercise.solutions(options, *asked.about)
    either = f" {WORDS['or']} "
    of_each = [either.join(dict.fromkeys(at)) for at in zip(*found, strict=True)]
    if prod(len(set(at)) for at in zip(*found, strict=True)) == len(found):  # any of one knob with any of another
        return "; ".join(of_each)
    return either.join(", ".join(at) for at in found) or WORDS["no position"]


def _letter(each: OnPaper) -> str:
    if not isinstance(each.exercise, Choice | MissingLine):
        return ""
    return f"{lettered(each.exercise.options(*each.about))[RIGHT]}&ensp;"


def _computes(each: OnPaper) -> str:
    """What the function of a missing line makes of the page's model."""
    value = in_words(each.exercise.options(*each.about)[RIGHT].value)
    return f'<p class="quiet">{_line("computes", what=each.text.computes, value=value)}</p>'


def _known(each: OnPaper) -> str:
    """How the numbers behind an answer are known, as on the page."""
    badges = badges_of(numbers_behind(each))
    return f'<span class="quiet">({", ".join(badges)})</span>' if badges else ""


def numbers_behind(asked: OnPaper) -> list[Quantity]:
    """The answer, if that is a quantity, else all that it is computed from; none, where it is no number."""
    if isinstance(asked.exercise, Goal | MissingLine):
        return []
    if isinstance(asked.exercise, Choice):
        value = asked.exercise.options(*asked.about)[RIGHT].value
        if isinstance(value, Quantity | str):
            return [value] if isinstance(value, Quantity) else []
    return [*_quantities_in(asked.about)]


def _quantities_in(subject: object) -> Iterable[Quantity]:
    if isinstance(subject, Quantity):
        yield subject
    elif isinstance(subject, Measurement):
        yield from subject.quantities
    elif isinstance(subject, Mapping):
        yield from _quantities_in([*subject.values()])
    elif isinstance(subject, list | tuple):
        for each in subject:
            yield from _quantities_in(each)


def _settings(sheet: Sheet) -> str:
    """The model, and the knobs that do not stand where they begin."""
    moved = [f"{each.label}: {each.at}" for each in sheet.knobs.values() if each.at not in ("", each.default)]
    rows = ((WORDS["model"], sheet.model), (WORDS["settings"], " · ".join(moved) or WORDS["as it opens"]))
    return "".join(f"<tr><th>{escape(name)}</th><td>{paper.inline(said)}</td></tr>" for name, said in rows if said)


# on both


def _title(each: OnPaper) -> str:
    minutes = f'<span class="minutes">{escape(each.minutes)}</span>'
    return f"<h2>{each.number}. {paper.inline(each.text.title)} {minutes}</h2>"


def _count(sheet: Sheet) -> str:
    return counted(len(sheet.exercises), WORDS["one exercise"], WORDS["several exercises"])


def _footer(sheet: Sheet) -> str:
    left = WORDS("left out", titles="; ".join(sheet.left_out)) if sheet.left_out else ""
    return " ".join([paper.inline(left), _line("footer", made=sheet.made)]).strip()


def _line(label: str, **values: str) -> str:
    return escape(WORDS(label, **values))
