"""Classes for tests: a database of their own, SQLite or a real PostgreSQL."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from lessons.classroom.after_class import with_activities
from lessons.classroom.opening import Key, found, join, open_classroom
from lessons.classroom.tables import MEMBERS, POSTS, TABLES
from lessons.database import transaction
from tests.find_postgresql import NEEDED, program

OTHERS = ("postgres", "nobody")  # as whom it runs where these tests are root's, which it refuses
PATIENCE = 20  # seconds
FOUND_BY = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL that runs for this test alone; skips it where none is installed."""
    if not all(map(program, NEEDED)):
        assert not os.environ.get("CI")
        pytest.skip("no PostgreSQL here: make postgresql installs one")
    folder = tempfile.mkdtemp(prefix="ants-", dir="/tmp")  # a short path, for sockets, that another user can reach
    try:
        with _serving(folder, _other_user(folder)):
            yield f"postgresql+psycopg://ants@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _serving(folder: str, user: Sequence[str]) -> Iterator[None]:
    data = f"{folder}/data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, "env": FOUND_BY}
    subprocess.run(
        [*user, program("initdb"), "-D", data, "-U", "ants", "-A", "trust", "-N", "-E", "UTF8"], check=True, **quiet
    )
    fast = ["-c", "fsync=off", "-c", "listen_addresses="]
    server = subprocess.Popen([*user, program("postgres"), "-D", data, "-k", folder, *fast], **quiet)
    try:
        end = time.monotonic() + PATIENCE
        while not _answers(folder):
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError("PostgreSQL does not start")
            time.sleep(0.05)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # without waiting for those who are connected
        server.wait(PATIENCE)


def _answers(folder: str) -> bool:
    try:
        psycopg.connect(host=folder, user="ants", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _other_user(folder: str) -> list[str]:
    """What a command begins with that another user than root runs, who then owns the folder."""
    if os.geteuid():
        return []
    user = next((name for name in OTHERS if _is_user(name)), None)
    if user is None or not shutil.which("setpriv"):
        pytest.skip("PostgreSQL does not run as root, and there is no other user here")
    shutil.chown(folder, user)
    return ["setpriv", f"--reuid={user}", "--clear-groups"]


def _is_user(name: str) -> bool:
    return subprocess.run(["id", name], capture_output=True).returncode == 0


def class_of(*nicknames: str) -> tuple[Key, list[Key]]:
    """A class that was opened, and joined under these nicknames: the key of the teacher, and those of the members."""
    teacher = open_classroom("7b")
    return teacher, [join(teacher.code, nickname) for nickname in nicknames]


def posts(code: str, activity: int) -> list[dict[str, Any]]:
    """The runs that members have posted in an activity, the oldest first."""
    columns = (POSTS.c.member, MEMBERS.c.nickname, POSTS.c.experiment, POSTS.c.numbers, POSTS.c.posted)
    with transaction(TABLES, reads=True) as connection:
        mine = (POSTS.c.classroom == found(connection, code).id, POSTS.c.activity == str(activity))
        return [dict(run) for run in connection.execute(with_activities(*columns).where(*mine)).mappings()]
