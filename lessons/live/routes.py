"""Where a server answers for its classes, below the app's own address."""

from starlette.routing import BaseRoute, Route, WebSocketRoute

from lessons.live import connection, doors
from lessons.serving.hosts import below

PLACE = "class"


def routes() -> list[BaseRoute]:
    """What answers for classes."""
    return [
        Route(below(f"{PLACE}/open"), doors.opens, methods=["POST"]),
        Route(below(f"{PLACE}/join"), doors.joins, methods=["POST"]),
        Route(below(f"{PLACE}/teach"), doors.teaches, methods=["POST"]),
        Route(below(f"{PLACE}/forget"), doors.forgets, methods=["POST"]),
        Route(below(f"{PLACE}/{{code}}/token"), doors.shows_token),
        Route(below(f"{PLACE}/{{code}}/votes.csv"), doors.votes),
        Route(below(f"{PLACE}/{{code}}/runs.csv"), doors.runs),
        Route(below(f"{PLACE}/{{code}}/mine.html"), doors.mine),
        WebSocketRoute(below(f"{PLACE}/{{code}}/live"), connection.answer),
    ]
