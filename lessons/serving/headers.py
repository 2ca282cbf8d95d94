"""What every answer tells a browser: where pages may load from, who may frame them, and what they may not use.

The app needs no other host, so a page may load from this server alone. What Streamlit 1.67 cannot do without is
allowed: styles that its scripts write (`style-src 'unsafe-inline'`), components whose script it hands to the browser as
a blob (`script-src blob:`), and WebAssembly, by which it reads long numbers. No string is run as code (`eval`).
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' blob: 'wasm-unsafe-eval' {inline}",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",  # a talk that is rehearsed
    "frame-ancestors": "'self'",
    "form-action": "'self'",
    "base-uri": "'self'",
    "object-src": "'none'",
}
UNUSED = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
REST = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",  # for browsers that do not know frame-ancestors
    "Referrer-Policy": "same-origin",  # an address says what a reader looks at
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SaysWhatBrowsersMayDo:
    """Middleware that adds these headers to every answer; one that has such a header of its own keeps it."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in every().items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, sent)


@cache
def every() -> dict[str, str]:
    """All these headers, by name."""
    return {"Content-Security-Policy": policy()} | REST


def policy() -> str:
    """The Content-Security-Policy, with the hash of each script that stands in Streamlit's own page."""
    page = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    inline = " ".join(f"'sha256-{_hash(script)}'" for script in INLINE.findall(page))
    return "; ".join(f"{name} {sources}" for name, sources in POLICY.items()).format(inline=inline)


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
