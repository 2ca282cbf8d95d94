"""Strips of test pictures, as files of their own: a page is sent an address that says which, and a browser loads each
once."""

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lessons.data import fashion_mnist
from lessons.data.strip import PLACE, numbers, strip
from lessons.serving.hosts import below

MOST = 1_000  # pictures: a sweep shows a dozen at each of its positions
KEPT = {"Cache-Control": "public, max-age=86400, immutable"}


def route() -> Route:
    """What answers for them."""
    return Route(below(f"{PLACE}/{{name}}.png"), answer)


def answer(request: Request) -> Response:
    """The strip whose pictures the address names; 404 where there are none such."""
    try:
        return Response(_drawn(numbers(request.path_params["name"])), media_type="image/png", headers=KEPT)
    except (ValueError, IndexError):
        return PlainTextResponse("There are no such pictures", 404)


@lru_cache(maxsize=64)
def _drawn(which: tuple[int, ...]) -> bytes:
    if len(which) > MOST:
        raise ValueError(f"{len(which)} pictures are too many")
    return strip(fashion_mnist.test_pixels(), which)
