"""What machines ask a server that look after it: whether it answers (`/healthz`), and whether it can serve readers
(`/readyz`): 200 or 503, with plain facts as JSON."""

import threading
import time
from collections.abc import Callable
from functools import lru_cache

from sqlalchemy import text
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from lessons import store
from lessons.classroom.tables import TABLES
from lessons.database import NoDatabase, transaction
from lessons.jobs.pool import pool
from lessons.serving.hosts import below

ALIVE, READY = "healthz", "readyz"
AGAIN = 1.0  # seconds until the facts are looked at again, however often strangers ask
FRESH = {"Cache-Control": "no-store"}
IMPORTED = threading.Event()  # all that pages need; set once by `lifespan.py`


def routes() -> list[Route]:
    """What answers for them, below the app's own address."""
    return [Route(below(ALIVE), _alive), Route(below(READY), _ready)]


def facts() -> dict[str, bool]:
    """What a server needs to serve readers, and whether it has it: a worker that is ready, a database, a place for
    files, and all pages imported."""
    checks: dict[str, Callable[[], bool]] = {
        "workers": lambda: pool().ready,
        "database": database_answers,
        "files": lambda: store.where() is not None,
        "pages": IMPORTED.is_set,
    }
    return {name: check() for name, check in checks.items()}


def database_answers() -> bool:
    """Whether the database can be used."""
    try:
        with transaction(TABLES, reads=True) as connection:
            return connection.scalar(text("SELECT 1")) == 1
    except NoDatabase:
        return False


@lru_cache(maxsize=1)
def _known_since(_look: int) -> dict[str, bool]:
    """The facts at a look: others who ask meanwhile get the same."""
    return facts()


async def _alive(_request: Request) -> JSONResponse:
    return JSONResponse({"alive": True}, headers=FRESH)


async def _ready(_request: Request) -> JSONResponse:
    found = await run_in_threadpool(_known_since, int(time.monotonic() / AGAIN))
    return JSONResponse({"ready": all(found.values())} | found, 200 if all(found.values()) else 503, headers=FRESH)
