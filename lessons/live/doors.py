"""The requests by which a browser opens a class, joins it and takes its table along: forms of this app's own pages,
and answers in JSON."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from lessons import paper
from lessons.classroom.after_class import runs_csv, votes_csv
from lessons.classroom.opening import Key, join, open_classroom
from lessons.classroom.own_results import own_results
from lessons.classroom.refusal import WORDS, NotHere, NotNow, Refused
from lessons.classroom.secret import read_code
from lessons.classroom.state import TEACHER, who
from lessons.database import NoDatabase
from lessons.live import identity, own_page
from lessons.live.hub import HUB, in_thread
from lessons.live.rate import GUESSES, JOINS, OPENINGS, Allowance
from lessons.short_link_routes import origin

LONGEST = 4_096  # bytes of a form
STATUS = ((NotHere, 404), (NotNow, 429), (Refused, 400), (NoDatabase, 503))
Answer = Callable[[Request], Awaitable[Response]]


def refusing(answer: Answer) -> Answer:
    """The same answer, with a sentence and a status for what is refused."""

    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except (Refused, NoDatabase) as error:
            status = next(code for kind, code in STATUS if isinstance(error, kind))
            return JSONResponse({"error": str(error)}, status)

    return answered


@refusing
async def opens(request: Request) -> Response:
    """Open a class by its `name`: its code, and a cookie for its teacher."""
    form = await _form(request, "name")
    _once(OPENINGS, request)
    return _let_in(request, await in_thread(open_classroom, form["name"]), "teacher")


@refusing
async def joins(request: Request) -> Response:
    """Join a class by its `code`, under a `nickname` or none: a cookie for a member."""
    form = await _form(request, "code", "nickname")
    _once(JOINS, request)
    if not GUESSES.left(identity.address(request)):  # a code is short: even the right one waits
        raise NotNow(WORDS["not now"])
    key = await _guessed(request, join, form["code"], form["nickname"])
    HUB.tell(key.code)
    return _let_in(request, key, "member")


@refusing
async def teaches(request: Request) -> Response:
    """Be the teacher on another device, by the `token` of the teacher's link: a cookie."""
    form = await _form(request, "code", "token")
    if await _guessed(request, who, form["code"], form["token"]) != TEACHER:
        raise NotHere(WORDS["not the teacher"])
    return _let_in(request, Key(read_code(form["code"]) or "", form["token"]), "teacher")


@refusing
async def forgets(request: Request) -> Response:
    """Forget the keys of this browser to the class with a `code` that no longer let it in."""
    code = read_code((await _form(request, "code"))["code"]) or ""
    response = JSONResponse({"code": code}, headers={"Cache-Control": "no-store"})
    for role in identity.ROLES:
        if token := identity.token(request, code, role):
            try:
                await _guessed(request, who, code, token)
            except NotHere:
                identity.keep_out(response, request, code, role)
    return response


@refusing
async def shows_token(request: Request) -> Response:
    """The teacher's token, for the link to another device: to a browser that has it already."""
    _, token = await _teachers(request)
    return JSONResponse({"token": token}, headers={"Cache-Control": "no-store"})


@refusing
async def votes(request: Request) -> Response:
    """All votes of a class, as a table for its teacher."""
    return await _table(request, votes_csv, "votes")


@refusing
async def runs(request: Request) -> Response:
    """All runs that a class has posted, as a table for its teacher."""
    return await _table(request, runs_csv, "runs")


@refusing
async def mine(request: Request) -> Response:
    """What the class keeps of the member who asks, as a page to print."""
    code = read_code(request.path_params["code"]) or ""
    own = await _guessed(request, own_results, code, identity.token(request, code, "member"))
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": paper.policy()}
    page = await in_thread(own_page.html, own, origin(request))
    return HTMLResponse(page, headers=headers | {"X-Content-Type-Options": "nosniff"})


async def _table(request: Request, table: Callable[[str, str], str], name: str) -> Response:
    """A table for the teacher who asks, as a file."""
    code, token = await _teachers(request)
    found = await in_thread(table, code, token)
    named = {"Content-Disposition": f'attachment; filename="{name}-{code}.csv"', "Cache-Control": "no-store"}
    return Response(found.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=named)


async def _teachers(request: Request) -> Key:
    """The key of the teacher who asks. Raises NotHere for all others, before they keep anybody waiting."""
    code = read_code(request.path_params["code"]) or ""
    token = identity.token(request, code, "teacher")
    if not token or await _guessed(request, who, code, token) != TEACHER:
        raise NotHere(WORDS["not the teacher"])
    return Key(code, token)


async def _form(request: Request, *fields: str) -> dict[str, str]:
    """The fields of a form of our own page, and no others. Raises Refused."""
    if not identity.from_our_own_page(request):
        raise Refused(WORDS["foreign page"])
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            raise Refused(WORDS("message: too long", most=LONGEST))
    try:
        values = parse_qs(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=len(fields))
    except ValueError:
        values = {}
    if set(values) != set(fields) or any(len(each) > 1 for each in values.values()):
        raise Refused(WORDS("message: fields", action=request.url.path, fields=", ".join(fields)))
    return {name: value for name, (value,) in values.items()}


async def _guessed(request: Request, function: Callable, code: str, secret: str) -> object:
    """What a function gives for a code and a secret. Raises NotHere where they lead nowhere, and NotNow where this
    address has named too many that do not; others behind the same address, who have their keys, need not wait."""
    try:
        return await in_thread(function, read_code(code) or "", secret)
    except NotHere:
        if not GUESSES.take(identity.address(request)):
            raise NotNow(WORDS["not now"]) from None
        raise


def _once(allowance: Allowance, request: Request) -> None:
    if not allowance.take(identity.address(request)):
        raise NotNow(WORDS["not now"])


def _let_in(request: Request, key: Key, role: identity.Role) -> Response:
    response = JSONResponse({"code": key.code}, headers={"Cache-Control": "no-store"})
    identity.let_in(response, request, key, role)
    return response
