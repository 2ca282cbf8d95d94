"""What a shared link says of itself."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from lessons import share

PAGE = f"<html><head>{share.OF_STREAMLIT}</head><body>{share.OF_STREAMLIT[:5]}</body></html>"


def asked(path: str, method: str = "GET") -> dict[str, bytes]:
    """The headers and the body that a request gets."""
    html = Route("/{page:path}", lambda request: HTMLResponse(PAGE) if "." not in path else PlainTextResponse(PAGE))
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


def test_there_is_a_picture():
    assert (share.FOLDER / share.PICTURE).read_bytes().startswith(b"\x89PNG")
