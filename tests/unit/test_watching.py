"""What a visit no longer looks at, it leaves: work that nobody waits for is not done."""

from types import SimpleNamespace

import pytest
import streamlit as st

from lessons.ui import asking


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


def ticket(pool: Pool, job: str = "reading", ended: bool = False) -> SimpleNamespace:
    return SimpleNamespace(pool=pool, ended=ended, job=SimpleNamespace(function=f"lessons.jobs.language:{job}"))


def test_a_curve_that_is_no_longer_shown_is_left_but_for_what_the_next_one_shares(pool):
    first, shared, last = (ticket(pool) for _ in range(3))
    asking.watch("curves", first, shared)
    asking.watch("curves", shared, last)
    assert pool.left == [(first, "me")]


def test_what_is_looked_at_in_another_place_is_not_left(pool):
    shown = ticket(pool)
    asking.watch("curves", shown)
    asking.watch("read", shown)
    asking.watch("read")
    assert pool.left == []
    asking.watch("curves")
    assert pool.left == [(shown, "me")]


def test_what_has_ended_stays_for_others_but_for_answers_about_a_readers_own_words(pool):
    measured, looked = ticket(pool, ended=True), ticket(pool, "looking_inside", ended=True)
    asking.watch("read", measured)
    asking.watch("inside", looked)
    asking.watch("read")
    asking.watch("inside")
    assert pool.left == []
    assert pool.forgotten == [looked]
