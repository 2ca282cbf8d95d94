"""A server that is killed, restarted or flooded: no process outlives it, nothing finished is lost, what was lost is
said and offered again, and a visitor who does harm is none of the others' business."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from lessons.jobs.alive import GOES_FIRST
from lessons.text import sections
from tests.browser.app import free_port, megabytes, started
from tests.browser.reader import LAB
from tests.browser.visitor import Visitor, visit, visiting
from tests.faults.left import descendants, runs, unfinished, until

pytestmark = pytest.mark.long  # each starts servers

WORDS = sections("house")
BITS = "quantization_bits"
TRAINS = f"{LAB}&trained=seed77"
FLOOD = 1_000  # messages
GROWS = 150  # MB that a server may grow by meanwhile


class Server(NamedTuple):
    address: str
    process: int
    log: Path
    notes: Path  # of trainings under way


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    """One that ends after 15 s what nobody watches."""
    folder = tmp_path_factory.mktemp("server")
    with started(
        streamlit="tests.browser.impatient", log=folder / "log", MODELS_FOR_ANTS_CACHE=str(folder / "cache")
    ) as (address, process):
        until(lambda: b"the server is ready" in (folder / "log").read_bytes())  # it grows until then
        yield Server(address, process.pid, folder / "log", folder / "cache" / "begun")


def others_are_answered(server: Server) -> None:
    """Somebody else opens a page, moves a slider, and sees numbers."""

    async def moves() -> None:
        async with visiting(server.address, LAB) as other:
            await other.moved(BITS, "3")
            await other.until(lambda other: len(other.tiles) >= 3)
            assert not other.exceptions

    visit(moves())


def tracebacks(server: Server, before: int) -> list[str]:
    """What the log says of errors since it was so long."""
    said = server.log.read_bytes()[before:].decode(errors="replace").splitlines()
    return [line for line in said if "Traceback" in line or " ERROR " in line or " CRITICAL " in line]


def have_begun(processes: list[psutil.Process], least: int) -> bool:
    """Whether there are so many, all past what they do before anything else."""
    found = [Path(f"/proc/{each.pid}/oom_score_adj").read_text().strip() for each in processes]
    return len(found) >= least and set(found) == {str(GOES_FIRST)}


def trains(server_notes: Path) -> bool:
    return any(server_notes.glob("*"))


@pytest.mark.reliability("faults", "The server is killed: no process outlives it, stopped or not")
def test_no_process_outlives_a_killed_server(tmp_path, tried):
    for stopped in (False, True):
        with started(MODELS_FOR_ANTS_CACHE=str(tmp_path / "cache")) as (_, server):
            until(lambda server=server: have_begun(descendants(server.pid), 3))
            below = descendants(server.pid)
            for each in below if stopped else ():
                each.suspend()
            server.kill()
            server.wait()
            try:
                until(lambda below=below: not any(map(runs, below)))
            finally:
                for each in filter(runs, below):
                    each.kill()
            tried(len(below))
    assert not unfinished()


@pytest.mark.reliability("faults", "The server is killed and restarted under open browsers")
def test_a_restart_brings_pages_back_and_says_what_was_lost(tmp_path, tried):
    port, cache = free_port(), str(tmp_path / "cache")
    notes = tmp_path / "cache" / "begun"

    async def watches(address: str, until_it: Callable[[Visitor], object]) -> None:
        async with visiting(address, TRAINS) as reader:
            await reader.until(until_it)
            assert not reader.exceptions

    async def is_told_and_tries_again(address: str) -> None:
        async with visiting(address, TRAINS) as reader:
            assert WORDS["training lost"] in reader.texts
            await reader.press(WORDS["try again"])
            await reader.until(lambda reader: any("seed 77" in text for text in reader.texts))
            assert WORDS["training lost"] not in reader.texts
            assert not reader.exceptions

    async def sees_what_was_trained(address: str) -> None:
        async with visiting(address, TRAINS) as reader:
            assert any("seed 77" in text for text in reader.texts)
            assert WORDS["training lost"] not in reader.texts

    with started(port=port, MODELS_FOR_ANTS_CACHE=cache) as (address, first):
        visit(watches(address, lambda _: trains(notes)))
        first.kill()
        first.wait()
    with started(port=port, MODELS_FOR_ANTS_CACHE=cache) as (address, second):
        visit(is_told_and_tries_again(address))
        second.kill()
        second.wait()
    with started(port=port, MODELS_FOR_ANTS_CACHE=cache) as (address, _):
        visit(sees_what_was_trained(address))
    tried(2)


@pytest.mark.reliability("faults", "A browser is closed while it trains")
def test_a_browser_is_closed_while_it_trains(server, tried):
    before = len(descendants(server.process))

    async def leaves() -> None:
        async with visiting(server.address, f"{LAB}&trained=seed5.epochs20") as reader:
            await reader.until(lambda _: trains(server.notes))

    visit(leaves())
    until(lambda: not trains(server.notes))  # far sooner than twenty epochs
    assert len(descendants(server.process)) == before
    others_are_answered(server)
    tried()


@pytest.mark.reliability("faults", "One tab asks for a hundred reruns a second")
@pytest.mark.parametrize("what", ["page", "part", "no such part"])
def test_one_tab_floods_the_server(server, what, tried):
    memory, said = megabytes(server.process), server.log.stat().st_size

    async def floods() -> None:
        async with visiting(server.address, LAB) as harmful, visiting(server.address, LAB) as other:
            fragment = next(shown.fragment for shown in harmful.shown.values() if shown.fragment)
            for at in range(FLOOD):
                await harmful._ask({"page": "", "part": fragment, "no such part": f"none{at}"}[what])
                await asyncio.sleep(0.01)
                if at % 100 == 50:
                    await other.moved(BITS, str(2 + at // 100 % 6))
            await other.until(lambda other: len(other.tiles) >= 3)
            assert not other.exceptions
            assert not harmful.exceptions

    visit(floods())
    others_are_answered(server)
    assert not tracebacks(server, said)
    assert megabytes(server.process) < memory + GROWS
    tried(FLOOD)


@pytest.mark.reliability("faults", "A WebSocket sends junk")
@pytest.mark.parametrize("junk", ["text", "bytes", "nothing", "unknown", "large"])
def test_a_websocket_sends_junk(server, junk, tried):
    memory, said, times = megabytes(server.process), server.log.stat().st_size, 300
    unknown = BackMsg()
    unknown.debug_disconnect_websocket = True
    frame = {"text": "junk", "bytes": os.urandom(64), "nothing": b"", "unknown": unknown.SerializeToString(),
             "large": bytes(2**24)}[junk]  # fmt: skip
    stream = f"ws://{urlsplit(server.address).netloc}/_stcore/stream"

    async def sends() -> None:
        sent = 0
        while sent < (5 if junk == "large" else times):
            try:
                async with connect(stream, subprotocols=["streamlit"], max_size=2**28) as socket:
                    for _ in range(50):
                        sent += 1
                        await socket.send(frame)
            except ConnectionClosed:
                pass

    visit(sends())
    others_are_answered(server)
    assert server.log.stat().st_size - said < 400_000  # lines of one place are counted
    assert megabytes(server.process) < memory + GROWS
    tried(5 if junk == "large" else times)


@pytest.mark.reliability("faults", "Each worker of a server is killed, one after another, while readers work")
def test_workers_are_killed_while_readers_work(server, tried):
    said = server.log.stat().st_size
    for worker in [each for each in psutil.Process(server.process).children() if runs(each)]:
        worker.send_signal(signal.SIGKILL)
        others_are_answered(server)
        tried()
    assert not [line for line in tracebacks(server, said) if "thread" in line]
