"""What a running server lets in: requests for its own names, over HTTP and over WebSocket; and what it lets a browser
do."""

import http.client
from urllib.parse import urlsplit

import pytest

from lessons.scripts import PLACE
from lessons.serving import headers
from lessons.serving.hosts import MISDIRECTED
from tests.browser.reader import settle

OPENS = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


# What answers: pages, scripts, pictures, our own routes, Streamlit's; a method; and how.
ANSWERS = (
    ("GET", "/", 200),
    ("GET", "/quantization", 200),
    ("GET", f"/{PLACE}/frame.js", 200),
    ("GET", "/share.png", 200),
    ("GET", "/_stcore/health", 200),
    ("GET", f"/{PLACE}/none.js", 404),
    ("GET", "/qr.svg?code=aaaaaa", 404),
    ("POST", "/class/open", 400),
    ("PUT", "/_stcore/upload_file/session/file", 403),
)
ELSEWHERE = """
() => {
    const image = document.body.appendChild(new Image())
    image.src = "http://elsewhere.example/seen.png"
}
"""


def answer(address: str, path: str, host: str, method: str = "GET", **sent: str) -> http.client.HTTPResponse:
    at = urlsplit(address)
    asking = http.client.HTTPConnection(at.hostname, at.port, timeout=20)
    asking.request(method, path, headers={"Host": f"{host}:{at.port}"} | sent)
    found = asking.getresponse()
    asking.close()
    return found


def status(address: str, path: str, host: str, **sent: str) -> int:
    return answer(address, path, host, **sent).status


@pytest.mark.parametrize("path", ["/", "/quantization", "/_stcore/health", "/_stcore/host-config", "/_stcore/stream"])
def test_a_page_of_the_internet_that_names_this_machine_its_own_is_refused(address, path):
    opens = OPENS if path.endswith("stream") else {}
    assert status(address, path, "rebound.example", **opens) in (MISDIRECTED, 403)
    for host in ("localhost", "127.0.0.1"):
        assert status(address, path, host, **opens) == (101 if opens else 200)


def test_nor_may_a_page_from_elsewhere_open_a_stream(address):
    assert status(address, "/_stcore/stream", "localhost", Origin="http://rebound.example", **OPENS) == 403


@pytest.mark.reliability("security", "Every answer tells the browser what it may do")
@pytest.mark.parametrize(("method", "path", "how"), ANSWERS)
def test_every_answer_has_the_headers(address, tried, method, path, how):
    found = answer(address, path, "localhost", method)
    assert found.status == how
    for name, value in headers.every().items():
        assert found.headers.get_all(name) == [value]
    tried()


@pytest.mark.reliability("security", "Somebody asks for the figures that Streamlit keeps")
@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/%6detrics", "/_stcore/metrics?x"])
def test_nobody_is_told_how_many_visitors_there_are(address, tried, path):
    for method in ("GET", "OPTIONS"):
        assert answer(address, path, "localhost", method).status == 404
        tried()


def test_so_has_a_refusal(address):
    found = answer(address, "/", "rebound.example")
    assert found.headers["Content-Security-Policy"] == headers.policy()


@pytest.mark.reliability("security", "A page cannot call another host, nor run a string as code")
def test_what_a_page_may_not_do_is_stopped_and_seen(visit, tried):
    page = visit("glossary")
    for tries, forbidden in ((ELSEWHERE, "img-src"), ("setTimeout('1')", "script-src")):
        page.evaluate("sessionStorage.removeItem('exception')")
        page.evaluate(tries)
        settle(page, lambda said=forbidden: said in (page.evaluate("sessionStorage.exception ?? ''")))
        tried()
    page.evaluate("sessionStorage.removeItem('exception')")  # else the end of the visit fails, as in every other test
