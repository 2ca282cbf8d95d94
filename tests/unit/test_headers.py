"""What every answer tells a browser: a page loads from this server alone, and runs nothing that is not a file of it."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from lessons.serving import headers

SOURCES = dict(part.split(" ", 1) for part in headers.policy().split("; "))
OWN = "default-src 'none'"


def answered(**own: str) -> dict[str, str]:
    """The headers of an answer that has some of its own."""
    app = headers.SaysWhatBrowsersMayDo(Starlette(routes=[Route("/", lambda request: HTMLResponse("", headers=own))]))
    found = {}

    async def send(message: dict) -> None:
        found.update({name.decode(): value.decode() for name, value in message.get("headers", ())})

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    with ThreadPoolExecutor(1) as thread:  # browser tests of the same process have a loop that runs
        thread.submit(asyncio.run, app(scope, None, send)).result()
    return found


def test_no_page_needs_another_host():
    assert not re.search(r"https?:|\*|//", headers.policy())
    allowed = {source for sources in SOURCES.values() for source in sources.split() if "sha256" not in source}
    assert allowed == {"'self'", "'none'", "'unsafe-inline'", "'wasm-unsafe-eval'", "blob:", "data:"}


@pytest.mark.parametrize("unsafe", ["'unsafe-inline'", "'unsafe-eval'", "data:"])
def test_no_string_is_run_as_code(unsafe):
    assert unsafe not in SOURCES["script-src"].split()


def test_the_script_in_streamlits_own_page_is_allowed_by_its_hash():
    assert len(re.findall(r"'sha256-[\w+/]{43}='", SOURCES["script-src"])) == 1


def test_an_answer_with_a_stricter_policy_keeps_it():
    assert answered()["content-security-policy"] == headers.policy()
    found = answered(**{"Content-Security-Policy": OWN})
    assert found["content-security-policy"] == OWN
    assert found["x-content-type-options"] == "nosniff"
