"""What Streamlit offers everybody and this server nobody: its figures, which say how many visitors there are."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from lessons.serving.hosts import below

METRICS = "_stcore/metrics"


class ClosesMetrics:
    """Middleware that answers as if there were no such place."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        closed = scope["type"] == "http" and scope["path"].rstrip("/") == below(METRICS)
        await (PlainTextResponse("Not Found", 404) if closed else self.app)(scope, receive, send)
