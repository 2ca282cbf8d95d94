"""Answers only who asks for this server by one of its names.

A page anywhere on the internet can make its own name point at this machine (DNS rebinding), and so read through a
visitor's browser what is meant for those who sit here; but its requests carry its name. Streamlit checks that for
WebSockets only (`server.allowedHosts`); this does so for everything, with the same list.
"""

from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from lessons.text import sections

MISDIRECTED = 421
LOOPBACK = ("localhost", "127.0.0.1", "::1")  # names of this machine for itself
WORDS = sections("house")


class OnlyAllowedHosts:
    """Middleware that refuses requests whose Host header names none of `server.allowedHosts`."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            hosts = Headers(scope=scope).getlist("host")
            if len(hosts) != 1 or not allowed(hosts[0], names()):
                answer = PlainTextResponse(WORDS["other name"], MISDIRECTED)
                await (answer if scope["type"] == "http" else WebSocketClose(1008))(scope, receive, send)
                return
        await self.app(scope, receive, send)


def names() -> list[str]:
    """The names of this server; none where it answers to any."""
    return st.get_option("server.allowedHosts")


def below(place: str) -> str:
    """The path of a place below the app's own address."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}/{place}" if base else f"/{place}"


def allowed(host: str, names: list[str]) -> bool:
    """Whether a Host header is one of these names: with any port, and below `*.example.org`. All are where there is no
    list."""
    asked = name_in(host)
    return not names or (asked is not None and any(_is(asked, name.strip().lower().rstrip(".")) for name in names))


def name_in(host: str) -> str | None:
    """The name, or address, in a Host header; None where it holds anything but a name and a port."""
    try:
        parts = urlsplit(f"//{host}")
        port = parts.port
    except ValueError:
        return None
    plain = parts.netloc == host and "@" not in host and (port is not None or not host.endswith(":"))
    return parts.hostname.lower().rstrip(".") if plain and parts.hostname else None


def public(origin: str, names: list[str]) -> str | None:
    """The address by which others reach this server, where somebody who asks for `origin` (`http://localhost:8501`)
    sits: that, unless it is a name of this machine for itself; then with the first of `names` that is none. None where
    there is none."""
    scheme, _, host = origin.partition("://")
    asked = name_in(host)
    if asked not in LOOPBACK:
        return origin if asked else None
    others = (name.strip() for name in names if name.strip() not in LOOPBACK and "*" not in name)
    if not (other := next(others, None)):
        return None
    port = urlsplit(origin).port
    return f"{scheme}://{f'[{other}]' if ':' in other else other}{f':{port}' if port else ''}"


def _is(asked: str, name: str) -> bool:
    return name == "*" or asked == name or (name.startswith("*.") and asked.endswith(name[1:]))
