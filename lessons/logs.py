"""The log of a server and of its workers: a line an event on standard error, as text, or as JSON where
MODELS_FOR_ANTS_LOG is `json`; each with the ids there are, and none with what readers type or upload.

`log.warning("…", extra={"job": 7})` adds an id (IDS). An exception is logged by its kind and its place in the code. The
words of an exception may hold a reader's text, so those of this app's own are left out, and of others what they quote.
"""

import json
import logging
import os
import re
import sys
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

SETTING = "MODELS_FOR_ANTS_LOG"
IDS = ("session", "job", "work", "error", "repeated")
MOST, PERIOD = 60, 60.0  # lines of one place in the code, in so many seconds
PLACES = 500  # that are remembered
LONGEST = 2_000  # characters of a message: some quote what a browser has sent, which can have millions
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|‘[^’]*’|“[^”]*”|`[^`]*`")
# what would make a text look like another line, or move a terminal's cursor
CONTROL = {number: f"\\x{number:02x}" for number in (*range(32), *range(127, 160))}


def set_up(session: Callable[[], str | None]) -> None:
    """Send what this process logs to standard error, and nowhere else. `session`: the hashed name of the visit that
    this thread works for."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if os.environ.get(SETTING) == "json" else AsText())
    handler.addFilter(WithSession(session))
    handler.addFilter(NotTooOften())
    logging.root.handlers[:] = [handler]
    logging.getLogger("lessons").setLevel(logging.INFO)
    logging.captureWarnings(True)
    threading.excepthook = _log_thread
    sys.excepthook = lambda kind, error, place: logging.critical("the process ends", exc_info=(kind, error, place))


def _log_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_type is not SystemExit:
        logging.error("a thread ended", exc_info=(ended.exc_type, ended.exc_value, ended.exc_traceback))


class WithSession(logging.Filter):
    """Adds the session to each record that has none, if there is one."""

    def __init__(self, session: Callable[[], str | None]):
        super().__init__()
        self.session = session

    def filter(self, record: logging.LogRecord) -> bool:
        if not getattr(record, "session", None):
            record.session = self.session()
        return True


class NotTooOften(logging.Filter):
    """Leaves out what one place in the code logs too often: the next line from there says how many were left out."""

    def __init__(self, now: Callable[[], float] = time.monotonic):
        super().__init__()
        self.now = now
        self._places: OrderedDict[tuple[str, int], tuple[float, int]] = OrderedDict()  # since when, and how many
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        place, now = (record.pathname, record.lineno), self.now()
        with self._lock:
            since, count = self._places.pop(place, (now, 0))
            if now - since > PERIOD:
                record.repeated = max(0, count - MOST) or None
                since, count = now, 0
            self._places[place] = since, count + 1
            if len(self._places) > PLACES:
                self._places.popitem(last=False)
        return count < MOST


class AsJson(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        said = {"time": _time(record), "level": record.levelname.lower(), "logger": record.name}
        said |= {"message": _message(record)} | ids(record)
        if place := _place(record):
            said["trace"] = place
        return json.dumps(said, ensure_ascii=False, default=str)


class AsText(logging.Formatter):
    """A record as one line of text, and after it where an exception was raised."""

    def format(self, record: logging.LogRecord) -> str:
        said = " ".join(f"{name}={value}" for name, value in ids(record).items())
        line = f"{_time(record)} {record.levelname:7} {record.name}: {_message(record)}" + (said and f" [{said}]")
        place = _place(record)
        return line.translate(CONTROL) + (place and f"\n{place}")


def ids(record: logging.LogRecord) -> dict[str, Any]:
    """The ids that a record has."""
    return {name: value for name in IDS if (value := getattr(record, name, None)) not in (None, "")}


def trace(error: BaseException) -> str:
    """Where an exception was raised, and those that led to it, as Python prints it, but for what readers may have
    typed."""
    return "\n".join("".join((*traceback.format_tb(each.__traceback__), said(each))) for each in _chain(error))


def said(error: BaseException) -> str:
    """The kind of an exception, and of its words what is no reader's: none of this app's own, which name what readers
    bring, and of others the first line without what it quotes."""
    kind = type(error)
    words = "" if kind.__module__.startswith("lessons.") else str(error).strip().partition("\n")[0]
    quoted = QUOTED.sub("…", words) if len(words) <= LONGEST else "…"
    return f"{kind.__module__}.{kind.__qualname__}: {quoted}".removeprefix("builtins.").rstrip(": ")


def _message(record: logging.LogRecord) -> str:
    said = record.getMessage()
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"


def _chain(error: BaseException | None, seen: frozenset[int] = frozenset()) -> Iterator[BaseException]:
    """An exception after those that led to it; before a group, its parts."""
    if error is None or id(error) in seen:
        return
    seen |= {id(error)}
    yield from _chain(error.__cause__ or (None if error.__suppress_context__ else error.__context__), seen)
    for part in getattr(error, "exceptions", ()):
        yield from _chain(part, seen)
    yield error


def _place(record: logging.LogRecord) -> str:
    """Where in the code an exception was raised, here or in another process, which says so as `trace`; "" for none."""
    error = record.exc_info[1] if record.exc_info else None
    return trace(error) if error else getattr(record, "trace", "")


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
