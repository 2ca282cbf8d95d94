"""All that look at classes now. Whatever changes a class says so (`tell`, from any thread), and they see it at once: at
most four times a second, each only the latest. What another server has changed in the same database, they see within a
second."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import anyio
from starlette.websockets import WebSocket

from lessons.classroom.refusal import WORDS, Deleted, NotHere, NotNow
from lessons.classroom.runs import Activity, Posted, posted
from lessons.classroom.state import TEACHER, Snapshot, seen, snapshot
from lessons.database import NoDatabase

APART = 0.25  # seconds between two states that a browser is sent
LOOKS = 1.0  # seconds between two looks for what another server has changed
AGAIN = 2.0  # seconds until a database that failed is asked again
PATIENCE = 20.0  # seconds that a browser may take to hear something
ERRORS = 8  # that wait to be heard
GONE = 4004  # as a connection is closed whose class or member is no longer there
THREADS = anyio.CapacityLimiter(4)  # that ask the database; those of Streamlit send files
Found = TypeVar("Found")
log = logging.getLogger(__name__)


async def in_thread(function: Callable[..., Found], *arguments: Any) -> Found:
    """What a function gives that waits for the database."""
    return await anyio.to_thread.run_sync(function, *arguments, limiter=THREADS)


class Viewer:
    """A browser that looks at a class."""

    def __init__(self, websocket: WebSocket, code: str, member: int):
        self.websocket, self.code, self.member = websocket, code, member
        self._waiting: deque[str] = deque(maxlen=ERRORS)
        self._state = self._sent = self._gone = ""
        self._shown = self._seen = None  # of what the class does together
        self._code = GONE
        self._news = asyncio.Event()

    def show(self, now: Snapshot, activity: Posted | None) -> None:
        """Show the class as it stands, and what it does together; a reader who is no longer in it is told so, and sent
        away."""
        self._shown = activity
        try:
            self._state = json.dumps({"state": seen(now, self.member)})
        except NotHere as error:
            self.send_away(error)
        self._news.set()

    def complain(self, why: Exception) -> None:
        """Say why something was refused."""
        self._waiting.append(json.dumps({"error": str(why)}))
        self._news.set()

    def send_away(self, why: Exception, code: int = GONE) -> None:
        """Say why this browser sees nothing more, whether the class is deleted, and whether its reader stays in it;
        then close the connection with this code."""
        said = {"gone": str(why), "deleted": isinstance(why, Deleted), "stays": isinstance(why, NotNow)}
        self._gone, self._code = json.dumps(said), code
        self._news.set()

    async def hear(self) -> None:
        """Send what there is, until the browser is sent away; raises what a connection raises that is lost."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                await self._send(self._waiting.popleft())
            if self._gone:
                await self._send(self._gone)
                return await self.websocket.close(self._code)
            if self._state != self._sent:
                self._sent = self._state
                await self._send(self._state)
            if self._shown is not None and self._shown is not self._seen:
                before, self._seen = self._seen, self._shown
                await self._send(self._seen.after(before))

    async def _send(self, text: str) -> None:
        await asyncio.wait_for(self.websocket.send_text(text), PATIENCE)


class Audience:
    """All that look at one class."""

    def __init__(self, code: str):
        self.code, self.viewers = code, set[Viewer]()
        self.changed = asyncio.Event()
        self._now: Snapshot | None = None
        self._version, self._shown = None, None
        self.task = asyncio.get_running_loop().create_task(self._show())

    async def _show(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait(), LOOKS)
            told = self.changed.is_set()
            self.changed.clear()
            await asyncio.sleep(APART if await self._show_once(told) else AGAIN)

    async def _show_once(self, told: bool) -> bool:
        """Show all viewers how the class stands, if it was `told` that it has changed, or it has; False where the
        database does not say."""
        try:
            now = await in_thread(snapshot, self.code)
            if now == self._now and not told:
                return True
            self._now = now
            await self._look_again(now.activity)
        except NotHere:
            for viewer in self.viewers:
                viewer.send_away(Deleted(WORDS["deleted" if viewer.member == TEACHER else "deleted by teacher"]))
        except NoDatabase as error:
            log.warning("%s", error)
            self.changed.set()
            return False
        else:
            for viewer in self.viewers:
                viewer.show(now, self._shown)
        return True

    async def _look_again(self, activity: Activity | None) -> None:
        """Read what the class does together, if that has changed."""
        if activity is not None and activity.version != self._version:
            self._shown = await in_thread(posted, activity)
            self._version = activity.version


class Hub:
    """The audiences of all classes; they live on the server's loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._audiences: dict[str, Audience] = {}

    def enter(self, viewer: Viewer) -> None:
        """Count a viewer among those of the class, and show them how it stands."""
        self._loop = asyncio.get_running_loop()
        if viewer.code not in self._audiences:
            self._audiences[viewer.code] = Audience(viewer.code)
        self._audiences[viewer.code].viewers.add(viewer)
        self._changed(viewer.code)

    def leave(self, viewer: Viewer) -> None:
        """A viewer has gone."""
        audience = self._audiences[viewer.code]
        audience.viewers.discard(viewer)
        if not audience.viewers:
            audience.task.cancel()
            del self._audiences[viewer.code]

    def looking(self, code: str, *members: int) -> int:
        """How many connections there are with a class, or with these members of it."""
        audience = self._audiences.get(code)
        viewers = audience.viewers if audience else ()
        return sum(not members or viewer.member in members for viewer in viewers)

    @property
    def connections(self) -> int:
        """How many connections there are with all classes."""
        return sum(len(audience.viewers) for audience in list(self._audiences.values()))

    def tell(self, code: str) -> None:
        """Say that a class has changed; from any thread."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed, code)

    def _changed(self, code: str) -> None:
        if audience := self._audiences.get(code):
            audience.changed.set()


HUB = Hub()
