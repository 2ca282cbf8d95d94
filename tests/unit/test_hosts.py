"""By which names the server answers, and what it listens to: to the network only when asked."""

import asyncio
import subprocess
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import streamlit as st

from lessons.serving.hosts import MISDIRECTED, OnlyAllowedHosts, allowed

ROOT = Path(__file__).parents[2]
SERVER = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["server"]


@pytest.mark.parametrize(
    ("host", "answers"),
    [
        ("localhost", True),
        ("LOCALHOST.:8501", True),
        ("127.0.0.1:8501", True),
        ("[::1]:8501", True),
        ("rebound.example:8501", False),
        ("localhost.rebound.example", False),
        ("rebound.example@localhost", False),
        ("localhost/rebound.example", False),
        ("localhost:no", False),
        ("localhost:", False),
        ("[::1", False),
        ("0.0.0.0:8501", False),
        ("", False),
    ],
)
def test_the_server_answers_to_this_machines_names_for_itself(host, answers):
    assert allowed(host, SERVER["allowedHosts"]) == answers


def test_names_below_another_and_all_names_can_be_allowed():
    assert allowed("ants.school.example", ["*.school.example"])
    assert not allowed("school.example", ["*.school.example"])
    assert not allowed("antschool.example", ["*.school.example"])
    assert allowed("whatever", ["*"])
    assert allowed("whatever", [])


def asked(kind: str, *hosts: bytes) -> list[dict]:
    """What a request with these Host headers is sent."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "served"})

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "headers": [(b"host", host) for host in hosts], "method": "GET", "path": "/"}
    with ThreadPoolExecutor() as thread:  # the browser tests leave a loop running in this one
        thread.submit(asyncio.run, OnlyAllowedHosts(app)(scope, None, send)).result()
    return sent


@pytest.fixture
def names(monkeypatch):
    monkeypatch.setattr(st, "get_option", {"server.allowedHosts": SERVER["allowedHosts"]}.get)


@pytest.mark.parametrize("hosts", [[b"rebound.example"], [], [b"localhost", b"rebound.example"]])
def test_a_foreign_name_is_refused(names, hosts):
    start, body = asked("http", *hosts)
    assert start["status"] == MISDIRECTED
    assert b"does not answer to that name" in body["body"]
    (closed,) = asked("websocket", *hosts)
    assert closed["type"] == "websocket.close"


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_its_own_name_is_served(names, kind):
    assert asked(kind, b"localhost:8501") == [{"type": "served"}]
    assert asked("lifespan") == [{"type": "served"}]


def test_it_listens_to_this_machine_alone_unless_make_is_told_a_host():
    assert SERVER["address"] == "127.0.0.1"
    alone, exported, class_ = _made(), _made(environment={"HOST": "the-shells"}), _made("HOST=ants.example 192.0.2.7")
    assert alone == exported
    assert "MODELS_FOR_ANTS_LOCAL_FILES=1" in alone
    assert "--server.address" not in alone
    assert "LOCAL_FILES" not in class_
    assert class_.split("app.py ")[1] == (
        "--server.address 0.0.0.0 --server.allowedHosts localhost --server.allowedHosts 127.0.0.1 "
        "--server.allowedHosts ants.example --server.allowedHosts 192.0.2.7"
    )


def _made(*arguments: str, environment: dict[str, str] | None = None) -> str:
    """What `make run` would start."""
    path = {"PATH": "/usr/bin:/bin"}
    command = ["make", "--dry-run", "run", *arguments]
    told = subprocess.run(command, cwd=ROOT, env=path | (environment or {}), capture_output=True, text=True, check=True)
    return next(line for line in told.stdout.splitlines() if "streamlit run" in line).strip()
