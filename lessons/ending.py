"""Has a server end in time that is asked to end (SIGTERM, Ctrl-C). It waits for answers under way, which a browser that
no longer listens would hold up for ever."""

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

import uvicorn

SIGNALS = (signal.SIGTERM, signal.SIGINT)
PATIENCE, LAST = 4.0, 8.0  # seconds until answers under way are given up, and until the process ends whatever runs


def in_time(close: Callable[[], None]) -> None:
    """Have this server end in time from its first signal on; `close` ends what it has started. Called on the main
    thread, once uvicorn listens for signals; a server of another kind is left as it is."""
    for number in SIGNALS:
        handler = signal.getsignal(number)
        server = getattr(handler, "__self__", None)
        if isinstance(server, uvicorn.Server):
            signal.signal(number, _Ending(server, handler, close))


class _Ending:
    """Handles a signal as the server does, and sees to it that the server ends."""

    def __init__(self, server: uvicorn.Server, handler: Callable, close: Callable[[], None]):
        self.server, self.handler, self.close = server, handler, close

    def __call__(self, number: int, frame: FrameType | None) -> None:
        for seconds, act in ((PATIENCE, self._give_up), (LAST, self._exit)):
            timer = threading.Timer(seconds, act)
            timer.daemon = True
            timer.start()
        self.handler(number, frame)

    def _give_up(self) -> None:
        self.close()
        self.server.force_exit = True

    def _exit(self) -> None:
        self.close()
        os._exit(128 + signal.SIGTERM)
