"""What answers for short links: the way to the page, a QR code of the link, and the making of one."""

from html import escape
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from lessons import checked_json, short_link
from lessons.database import NoDatabase
from lessons.live import identity, rate
from lessons.page_link import LONGEST, BadLink
from lessons.serving.hosts import below, names, public
from lessons.short_link import PLACE
from lessons.text import sections

QR = "qr.svg"
LARGEST = 10_000  # bytes of a request that asks for a short link
SCHEMES = ("http", "https")
WORDS = sections("class-link")
MISSING = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>{title}</title>
<body style="font: 1.25rem sans-serif; margin: 3rem auto; max-width: 32rem; padding: 1rem; color-scheme: light dark">
<h1>{title}</h1><p>{what}</p><p><a href="{home}">{start}</a></p>
"""
FRESH = {"Cache-Control": "no-store"}  # the same code may be asked for by another of the server's names


def routes() -> list[Route]:
    """What answers for them."""
    return [
        Route(below(f"{PLACE}/{{code}}"), follow),
        Route(below(PLACE), make, methods=["POST"]),
        Route(below(QR), picture),
    ]


def address(code: str, origin: str) -> tuple[str, bool]:
    """A short link as others type it, and whether they can reach it; asked for by somebody at `origin`."""
    reached = public(origin, names())
    return f"{reached or origin}{below(f'{PLACE}/{code}')}", reached is not None


def origin(request: Request) -> str:
    """The address of this server as who asks sees it; a proxy that speaks TLS for it says so."""
    told = request.headers.get("x-forwarded-proto", "")
    scheme = told if told in SCHEMES else request.url.scheme
    return f"{scheme}://{request.headers['host']}"


async def follow(request: Request) -> Response:
    """The way to the page that a code stands for; a page that says so, with 404, where it stands for none."""
    try:
        found = await run_in_threadpool(short_link.find, request.path_params["code"])
    except NoDatabase as error:
        return PlainTextResponse(str(error), 503)
    if found is None:
        return HTMLResponse(_missing(request.path_params["code"]), 404)
    return RedirectResponse(below(found.lstrip("/")), headers=FRESH)


async def picture(request: Request) -> Response:
    """The QR code of the short link with a code; 404 where there is none."""
    code = request.query_params.get("code", "")
    try:
        found = await run_in_threadpool(short_link.find, code)
    except NoDatabase as error:
        return PlainTextResponse(str(error), 503)
    if found is None:
        return PlainTextResponse(WORDS["unknown"], 404)
    drawn = short_link.qr(address(code.lower(), origin(request))[0])
    return Response(drawn, media_type="image/svg+xml", headers=FRESH)


async def make(request: Request) -> Response:
    """Keep a link: its code, the short link as others type it, and what to say of it. Only a page of this app can ask
    (a foreign one cannot send JSON here)."""
    if request.headers.get("content-type") != "application/json":
        return JSONResponse({"said": WORDS["no page"]}, 415)
    if not rate.LINKS.take(identity.address(request)):
        return JSONResponse({"said": WORDS["too many"]}, 429)
    try:
        code = await run_in_threadpool(short_link.keep, await _asked(request))
    except BadLink as error:
        return JSONResponse({"said": str(error)}, 400)
    except NoDatabase as error:
        return JSONResponse({"said": str(error)}, 503)
    link, reachable = address(code, origin(request))
    said = WORDS["scan or type"] if reachable else WORDS["only here"]
    return JSONResponse({"code": code, "link": link, "said": said}, headers=FRESH)


async def _asked(request: Request) -> str:
    """The link that a request holds."""
    body = b""
    async for part in request.stream():
        if len(body := body + part) > LARGEST:
            raise BadLink(WORDS("too long", most=LONGEST))
    return _link_in(body)


def _link_in(body: bytes) -> str:
    try:
        asked: Any = checked_json.loads(body)
        return str(asked["link"])
    except (ValueError, KeyError, TypeError):
        raise BadLink(WORDS["no page"]) from None


def _missing(code: str) -> str:
    """What is shown to somebody who comes with an unknown code: what to check, and the way home."""
    words = {
        "title": WORDS["unknown"],
        "what": WORDS("unknown: what to do", code=code[: short_link.LONGEST_CODE]),
        "home": below(""),
        "start": WORDS["to the start"],
    }
    return MISSING.format(**{name: escape(text) for name, text in words.items()})
