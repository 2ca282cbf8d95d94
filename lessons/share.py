"""What a link to a page says of itself where it is shared: title, question and picture, in the head of its HTML. Where
there is no page, it says that, too: Streamlit answers for every path with 200."""

from html import escape

from starlette.datastructures import URL, MutableHeaders
from starlette.responses import FileResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lessons.catalog import HOME, LESSONS, REFERENCE, Lesson
from lessons.serving.hosts import below
from lessons.text import FOLDER

SHELL = "index.html"
PICTURE = "share.png"
HEAD = """<title>{title}</title>
    <meta name="description" content="{question}">
    <meta property="og:title" content="{title}">
    <meta property="og:description" content="{question}">
    <meta property="og:type" content="website">
    <meta property="og:image" content="{picture}">
    <meta name="twitter:card" content="summary_large_image">"""
OF_STREAMLIT = "<title>Streamlit</title>"


def route() -> Route:
    """What answers for the picture."""
    return Route(below(PICTURE), FileResponse(FOLDER / PICTURE))


def title(path: str) -> str:
    """What the page with this path is called in a tab, and where it is shared; Home where there is none."""
    page = _page(path)
    return page.title if page == HOME else f"{page.title} · {HOME.title}"


def head(path: str, picture: str) -> str:
    """What stands in a page's head. `picture`: its address, with the server's name: readers of links need that."""
    said = {"title": title(path), "question": _page(path).question, "picture": picture}
    return HEAD.format(**{name: escape(text) for name, text in said.items()})


def _page(path: str) -> Lesson:
    return next((page for page in (*LESSONS, *REFERENCE) if page.path == path), HOME)


def is_page(path: str) -> bool:
    """Whether a page stands at this path of the server."""
    place = path.removeprefix(below("").rstrip("/")).strip("/")
    return place in ("", SHELL) or _page(place) != HOME


class SaysWhatItIs:
    """Middleware that puts a page's own head in the place of Streamlit's title, and answers 404 where there is none:
    with the app, whose frame leads a reader on."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self.app(scope, receive, send)
        ours = head(scope["path"].rpartition("/")[2], str(URL(scope=scope).replace(path=below(PICTURE), query="")))
        begun: Message | None = None
        body = b""

        async def sent(message: Message) -> None:
            nonlocal begun, body
            if message["type"] == "http.response.start" and _is_html(message):
                begun = message
            elif begun is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    if OF_STREAMLIT.encode() in body and not is_page(scope["path"]):
                        begun["status"] = 404
                    body = body.replace(OF_STREAMLIT.encode(), ours.encode())
                    if scope["method"] == "GET":
                        MutableHeaders(scope=begun)["content-length"] = str(len(body))
                    await send(begun)
                    await send({"type": "http.response.body", "body": body})

        return await self.app(scope, receive, sent)


def _is_html(message: Message) -> bool:
    return message["status"] == 200 and MutableHeaders(scope=message).get("content-type", "").startswith("text/html")
