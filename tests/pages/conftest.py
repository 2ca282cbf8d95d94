"""Visits end with their tests: what theirs have asked and nobody waits for any more is left, or the next test would wait for it."""

import pytest

from lessons.jobs.pool import pool


@pytest.fixture(autouse=True)
def visits_end():
    yield
    for ticket in [ticket for ticket in list(pool()._tickets.values()) if not ticket.ended]:
        for reader in list(ticket.readers) or ["nobody"]:
            pool().leave(ticket, reader)
