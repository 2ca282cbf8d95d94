"""What several of these tests run on."""

import pytest

from lessons.classroom.tables import TABLES
from lessons.database import SETTING, transaction
from tests.unit.classes import postgresql


@pytest.fixture(scope="session")
def a_postgresql():
    """The address of a PostgreSQL that runs for these tests."""
    with postgresql() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def class_database(request, tmp_path_factory, monkeypatch):
    """A database for classes, which is empty: SQLite, and a real PostgreSQL where one is installed."""
    if request.param == "postgresql":
        address = request.getfixturevalue("a_postgresql")
    else:
        address = f"sqlite:///{tmp_path_factory.mktemp('class')}/class.sqlite"
    monkeypatch.setenv(SETTING, address)
    yield
    with transaction(TABLES) as connection:
        for table in reversed(TABLES.sorted_tables):
            connection.execute(table.delete())
