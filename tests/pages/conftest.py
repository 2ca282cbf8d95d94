"""Visits end with their tests: what theirs have asked of language models is left, as a closed tab leaves it after a while."""

import pytest

from lessons.jobs.pool import pool


@pytest.fixture(autouse=True)
def visits_end():
    yield
    for ticket in [ticket for ticket in list(pool()._tickets.values()) if not ticket.ended]:
        if ticket.job.function.startswith("lessons.jobs.language:"):
            for reader in list(ticket.readers):
                pool().leave(ticket, reader)
