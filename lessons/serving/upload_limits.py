"""What may be uploaded: by a page that asks for a file, and only as much as there is room for.

Streamlit 1.67 keeps uploaded files in the server's memory, takes them from every session, whatever its page shows, and
bounds each file only. It makes an address for each file that a browser says it will send, however many those are.
"""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadFileUrlInfo

from lessons import counted
from lessons.serving.hosts import below
from lessons.text import sections

PLACE = "_stcore/upload_file/"
MOST_FILES, MOST_BYTES = 8, 144 * 2**20  # of a visit: an adapter has two files, of which one may have 64 MiB
MOST_OF_ALL = 512 * 2**20  # bytes of all visits, unless the environment says otherwise
ROOM = "MODELS_FOR_ANTS_UPLOADS"
LONGEST = 600  # seconds until a file must be here
UPLOADER = "file_uploader_state_value"  # the kind of such a field's value
WORDS = sections("house")


class Refusal(NamedTuple):
    """Why a file is not taken: an HTTP status, and a sentence."""

    status: int
    said: str


class LimitsUploads:
    """Middleware that takes a file only where a page asks for one and there is room: for what the visit has sent, and
    for what all have."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.under_way: list[tuple[str, int]] = []  # session and bytes of each upload that is not all here

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(below(PLACE)):
            return await self.app(scope, receive, send)
        session = scope["path"].removeprefix(below(PLACE)).partition("/")[0]
        size = said_size(Headers(scope=scope))
        if refusal := self.refusal(session, size):
            counted.count(counted.REFUSED)
            return await PlainTextResponse(refusal.said, refusal.status)(scope, receive, send)
        with self._expecting(session, size):
            return await self._take(scope, receive, send)

    def refusal(self, session: str, size: int | None) -> Refusal | None:
        """Why a session may not send a file of this size, in bytes; None where it may."""
        if size is None:
            return Refusal(411, WORDS["upload: no size"])
        if not asks_for_files(session):
            return Refusal(403, WORDS["upload: not asked for"])
        held = here() + self.under_way
        own = [each for at, each in held if at == session]
        if len(own) >= MOST_FILES or sum(own) + size > MOST_BYTES:
            return Refusal(413, WORDS("upload: no room for you", files=MOST_FILES, size=MOST_BYTES // 2**20))
        if sum(each for _, each in held) + size > int(os.environ.get(ROOM, MOST_OF_ALL)):
            return Refusal(507, WORDS["upload: no room"])
        return None

    @contextmanager
    def _expecting(self, session: str, size: int) -> Iterator[None]:
        self.under_way.append((session, size))
        try:
            yield
        finally:
            self.under_way.remove((session, size))

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a file on; one that never ends must not keep its room for ever."""
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            async with asyncio.timeout(LONGEST):
                await self.app(scope, receive, sent)
        except TimeoutError:
            if not begun:
                await PlainTextResponse(WORDS["upload: too slow"], 408)(scope, receive, send)


def said_size(headers: Headers) -> int | None:
    """How many bytes a request says it has; None where that is not said, or does not count: what comes in chunks has as
    many as come, whatever else is said."""
    length = headers.get("content-length", "")
    counts = length.isascii() and length.isdigit() and "transfer-encoding" not in headers
    return int(length) if counts else None


def few_addresses() -> None:
    """Have Streamlit make addresses for as many files at once as a visit may send, and no more."""
    make = MemoryUploadedFileManager.get_upload_urls

    def few(manager: MemoryUploadedFileManager, session: str, names: Sequence[str]) -> list[UploadFileUrlInfo]:
        return make(manager, session, names[:MOST_FILES])

    MemoryUploadedFileManager.get_upload_urls = few


def here() -> list[tuple[str, int]]:
    """Session and bytes of each file that this server holds."""
    storage = Runtime.instance().uploaded_file_mgr.file_storage
    return [(session, len(file.data)) for session in list(storage) for file in list(storage[session].values())]


def asks_for_files(session: str) -> bool:
    """Whether the page of a session has a field for files."""
    info = Runtime.instance()._session_mgr.get_active_session_info(session)
    if info is None:
        return False
    state = info.session.session_state
    widgets = state._new_widget_state
    shown = {*widgets.states, *state._old_state}  # a part of the page that has run alone, and the others
    kinds = (widgets.widget_metadata.get(name) for name in shown)
    return any(each is not None and each.value_type == UPLOADER for each in kinds)
