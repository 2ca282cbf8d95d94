"""What a link says to a class: which knobs it holds, and a task in words that are only words."""

import time

import pytest

from lessons.one_line import one_line
from lessons.ui.layout.plain import plain
from lessons.ui.state.assignment import ASSIGNMENT, HIDE, LOCK, LONGEST, complaints
from lessons.ui.state.knob import Knob

PATIENCE = 5  # seconds; it took 20
BITS = Knob("bits", "Bits", ("1", "2"), "2")


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        (LOCK, [], []),
        (LOCK, ["bits"], []),
        (HIDE, ["bits,size"], ["`hide=size`: this page has no knob of that name."]),
        (LOCK, [""], ["`lock=`: this page has no knob of that name."]),
        (LOCK, ["<b>,bits"], ["`lock=·b·`: this page has no knob of that name."]),
        (LOCK, ["bits", "bits"], ["`lock` is given 2 times; using the last."]),
        (ASSIGNMENT, ["Find the cliff."], []),
        (ASSIGNMENT, ["a" * (LONGEST + 1)], ["`assignment` has more than 200 characters; the rest is left out."]),
    ],
)
def test_a_link_that_holds_what_is_not_there_is_complained_about(name, values, said):
    assert complaints(name, values, [BITS]) == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Find  the\ncliff.", "Find the cliff."),
        ("a\u202eb\u200bc\u0007d\ufeff", "abcd"),
        ("Z" + "\u0301" * 40 + "a", "Ź\u0301\u0301\u0301a"),
        ("naïve Übung №5 π≈3", "naïve Übung №5 π≈3"),
    ],
)
def test_words_of_a_stranger_are_shown_as_words(text, shown):
    assert one_line(text) == shown


@pytest.mark.reliability("security", "A text has marks that take minutes to put in order")
def test_a_text_of_nothing_but_marks_keeps_nobody_waiting(tried):
    began = time.monotonic()
    assert len(one_line("a" + "\u0301" * 40_000 + "\u0327" * 40_000)) < 10
    assert time.monotonic() - began < PATIENCE
    tried()


def test_markdown_html_and_formulas_in_it_are_harmless():
    shown = plain(one_line("<script>x</script> **b** $x^2$ [a](http://evil.example) ![](x.png) :red[x]"))
    assert all(f"\\{mark}" in shown for mark in "<>*$^[]")
    assert "http://" not in shown
