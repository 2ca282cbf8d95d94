"""What a visit no longer looks at, it leaves: work that nobody waits for is not done."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import streamlit as st

from lessons.jobs import language
from lessons.ui.work import ask_button


class Pool:
    def __init__(self):
        self.left, self.forgotten = [], []

    def leave(self, ticket, reader):
        self.left.append((ticket, reader))

    def forget(self, ticket):
        self.forgotten.append(ticket)


@pytest.fixture
def pool(monkeypatch) -> Pool:
    monkeypatch.setattr(st, "session_state", {"visitor": "me"})
    return Pool()


def ticket(pool: Pool, job: Callable = language.reading, ended: bool = False) -> SimpleNamespace:
    return SimpleNamespace(pool=pool, ended=ended, job=SimpleNamespace(function=job))


def test_a_curve_that_is_no_longer_shown_is_left_but_for_what_the_next_one_shares(pool):
    first, shared, last = (ticket(pool) for _ in range(3))
    ask_button.watch("curves", first, shared)
    ask_button.watch("curves", shared, last)
    assert pool.left == [(first, "me")]


def test_what_is_looked_at_in_another_place_is_not_left(pool):
    shown = ticket(pool)
    ask_button.watch("curves", shown)
    ask_button.watch("read", shown)
    ask_button.watch("read")
    assert pool.left == []
    ask_button.watch("curves")
    assert pool.left == [(shown, "me")]


def test_what_has_ended_stays_for_others_but_for_answers_about_a_readers_own_words(pool):
    measured, looked = ticket(pool, ended=True), ticket(pool, language.looking_inside, ended=True)
    ask_button.watch("read", measured)
    ask_button.watch("inside", looked)
    ask_button.watch("read")
    ask_button.watch("inside")
    assert pool.left == []
    assert pool.forgotten == [looked]
