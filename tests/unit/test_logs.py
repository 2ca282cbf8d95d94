"""The log: a line an event, with ids, and without what readers type or upload."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from lessons import logs
from lessons.database import NoDatabase
from lessons.jobs.messages import Ended, Job
from lessons.jobs.ticket import Ticket
from lessons.models.bad_file import BadFile
from lessons.serving import server_log
from tests.unit import jobs

NICKNAME, FILE = "Grace Hopper", "my-secret-model.zip"


@pytest.fixture
def said(monkeypatch) -> Iterator[Callable[[], list[str]]]:
    """The lines of a log that is set up as a server's is, as JSON."""
    monkeypatch.setenv(logs.SETTING, "json")
    monkeypatch.setattr(sys, "stderr", written := io.StringIO())
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(logs.threading, "excepthook", logs.threading.excepthook)
    monkeypatch.setattr(logging.root, "handlers", [])
    logs.set_up(lambda: "a hash")
    yield lambda: written.getvalue().splitlines()
    logging.captureWarnings(False)


def test_each_event_is_one_line_of_json_with_its_ids(said):
    logging.getLogger("lessons.some").info("two\nlines of %s", "ü", extra={"job": 0, "error": "K4TZ"})
    (line,) = said()
    found = json.loads(line)
    assert found.pop("time").endswith("+00:00")
    assert found == {
        "level": "info",
        "logger": "lessons.some",
        "message": "two\nlines of ü",
        "session": "a hash",
        "job": 0,
        "error": "K4TZ",
    }


def test_as_text_no_message_looks_like_another_line(said, monkeypatch):
    logging.root.handlers[0].setFormatter(logs.AsText())
    logging.getLogger("lessons.some").warning("a\n2026 ERROR forged\x1b[1A\x9b2K")
    (line,) = said()
    assert "a\\x0a2026 ERROR forged\\x1b[1A\\x9b2K [session=a hash]" in line


@pytest.mark.reliability("security", "What is logged quotes what a browser has sent: millions of characters")
@pytest.mark.parametrize("form", [logs.AsJson, logs.AsText])
def test_a_line_has_an_end_whatever_it_quotes(said, tried, form):
    logging.root.handlers[0].setFormatter(form())
    logging.getLogger("streamlit").warning("Rejecting %s", "x" * 10**6)
    try:
        raise ValueError("x" * 10**6)
    except ValueError:
        logging.getLogger("streamlit").exception("it failed")
    assert sum(map(len, said())) < 10_000
    tried(2)


def deep(error: Exception) -> None:
    try:
        raise KeyError(NICKNAME)
    except KeyError:
        raise error from None if isinstance(error, BadFile) else error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ValueError(f"could not convert '{NICKNAME}'\nDETAIL: {NICKNAME}"), "ValueError: could not convert …"),
        (FileNotFoundError(2, "No such file", f"/home/ada/{FILE}"), "FileNotFoundError: [Errno 2] No such file: …"),
        (BadFile(f"{FILE} is no adapter"), "lessons.models.bad_file.BadFile"),
        (NoDatabase("it is down"), "lessons.database.NoDatabase"),
        (ExceptionGroup("some", [BadFile(FILE), RuntimeError(f'of "{NICKNAME}"')]), "RuntimeError: of …"),
    ],
)
@pytest.mark.reliability("security", "An error that quotes a reader's text is logged")
def test_an_exception_is_logged_by_kind_and_place_without_what_readers_bring(said, tried, error, kind):
    try:
        deep(error)
    except Exception:
        logging.getLogger("lessons.some").exception("it failed")
    (line,) = said()
    trace = json.loads(line)["trace"]
    assert kind in trace and "in deep" in trace
    assert NICKNAME not in line and FILE not in line
    tried()


def test_a_failing_job_is_logged_with_its_number_its_function_and_its_visit(said):
    ticket = Ticket(Job(7, jobs.failing, (NICKNAME,), "a visit"), False, False, "payer", SimpleNamespace())
    ticket.end(Ended("ZeroDivisionError: …", "the place", 0.1))
    (line,) = said()
    found = json.loads(line)
    assert (found["job"], found["work"], found["session"]) == (7, "tests.unit.jobs.failing", "a visit")
    assert found["trace"] == "the place" and NICKNAME not in line and "payer" not in line


def test_a_thread_that_ends_early_is_logged_too(said):
    thread = logs.threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    assert "ZeroDivisionError" in json.loads(said()[0])["trace"]


@pytest.mark.reliability("faults", "One place in the code logs without end")
def test_what_logs_without_end_does_not_fill_the_disk(tried):
    now = [0.0]
    few = logs.NotTooOften(lambda: now[0])
    record = lambda line: logging.LogRecord("junk", logging.WARNING, "file.py", line, "x", (), None)
    assert sum(few.filter(record(1)) for _ in range(10_000)) == logs.MOST
    assert few.filter(record(2))  # another place goes on
    now[0] += logs.PERIOD + 1
    assert few.filter(later := record(1)) and later.repeated == 10_000 - logs.MOST
    for line in range(2 * logs.PLACES):
        few.filter(record(line))
    assert len(few._places) == logs.PLACES
    tried(10_000)


def test_packages_that_log_by_themselves_are_taken_over(said):
    package = logging.getLogger("a.package")
    package.addHandler(own := logging.StreamHandler(io.StringIO()))
    package.propagate = False
    server_log.take_over()
    package.error("lost")
    assert json.loads(said()[0])["logger"] == "a.package" and own.stream.getvalue() == ""
    quiet = logging.getLogger(server_log.OF_REQUESTS)
    quiet.addHandler(own)
    server_log.take_over()
    quiet.error("GET /class/abc/live")
    assert len(said()) == 1 and not quiet.hasHandlers()
