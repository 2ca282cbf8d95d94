"""Pictures of the states of talks, as files of their own: `python -m lessons talk pictures` takes them."""

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from lessons.serving.hosts import below
from lessons.talk import FOLDER, State

PLACE, PICTURES = "talk-pictures", FOLDER / "pictures"
KEPT = {"Cache-Control": "public, max-age=86400, immutable"}


def address(state: State) -> str | None:
    """Where a browser finds the picture of a state, below the app's address, if there is one."""
    return f"{PLACE}/{state.picture.name}" if state.picture.is_file() else None


def route() -> Route:
    """What answers for the pictures."""
    return Route(below(f"{PLACE}/{{name}}"), answer)


def answer(request: Request) -> Response:
    """The picture that an address names; 404 where there is none."""
    asked = PICTURES / request.path_params["name"]
    if asked not in PICTURES.glob("*.webp"):
        return PlainTextResponse("There is no such picture", 404)
    return FileResponse(asked, headers=KEPT)
