"""The connection of a browser with a class: it is sent how the class stands, whenever that changes, and may tell what
its reader does."""

import json
from collections.abc import Coroutine
from contextlib import suppress

import anyio
from starlette.websockets import WebSocket, WebSocketDisconnect

from lessons.classroom.refusal import WORDS, NotHere, NotNow, Refused
from lessons.classroom.secret import read_code
from lessons.classroom.state import TEACHER, who
from lessons.database import NoDatabase
from lessons.live import identity
from lessons.live.hub import GONE, HUB, Viewer, in_thread
from lessons.live.messages import read
from lessons.live.rate import GUESSES, Allowance

AT_ONCE, PER_SECOND = 20, 5  # messages of one connection
PATIENCE = 40  # messages that are refused before the connection is closed
MOST = 700  # connections of all members of a class: each with two, and more; its teacher's come on top
EACH = 10  # of one member
FOREIGN, LATER = 1008, 1013  # as connections are closed: by the rules, and for now


async def answer(websocket: WebSocket) -> None:
    """Answer a browser that asks for a connection, for as long as it lasts."""
    if not identity.from_our_own_page(websocket):
        return await websocket.close(FOREIGN)
    await websocket.accept()
    code = read_code(websocket.path_params["code"]) or ""
    try:
        viewer = Viewer(websocket, code, await _member(websocket, code))
    except (Refused, NoDatabase) as error:
        await websocket.send_text(json.dumps({"gone" if isinstance(error, NotHere) else "error": str(error)}))
        return await websocket.close(GONE if isinstance(error, NotHere) else LATER)
    HUB.enter(viewer)
    try:
        return await _until_one_ends(viewer.hear(), _listen(viewer))
    finally:
        HUB.leave(viewer)


async def _member(websocket: WebSocket, code: str) -> int:
    """The number of the member who asks, or that of the teacher. Raises Refused and NoDatabase."""
    for role in identity.ROLES:
        if token := identity.token(websocket, code, role):
            try:
                member = await in_thread(who, code, token)
            except NotHere:
                if not GUESSES.take(identity.address(websocket)):
                    raise NotNow(WORDS["not now"]) from None
            else:
                return _must_have_room(code, member)
    raise NotHere(WORDS["not in it"])


def _must_have_room(code: str, member: int) -> int:
    """The number of a member who may have one more connection; a teacher always may. Raises NotNow."""
    if member != TEACHER and (HUB.looking(code) >= MOST or HUB.looking(code, member) >= EACH):
        raise NotNow(WORDS["not now"])
    return member


async def _listen(viewer: Viewer) -> None:
    """Do what a browser tells, until it has told too much that is refused."""
    allowance, refused = Allowance(AT_ONCE, PER_SECOND), 0
    while refused < PATIENCE:
        message = await viewer.websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        try:
            if not allowance.take(""):
                raise NotNow(WORDS["not now"])
            await _do(viewer, message.get("text") or "")
        except (Refused, NoDatabase) as error:
            refused += 1
            viewer.complain(error)
    viewer.send_away(NotNow(WORDS["not now"]), FOREIGN)
    await anyio.sleep_forever()  # until it has heard that


async def _do(viewer: Viewer, text: str) -> None:
    """Do what a message tells; whether its sender may is asked where it is done."""
    action, values = read(text)
    token = identity.token(viewer.websocket, viewer.code, action.role)
    await in_thread(lambda: action.run(viewer.code, token, **values))
    HUB.tell(viewer.code)


async def _until_one_ends(*parts: Coroutine) -> None:
    """Run parts at once, and end them all when one does, or the connection is lost."""
    async with anyio.create_task_group() as tasks:

        async def ends_all(part: Coroutine) -> None:
            with suppress(WebSocketDisconnect, OSError):  # a browser that hears nothing more, too
                await part
            tasks.cancel_scope.cancel()

        for part in parts:
            tasks.start_soon(ends_all, part)
