"""Who a browser is in a class: by cookies that no script reads, and that only this app's own pages send."""

from ipaddress import ip_address, ip_network
from typing import Literal
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from lessons.classroom.limits import WIPED
from lessons.classroom.opening import Key
from lessons.serving.hosts import below

Role = Literal["teacher", "member"]
ROLES: tuple[Role, ...] = ("teacher", "member")  # who is both is a teacher first


def cookie(code: str, role: Role) -> str:
    """The name of the cookie that holds the token of a teacher or a member."""
    return f"ants-{role}-{code}"


def token(connection: HTTPConnection, code: str, role: Role) -> str:
    """The token that a browser has for a class in this role; "" for none."""
    return connection.cookies.get(cookie(code, role), "")


def let_in(response: Response, connection: HTTPConnection, key: Key, role: Role) -> None:
    """Have a browser keep its key to a class."""
    response.set_cookie(
        cookie(key.code, role),
        key.token,
        max_age=int(WIPED),
        path=below("").rstrip("/") or "/",
        secure=connection.url.scheme in ("https", "wss"),
        httponly=True,
        samesite="strict",
    )


def keep_out(response: Response, connection: HTTPConnection, code: str, role: Role) -> None:
    """Have a browser forget its key to a class."""
    response.delete_cookie(
        cookie(code, role),
        path=below("").rstrip("/") or "/",
        secure=connection.url.scheme in ("https", "wss"),
        httponly=True,
        samesite="strict",
    )


def from_our_own_page(connection: HTTPConnection) -> bool:
    """Whether a page of this server asks. Browsers say where a page is from, and no page can say otherwise."""
    origin = urlsplit(connection.headers.get("origin", ""))
    return origin.scheme in ("http", "https") and origin.netloc == connection.headers.get("host")


def address(connection: HTTPConnection) -> str:
    """The network address of who asks (see `network`)."""
    return network(connection.client.host if connection.client else "")


def network(asks: str) -> str:
    """A network address; of an IPv6 address the network (/64), in which one machine has any address it likes."""
    try:
        found = ip_address(asks)
    except ValueError:
        return asks
    own = found.version == 4 or found.ipv4_mapped or found.is_link_local
    return asks if own else str(ip_network(f"{asks.partition('%')[0]}/64", strict=False))
