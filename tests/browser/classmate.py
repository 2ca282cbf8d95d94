"""Somebody in a class without a browser: speaks the class's protocol, so that many of them take little."""

import asyncio
import json
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

PATIENCE = 60  # seconds, beside other work
AGAIN = 0.3  # seconds until a connection that is lost is made again
State = dict[str, Any]


def posted(address: str, place: str, **fields: str) -> tuple[str, str]:
    """The code of a class, and the cookie that lets into it, as the answer to a form of the app's own page."""
    request = urllib.request.Request(f"{address}/class/{place}", urlencode(fields).encode(), {"Origin": address})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)["code"], answer.headers["Set-Cookie"].partition(";")[0]


@dataclass
class Classmate:
    """A member of a class, or its teacher, and the class as they see it."""

    address: str
    code: str
    cookie: str
    state: State | None = None
    errors: list[str] = field(default_factory=list)  # what the server refused, and connections lost
    messages: int = 0
    bytes: int = 0
    activity: State = field(default_factory=dict)  # what the class does together, without its runs
    runs: list[State] = field(default_factory=list)  # that are posted in it
    _socket: ClientConnection | None = None
    _heard: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def tell(self, do: str, **fields: object) -> None:
        """Tell the server what to do."""
        await self._socket.send(json.dumps({"do": do} | fields))

    async def until(self, holds: Callable[[State], object]) -> float:
        """Wait until something holds of the state; gives when it did, in seconds of the clock."""
        async with asyncio.timeout(PATIENCE), self._heard:
            await self._heard.wait_for(lambda: self.state is not None and holds(self.state))
        return time.monotonic()

    async def look(self) -> None:
        """Look at the class, again when the connection is lost, until cancelled."""
        place = f"{self.address.replace('http', 'ws', 1)}/class/{self.code}/live"
        while True:
            with suppress(OSError, WebSocketException):
                headers = {"Cookie": self.cookie}
                async with connect(place, origin=self.address, additional_headers=headers) as self._socket:
                    async for message in self._socket:
                        self.bytes += len(message)
                        await self._hear(json.loads(message))
            self.errors.append("lost")
            await asyncio.sleep(AGAIN)

    async def _hear(self, message: State) -> None:
        self.messages += 1
        async with self._heard:
            self.state = message.get("state", self.state)
            if activity := message.get("activity"):
                self.runs = self.runs[: activity["known"]] + activity.pop("runs")
                self.activity = activity
            self.errors += [why for kind, why in message.items() if kind not in ("state", "activity")]
            self._heard.notify_all()


@asynccontextmanager
async def looking(address: str, place: str, **fields: str) -> AsyncIterator[Classmate]:
    """Open a class, or join it, and look at it."""
    classmate = Classmate(address, *await asyncio.to_thread(posted, address, place, **fields))
    looks = asyncio.create_task(classmate.look())
    try:
        await classmate.until(bool)
        yield classmate
    finally:
        looks.cancel()
