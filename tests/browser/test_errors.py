"""What a stranger is told where the app itself fails: one sentence with an id, which the log has beside the traceback,
and nothing of what happened."""

import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from lessons.serving.headers import policy
from lessons.text import sections
from tests.browser.app import ROOT, free_port, started, with_page
from tests.browser.visitor import Visitor, visit, visiting

WORDS = sections("house")
SECRET = "password-in-an-error"
PAGE = f"""
import streamlit as st

def fail():
    raise RuntimeError("{SECRET}")

@st.fragment
def part():
    if st.button("In a part"):
        fail()

part()
st.button("In a callback", on_click=fail)
if st.button("On the page"):
    fail()
"""
REQUEST = f"""
from starlette.routing import Route

def fail(request):
    raise RuntimeError("{SECRET}")

app._user_routes.append(Route("/fails", fail))
"""
LOGGED = 30  # seconds until the log has it, beside other work
TOLD = re.compile(r"tell the operator of this server: error ([0-9a-f]{8})\.")


@pytest.fixture(scope="module")
def failing(tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """The address of a server that is ours but for its page, which fails when it is asked to, and its log."""
    folder = tmp_path_factory.mktemp("failing")
    log = folder / "log"
    with started(with_page(folder, PAGE, REQUEST), log=log, PYTHONPATH=str(ROOT)) as (address, _):
        yield address, log


@pytest.mark.reliability("security", "A page fails: the reader is told an id, the log has the rest")
@pytest.mark.parametrize("where", ["On the page", "In a part", "In a callback"])
def test_a_page_that_fails_says_an_id_that_the_log_has(failing, tried, where):
    address, log = failing

    async def pressed() -> str:
        async with visiting(address, "") as visitor:
            await visitor.press(where)
            await visitor.until(lambda visitor: visitor.exceptions)
            return all_that_is_shown(visitor)

    must_be_told(visit(pressed()), log)
    tried()


def all_that_is_shown(visitor: Visitor) -> str:
    return "\n".join(str(shown.element) for shown in visitor.shown.values())


@pytest.mark.reliability("security", "A request fails: its sender is told an id, the log has the rest")
def test_so_does_a_request(failing, tried):
    address, log = failing
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(f"{address}/fails", timeout=20)
    assert refused.value.code == 500
    assert refused.value.headers["Content-Security-Policy"] == policy()
    must_be_told(refused.value.read().decode(), log)
    tried()


def must_be_told(shown: str, log: Path) -> None:
    (told,) = TOLD.findall(shown)
    assert not re.search(f"{SECRET}|RuntimeError|Traceback|Unforeseen|page.py", shown)
    place = re.compile(rf"error={told}\b.*\n(?:  .*\n)+  File .*, in fail\n(?: .*\n)*RuntimeError: {SECRET}")
    end = time.monotonic() + LOGGED
    while not place.search(log.read_text()):  # the server says first what it logs then
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)


@pytest.mark.long
@pytest.mark.reliability("faults", "The server is gone under an open page: it says so, and goes on when that is back")
def test_a_page_says_that_its_server_is_gone_until_it_is_back(browser, tmp_path, tried):
    port, cache, page = free_port(), str(tmp_path), browser.new_page()
    dialog = page.get_by_role("dialog")
    with started(port=port, MODELS_FOR_ANTS_CACHE=cache) as (address, server):
        page.goto(address.replace("127.0.0.1", "localhost") + "/glossary")  # where it would tell developers more
        page.get_by_role("heading", name="accuracy").first.wait_for(timeout=60_000)
        while not page.evaluate("'modelsForAnts' in window"):  # the policy allows no `wait_for_function`
            page.wait_for_timeout(100)
        server.kill()
        server.wait()
    dialog.wait_for(timeout=60_000)
    page.wait_for_timeout(500)
    assert [line for line in dialog.inner_text().split("\n") if line] == [
        WORDS["server lost"],
        WORDS["server lost: wait"],
    ]
    command = dialog.get_by_test_id("stErrorCodeBlock")  # what a developer would start
    assert command.count() == 1 and command.is_hidden()
    with started(port=port, MODELS_FOR_ANTS_CACHE=cache):
        dialog.wait_for(state="detached", timeout=60_000)
        page.get_by_label("Search").fill("adapter")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="accuracy").wait_for(state="detached", timeout=60_000)
    page.close()
    tried()
