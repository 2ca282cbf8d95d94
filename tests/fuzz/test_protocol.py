"""A real server, asked over its own protocol what no browser asks: it answers, its log has no traceback, it takes no
more memory, and it writes nothing outside of its folder."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.app import ROOT, megabytes, started
from tests.browser.visitor import Visitor, visit, visiting
from tests.fuzz.strange import addressed, queries, values
from tests.fuzz.visits import PAGES
from tests.reliability import more

PATIENCE = 5.0  # seconds that nothing may hang
MOST_GROWTH = 600  # MB; what a server that has just begun imports among them
NO_FRAGMENT = "f" * 32

pytestmark = pytest.mark.long
sent = st.lists(st.tuples(st.integers(0, 10_000), values()), min_size=1, max_size=4)
visits = st.sampled_from(PAGES).flatmap(
    lambda path: st.tuples(st.just(path), queries(path), st.lists(sent, max_size=3))
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int, Path]]:
    """A server with a home and a cache of its own: its address, the number of its process, and its log."""
    home = tmp_path_factory.mktemp("home")
    folders = {"HOME": str(home), "MODELS_FOR_ANTS_CACHE": str(home / "cache")}
    with started(log=home / "log", **folders) as (address, process):
        yield address, process.pid, home / "log"


@pytest.mark.reliability("bad input", "The protocol of a server: query strings, values of widgets, parts that are gone")
@settings(max_examples=more(1, 250))
@given(visited=visits)
def test_the_protocol(server, visited, tried):
    address, process, log = server
    path, query, messages = visited
    before, began = megabytes(process), time.time()
    visit(strange_visit(address, path, query, messages))
    assert "Traceback" not in log.read_text(errors="replace")
    assert megabytes(process) - before < MOST_GROWTH
    changed = [each for each in (ROOT / "lessons").rglob("*") if each.stat().st_mtime > began]
    assert not [each for each in changed if "__pycache__" not in each.parts]
    tried(1 + sum(map(len, messages)))


async def strange_visit(address: str, path: str, query: str, messages: list) -> None:
    """Open a page, and tell it what no browser tells; it goes on answering."""
    async with visiting(address, f"{'' if path == 'home' else path}?{query}") as visitor:
        for message in messages:
            ids = [shown.element.id for shown in visitor.shown.values() if getattr(shown.element, "id", "")]
            said = BackMsg()
            for place, value in message:
                said.rerun_script.widget_states.widgets.append(addressed(place, ids, value))
            said.rerun_script.fragment_id = NO_FRAGMENT if len(message) == 4 else ""
            await visitor.socket.send(said.SerializeToString())
        await answers(visitor)
        assert not visitor.exceptions


async def answers(visitor: Visitor) -> None:
    """Wait until the page has run once more, for it was asked to."""
    runs = visitor.runs
    await visitor._ask()
    async with asyncio.timeout(PATIENCE):
        while visitor.runs == runs:
            await asyncio.sleep(0.05)
