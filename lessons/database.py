"""What a server keeps through a restart: in SQLite in the folder of kept files, or in any database SQLAlchemy knows.

Set MODELS_FOR_ANTS_DATABASE to its address (`postgresql://ants:secret@db.school.example/ants`). Each module that keeps
something brings its own tables, which are made when they are first used.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from lessons import keeping
from lessons.text import sections

SETTING = "MODELS_FOR_ANTS_DATABASE"
FILE = "class.sqlite"
BUSY = 10  # seconds that a transaction waits for another to end
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON")
READS = "reads"  # the option of a connection that changes nothing
WORDS = sections("database")
_preparing = Lock()


class NoDatabase(RuntimeError):
    """The database cannot be used; in one sentence, which names its address without the password."""


def address() -> URL:
    """The address of the database: the setting, or the file of this machine. Raises NoDatabase where neither is
    possible."""
    named, folder = os.environ.get(SETTING), keeping.root()
    try:
        if named:
            return make_url(named)
    except ArgumentError:
        raise NoDatabase(WORDS("no address", setting=SETTING)) from None
    if folder is None:
        raise NoDatabase(WORDS("no folder", setting=SETTING))
    return URL.create("sqlite", database=str(folder / FILE))


@contextmanager
def transaction(tables: MetaData, reads: bool = False) -> Iterator[Connection]:
    """A connection on which these tables exist. What is done on it is done whole, or not at all if it raises; `reads`:
    it changes nothing, and waits for nobody. Raises NoDatabase."""
    where = address()
    with _explained(where, SQLAlchemyError, ImportError, OSError):
        engine = _prepared(where, tables).execution_options(**{READS: reads})
    with _explained(where, OperationalError, NoConnection), engine.begin() as connection:
        yield connection


@contextmanager
def _explained(where: URL, *errors: type[Exception]) -> Iterator[None]:
    """Raises NoDatabase for these errors."""
    try:
        yield
    except errors as error:
        raise NoDatabase(_complaint(where, getattr(error, "orig", error))) from error


def _prepared(where: URL, tables: MetaData) -> Engine:
    """The engine of a database, once it has these tables."""
    with _preparing:
        return _with_tables(where, tables)


@lru_cache(maxsize=64)
def _with_tables(where: URL, tables: MetaData) -> Engine:
    engine = _engine(where)
    with engine.begin() as connection:  # another process may begin at the same time
        tables.create_all(connection)
    return engine


@lru_cache(maxsize=8)
def _engine(where: URL) -> Engine:
    is_file = where.get_backend_name() == "sqlite"
    if is_file and where.database:
        Path(where.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Path(where.database).touch(mode=0o600)  # nobody else on this machine reads nicknames
    engine = create_engine(where, **({"connect_args": {"timeout": BUSY}} if is_file else {"pool_pre_ping": True}))
    if is_file:
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: object) -> None:
    """Set what SQLite forgets with every connection, and leave transactions to `_begin`."""
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin a transaction. One that writes says so at once: SQLite refuses one that has read and then would write, if
    another has written meanwhile."""
    reads = connection.get_execution_options().get(READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _complaint(where: URL, error: BaseException) -> str:
    why = str(error).strip().splitlines() or [type(error).__name__]
    return WORDS("unreachable", address=where.render_as_string(hide_password=True), why=why[0], setting=SETTING)
