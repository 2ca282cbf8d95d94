"""What a server keeps through a restart: whole or not at all, whatever else happens at the same time."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select, update

from lessons import database
from lessons.database import FILE, SETTING, NoDatabase, transaction

TABLES = MetaData()
COUNTS = Table("counts", TABLES, Column("id", Integer, primary_key=True), Column("count", Integer))
TIMES = 40  # that each of several threads counts


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(SETTING, raising=False)
    return tmp_path / "cache"


def counted() -> int:
    with transaction(TABLES, reads=True) as connection:
        return connection.scalar(select(func.sum(COUNTS.c.count))) or 0


def count() -> None:
    """Read, and write what follows from it."""
    with transaction(TABLES) as connection:
        before = connection.scalar(select(COUNTS.c.count).where(COUNTS.c.id == 1))
        connection.execute(update(COUNTS).where(COUNTS.c.id == 1).values(count=before + 1))


def test_it_is_a_file_in_the_folder_of_kept_files_that_its_owner_alone_reads(folder):
    assert counted() == 0
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    with transaction(TABLES) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() >= 1000


def test_what_raises_leaves_nothing_behind():
    with pytest.raises(KeyError), transaction(TABLES) as connection:
        connection.execute(insert(COUNTS).values(count=1))
        raise KeyError
    assert counted() == 0


def test_who_finds_all_connections_taken_is_told(monkeypatch):
    counted()
    monkeypatch.setattr(database._engine(database.address()).pool, "_timeout", 0.01)
    with ExitStack() as taken, pytest.raises(NoDatabase, match="limit"):
        for _ in range(100):
            taken.enter_context(transaction(TABLES, reads=True))


def test_threads_that_read_and_then_write_lose_nothing():
    with transaction(TABLES) as connection:
        connection.execute(insert(COUNTS).values(id=1, count=0))
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(count) for _ in range(TIMES)]:
            done.result()
    assert counted() == TIMES


def test_another_process_sees_what_was_written(folder):
    with transaction(TABLES) as connection:
        connection.execute(insert(COUNTS).values(id=1, count=7))
    look = f"import sqlite3\nfile = sqlite3.connect({str(folder / FILE)!r})"
    look += "\nprint(file.execute('select count from counts').fetchone())"
    assert subprocess.run([sys.executable, "-c", look], capture_output=True, text=True).stdout == "(7,)\n"


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("no address", "is not the address of a database"),
        ("postgresql+psycopg://ants:secret@127.0.0.1:1/ants", "postgresql+psycopg://ants:***@127.0.0.1:1/ants"),
        ("nothing://host/name", "nothing://host/name"),
        ("sqlite:////proc/ants/class.sqlite", "/proc/ants"),
    ],
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(setting, says, monkeypatch):
    monkeypatch.setenv(SETTING, setting)
    with pytest.raises(NoDatabase, match=says.replace("*", r"\*").replace("+", r"\+")) as raised:
        counted()
    assert SETTING in str(raised.value) and "secret" not in str(raised.value)


def test_a_damaged_file_is_named(folder):
    folder.mkdir()
    (folder / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(NoDatabase, match="not a database"):
        counted()


def test_where_there_is_no_folder_it_says_what_to_set(monkeypatch):
    monkeypatch.setattr(database.keeping, "root", lambda: None)
    with pytest.raises(NoDatabase, match=f"MODELS_FOR_ANTS_CACHE.*{SETTING}"):
        counted()


def test_a_setting_names_another_file(tmp_path, monkeypatch):
    monkeypatch.setenv(SETTING, f"sqlite:///{tmp_path}/other.sqlite")
    assert counted() == 0
    assert (tmp_path / "other.sqlite").exists()
