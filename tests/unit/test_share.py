"""What a shared link says of itself."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from lessons import share

PAGE = f"<html><head>{share.OF_STREAMLIT}</head><body>{share.OF_STREAMLIT[:5]}</body></html>"

OTHER = "<html><head><title>One page to print</title></head></html>"


def asked(path: str, method: str = "GET") -> dict[str, bytes]:
    """The headers and the body that a request gets, and its status."""
    answers = {"": HTMLResponse(PAGE), "txt": PlainTextResponse(PAGE), "html": HTMLResponse(OTHER)}
    html = Route("/{page:path}", lambda request: answers[path.partition(".")[2]])
    app, got = share.SaysWhatItIs(Starlette(routes=[html])), {"body": b""}
    headers = [(b"host", b"ants.example:8501")]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": headers,
        "query_string": b"x=1",
        "scheme": "http",
    }

    async def receive() -> dict:
        return {"type": "http.request"}

    async def send(message: dict) -> None:
        got.update({name.decode(): value for name, value in message.get("headers", ())})
        got.setdefault("status", message.get("status"))
        got["body"] += message.get("body", b"")

    with ThreadPoolExecutor(1) as thread:  # browser tests of the same process have a loop that runs
        thread.submit(asyncio.run, app(scope | {"server": ("ants.example", 8501)}, receive, send)).result()
    return got


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "Models for Ants"),
        ("/quantization", "Quantization · Models for Ants"),
        ("/ants/scaling", "Growing past Moore&#x27;s law · Models for Ants"),
        ("/nothing", "Models for Ants"),
    ],
)
def test_a_link_says_which_page_it_is_and_has_a_picture(path, title):
    got = asked(path)
    body = got["body"].decode()
    assert f"<title>{title}</title>" in body and share.OF_STREAMLIT not in body
    assert f'property="og:title" content="{title}"' in body
    assert 'property="og:image" content="http://ants.example:8501/share.png"' in body
    assert int(got["content-length"]) == len(got["body"])


def test_what_is_no_page_is_left_alone():
    assert asked("/data.txt")["body"].decode() == PAGE


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/quantization", 200), ("/ants/nothing", 404), ("/media/0af3.html", 200)]
)
def test_only_the_app_without_a_page_is_not_found(path, status):
    assert asked(path)["status"] == status


def test_there_is_a_picture():
    assert (share.FOLDER / share.PICTURE).read_bytes().startswith(b"\x89PNG")
