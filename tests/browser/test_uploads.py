"""Files are taken from pages that ask for one, and no more than there is room for: on a server with little of it."""

import asyncio
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from lessons.serving import upload_limits
from tests.browser.app import PATIENCE, started
from tests.browser.uploading import begun, give, upload
from tests.browser.visitor import Visitor, visit, visiting

ROOM = 400_000  # bytes of all visits
ASKING, NOT_ASKING = "my-ant", "glossary"
SMALL = b"x" * 10_000


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Iterator[str]:
    """The address of a server with little room for uploads, where nothing is measured."""
    folder = tmp_path_factory.mktemp("small")
    small = {upload_limits.ROOM: str(ROOM), "MODELS_FOR_ANTS_CACHE": str(folder)}
    with started(log=folder / "log", **small) as (address, _):
        yield address


@pytest.mark.reliability("security", "Files that do not arrive keep the room of others, for a while at most")
def test_what_is_on_its_way_is_counted(small, tried):
    async def waits(visitor: Visitor) -> None:
        with begun(small, visitor.session, ROOM - len(SMALL)):
            async with visiting(small, ASKING) as other:
                assert upload(small, other.session, 2 * SMALL).status == 507
                tried()
        async with visiting(small, ASKING) as other:
            end = time.monotonic() + PATIENCE
            while upload(small, other.session, 2 * SMALL).status != 204:  # the connection is lost, and its room free
                assert time.monotonic() < end
                await asyncio.sleep(0.05)

    visit(within(small, waits))


@pytest.mark.reliability("security", "A file is sent for a page that asks for none, or for nobody")
def test_only_a_page_that_asks_for_a_file_is_taken_one_from(small, tried):
    async def refused() -> None:
        async with visiting(small, ASKING) as asking, visiting(small, NOT_ASKING) as not_asking:
            assert upload(small, asking.session, SMALL).status == 204
            for session in (not_asking.session, "of-nobody", f"{asking.session}x"):
                found = upload(small, session, SMALL)
                assert found.status == 403 and "No page of yours asks for a file" in found.said
                tried()
        assert upload(small, asking.session, SMALL).status == 403  # it has left
        tried()

    visit(refused())


@pytest.mark.reliability("security", "One visit sends more files than it may")
def test_a_visit_may_send_a_few_files(small, tried):
    async def too_many(visitor: Visitor) -> None:
        for _ in range(upload_limits.MOST_FILES):
            assert upload(small, visitor.session, SMALL).status == 204
        found = upload(small, visitor.session, SMALL)
        assert found.status == 413 and "Remove a file, or reload the page" in found.said
        async with visiting(small, ASKING) as other:  # nobody else is hindered
            assert upload(small, other.session, SMALL).status == 204
        tried()

    visit(within(small, too_many))


@pytest.mark.reliability("security", "All visits send more than the server has room for")
def test_all_visits_together_may_send_what_there_is_room_for(small, tried):
    async def too_much(visitor: Visitor) -> None:
        assert upload(small, visitor.session, b"x" * (ROOM // 2)).status == 204
        async with visiting(small, ASKING) as other:
            found = upload(small, other.session, b"x" * (ROOM // 2))
            assert found.status == 507 and "no room for more files now" in found.said
            tried()
            assert upload(small, other.session, SMALL).status == 204

    visit(within(small, too_much))


@pytest.mark.reliability("security", "A file is sent whose size is not said")
def test_who_does_not_say_a_size_is_refused_before_anything_is_read(small, tried):
    async def silent(visitor: Visitor) -> None:
        for also in ({}, {"Content-Length": "1"}):  # a body in chunks has as many bytes as come
            assert upload(small, visitor.session, SMALL, said_size=False, **also).status == 411
            tried()

    visit(within(small, silent))


@pytest.mark.reliability("security", "A page of another site sends a file in a visitor's name")
@pytest.mark.parametrize("headers", [{"X-Xsrftoken": ""}, {"X-Xsrftoken": "2|a|b|0"}, {"Cookie": "none=1"}])
def test_a_page_that_cannot_read_the_cookie_sends_nothing(small, tried, headers):
    async def sends(visitor: Visitor) -> None:
        found = upload(small, visitor.session, SMALL, **headers)
        assert found.status == 403 and "XSRF" in found.said
        tried()

    visit(within(small, sends))


@pytest.mark.reliability("security", "A visit says that it will send a great many files")
def test_a_visit_is_told_where_to_send_a_few_files(small, tried):
    async def tells() -> None:
        asked = BackMsg(file_urls_request={"request_id": "all", "file_names": [""] * 100_000})
        async with stream(small) as socket:
            await socket.send(asked.SerializeToString())
            while not (told := ForwardMsg.FromString(await socket.recv())).HasField("file_urls_response"):
                pass
            assert len(told.file_urls_response.file_urls) == upload_limits.MOST_FILES
            tried()

    visit(tells())


@pytest.mark.reliability("security", "A message on a WebSocket is larger than any that a browser sends")
def test_a_message_that_is_too_large_is_not_held(small, tried):
    async def sends() -> None:
        async with stream(small) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                await socket.send([bytes(10**6)] * 11)
                await socket.recv()
            assert closed.value.rcvd.code == 1009
            tried()

    visit(sends())


def test_a_file_that_was_taken_is_on_the_page(small):
    async def given(visitor: Visitor) -> None:
        assert not alerts(visitor)
        await give(visitor, small, b"no JSON", "record.json")
        await visitor.until(alerts)  # another process reads it
        assert not visitor.exceptions

    visit(within(small, given))


def stream(address: str) -> connect:
    """The connection of a visit."""
    return connect(f"ws://{urlsplit(address).netloc}/_stcore/stream", subprotocols=["streamlit"], max_size=None)


def alerts(visitor: Visitor) -> list[str]:
    return [shown.element.body for shown in visitor.shown.values() if shown.kind == "alert"]


async def within(address: str, does) -> None:
    """What a visitor of the page that asks for files does."""
    async with visiting(address, ASKING) as visitor:
        await does(visitor)
