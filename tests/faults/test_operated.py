"""What an operator does to a running server, and what they see of it."""

import asyncio
import json
import signal
import socket
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import psutil
import pytest
import streamlit

from lessons.database import SETTING as DATABASE
from lessons.serving.metrics import SETTING as METRICS
from tests.browser.app import PATIENCE, free_port, started, wait_until_ready
from tests.browser.classmate import Classmate, looking
from tests.browser.reader import LAB
from tests.browser.visitor import visit, visiting
from tests.unit.classes import postgresql
from tests.unit.jobs import until

IN_TIME = 10  # seconds in which a server is to end
TEXT = "a-text-of-a-reader"
FAILED = "a job failed"


def asked(address: str) -> tuple[int, bytes]:
    """The status and the body that a request gets."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


def stuck(address: str) -> socket.socket:
    """A browser that asked for a large file and reads it no further."""
    scripts = Path(streamlit.__file__).parent / "static" / "static" / "js"
    largest = max(scripts.iterdir(), key=lambda path: path.stat().st_size)
    browser = socket.socket()
    browser.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    browser.connect((urlsplit(address).hostname, urlsplit(address).port))
    browser.sendall(f"GET /static/js/{largest.name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert browser.recv(20).startswith(b"HTTP/1.1 200")
    return browser


@pytest.mark.long
@pytest.mark.reliability("faults", "A server is asked to end under a training, and under a download nobody reads")
def test_a_server_that_is_asked_to_end_does_so_in_time_and_leaves_no_process(tmp_path, tried):
    with started(MODELS_FOR_ANTS_CACHE=str(tmp_path)) as (address, server):
        wait_until_ready(address)
        workers = psutil.Process(server.pid).children(recursive=True)
        with stuck(address):
            began = time.monotonic()
            server.send_signal(signal.SIGTERM)
            server.wait(PATIENCE)
            assert time.monotonic() - began < IN_TIME
    assert workers
    until(lambda: not any(each.is_running() for each in workers))
    tried()


@pytest.mark.long
@pytest.mark.reliability("security", "The log of a server after a visit, a class and a job that failed")
def test_the_log_of_a_server_is_json_with_ids_and_nothing_of_readers(tmp_path, tried):
    log = tmp_path / "log"
    port = free_port()
    settings = {"MODELS_FOR_ANTS_LOG": "json", METRICS: str(port), "MODELS_FOR_ANTS_CACHE": str(tmp_path / "cache")}
    settings |= {"STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE": "true"}
    with started(log=log, **settings) as (address, server):
        wait_until_ready(address)
        visit(class_of_one(address))
        visit(failing_training(address, server.pid, log))
        text = asked(f"http://127.0.0.1:{port}/metrics")[1].decode()
        assert asked(f"{address}/metrics")[0] == asked(f"{address}/healthz/more")[0] == 404
    assert "models_for_ants_class_members 1.0" in text
    assert 'models_for_ants_failed_jobs_total{job="lessons.jobs.vision.training"} 1.0' in text
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"time", "level", "logger", "message"} <= set.intersection(*map(set, lines))
    failures = [line for line in lines if line["message"].startswith(FAILED)]  # others may have lost a worker, too
    (failed,) = (line for line in failures if line["work"] == "lessons.jobs.vision.training")
    assert failed["session"] and failed["job"] > 0
    others = (line for line in lines if line["logger"] != "lessons.serving.metrics")  # which says where they are
    said = "\n".join(map(str, others))
    assert not [word for word in (TEXT, "Ada", "127.0.0.1", "/live") if word in said]
    tried()


async def class_of_one(address: str) -> None:
    async with looking(address, "open", name="7b") as desk, looking(address, "join", code=desk.code, nickname="Ada"):
        pass


async def failing_training(address: str, server: int, log: Path) -> None:
    """A visit with a text in its address, whose training loses the workers that do it, until the log says so."""
    async with visiting(address, f"{LAB}?assignment={TEXT}") as reader:
        await reader.press("Train")
        ends = time.monotonic() + PATIENCE
        while FAILED not in log.read_text() and time.monotonic() < ends:
            for worker in psutil.Process(server).children():
                with suppress(psutil.Error):  # it ended meanwhile
                    if worker.cpu_percent(0.5) > 20:
                        worker.kill()
            await asyncio.sleep(0.1)


@pytest.mark.long
@pytest.mark.reliability("many machines", "Members of one class on two servers with one PostgreSQL")
def test_a_class_on_two_servers_sees_what_each_does(tmp_path, tried):
    with postgresql() as database:
        places = [{DATABASE: database, "MODELS_FOR_ANTS_CACHE": str(tmp_path / name)} for name in "ab"]
        with started(**places[0]) as (one, _), started(**places[1]) as (other, _):
            visit(class_on_both(one, other))
    tried()


async def class_on_both(one: str, other: str) -> None:
    async with looking(one, "open", name="7b") as desk, looking(other, "join", code=desk.code, nickname="Ada") as phone:
        await desk.until(lambda state: state["members"] == 1)
        await desk.tell("ask", lesson="quantization", options=["3", "4"])
        await phone.until(lambda state: state["question"])
        await vote(phone, "4")
        await desk.until(lambda state: state["question"]["answered"] == 1)
        await desk.tell("reveal", answer="4")
        await phone.until(lambda state: state["question"]["revealed"])


async def vote(phone: Classmate, option: str) -> None:
    await phone.tell("vote", question=phone.state["question"]["number"], option=option)
