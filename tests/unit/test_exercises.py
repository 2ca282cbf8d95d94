"""Exercises: of three models each, the answer that is marked right is the true one, no wrong one is, and each says
why."""

import re
from itertools import chain

import pytest

from lessons.catalog import Lesson
from lessons.exercise import HIGH, LOW, RIGHT, Choice, Exercise, Goal, MissingLine, Number, Option, in_words
from lessons.quantity import Quantity
from lessons.text.exercises import exercises
from tests.exercises import asked, declared, rooms

EACH = [(lesson, each) for lesson in rooms() for each in declared(lesson)]
NAMED = [f"{lesson.path}, {each.name}" for lesson, each in EACH]
by_exercise = pytest.mark.parametrize(("lesson", "each"), EACH, ids=NAMED)


@pytest.mark.parametrize("lesson", rooms(), ids=lambda lesson: lesson.path)
def test_a_lesson_has_six_to_eight_of_several_kinds_each_with_its_text_and_its_place(lesson):
    named = [each.name for each in declared(lesson)]
    assert named == [*exercises(lesson.path)] == [*asked(lesson)]
    assert 6 <= len(named) <= 8
    assert len({type(each) for each in declared(lesson)}) >= 3


@by_exercise
def test_of_three_models_the_right_answer_is_the_true_one(lesson: Lesson, each: Exercise):
    about, truth, positions, begins = asked(lesson)[each.name]
    assert len(about) == 3
    for model, of in about.items():
        if isinstance(each, Goal):
            assert {at for at in positions if verdict(each, at, of) == RIGHT} == set(truth(model)) != set()
            assert verdict(each, begins, of) != RIGHT or model != next(iter(about))  # as the page opens, it is not done
        elif isinstance(each, Number):
            assert each.right(*of) == pytest.approx(truth(model), rel=1e-3)
            assert each.outcome(truth(model), *of) == RIGHT
        else:
            assert same(each.options(*of)[RIGHT], truth(model))


def verdict(goal: Goal, at: object, of: tuple) -> str:
    return goal.verdict(*(at if isinstance(at, tuple) else (at,)), *of)


def same(option: Option, truth: object) -> bool:
    value = option.value.value if isinstance(option.value, Quantity) else option.value
    return value == pytest.approx(truth, rel=1e-3) if isinstance(value, float) else value == truth


@by_exercise
def test_no_wrong_answer_is_right(lesson: Lesson, each: Exercise):
    for of in asked(lesson)[each.name].about.values():
        if isinstance(each, Number):
            wrong = {name: compute(*of) for name, compute in each.wrong.items()}
            assert {name: each.outcome(value, *of) for name, value in wrong.items()} == {name: name for name in wrong}
            assert [each.outcome(way * each.right(*of), *of) for way in (1e-9, 1e9)] == [LOW, HIGH]
        elif isinstance(each, Choice | MissingLine):
            options = each.options(*of)
            words = [
                in_words(option.value) if isinstance(each, MissingLine) else option.words for option in options.values()
            ]
            right = words.pop([*options].index(RIGHT))
            assert right not in words and words
            assert len(options) == 1 + len(each.wrong) or isinstance(each, Choice)


@by_exercise
def test_every_answer_says_why(lesson: Lesson, each: Exercise):
    about, _, positions, _ = asked(lesson)[each.name]
    text = exercises(lesson.path)[each.name]
    outcomes = {RIGHT, *getattr(each, "wrong", ())} | ({HIGH, LOW} if isinstance(each, Number) else set())
    if isinstance(each, Goal):
        outcomes = set(chain(*({verdict(each, at, of) for at in positions} for of in about.values())))
    assert outcomes == set(text.answers)
    assert bool(text.computes) == isinstance(each, MissingLine)
    for of in about.values():
        said = each.said(*of)
        assert not {"given", "right"} & set(said)
        for words in (text.asks, *text.answers.values()):
            assert not re.search(r"\bNone\b|\bnan\b|[{}]", words.format(**said, given="4", right="5"))


@by_exercise
def test_every_misconception_is_an_answer_somewhere(lesson: Lesson, each: Exercise):
    if isinstance(each, Choice):
        offered = set(chain(*(each.options(*of) for of in asked(lesson)[each.name].about.values())))
        assert offered == {RIGHT, *each.wrong}


def test_a_misconception_that_leads_to_the_right_answer_is_not_offered():
    each = Choice("bits", right=lambda n: 2 * n, wrong={"squared": lambda n: n * n, "cubed": lambda n: n**3})
    assert [*each.options(3)] == [RIGHT, "squared", "cubed"]
    assert [*each.options(2)] == [RIGHT, "cubed"]


def test_a_number_is_right_when_near_and_else_says_what_it_would_be_right_for():
    each = Number("file", "kB", right=lambda n: n, wrong={"bits": lambda n: 8 * n}, within=0.1)
    assert [each.outcome(given, 10.0) for given in (9.0, 11.0, 79.0, 8.9, 11.1, 100.0)] == [
        RIGHT,
        RIGHT,
        "bits",
        LOW,
        HIGH,
        HIGH,
    ]


def add(one: int, other: int) -> int:
    """What a line is taken from."""
    total = one + other
    return total  # noqa: RET504 (the line before is the one that goes)


def test_a_line_is_taken_out_and_others_are_computed_with():
    each = MissingLine(
        "sum",
        add,
        "total = one + other",
        {"minus": "total = one - other", "no name": "total = three"},
        lambda f, n: f(n, 2),
    )
    assert each.source.splitlines()[:2] == ["def add(one: int, other: int) -> int:", "    …"]
    found = {name: option.value for name, option in each.options(5).items()}
    assert found == {RIGHT: 7, "minus": 3, "no name": "NameError: name 'three' is not defined"}
    with pytest.raises(ValueError, match="stands in add 0 times"):
        _ = MissingLine("sum", add, "total = 1", {}, lambda f: f(1, 2)).source
