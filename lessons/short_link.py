"""Short links: a page of this app with its settings, under a few characters that are easy to read and to type.

A page without settings is its own short link; what has settings is kept in the server's database, under a code that
follows from it: the same settings have the same code, on any day.
"""

import hashlib
import time
from collections.abc import Iterable
from io import BytesIO

import segno
from sqlalchemy import Column, Connection, Float, MetaData, String, Table, delete, func, insert, select

from lessons.database import transaction
from lessons.page_link import LONGEST, PAGES, BadLink, target
from lessons.text import sections

PLACE = "s"  # where short links begin, below the app's own address
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"  # nothing that looks like another, and no vowels: no words
SHORTEST, LONGEST_CODE = 6, 12
MOST = 50_000  # links; with more, the oldest go
QUIET = 4  # modules of a QR code that stay white around it
WORDS = sections("class-link")
TABLES = MetaData()
LINKS = Table(
    "short_links",
    TABLES,
    Column("code", String(LONGEST_CODE), primary_key=True),
    Column("target", String(LONGEST), nullable=False),
    Column("made", Float, nullable=False, index=True),  # seconds since 1970
)


def keep(link: str) -> str:
    """The code of a link, under which it can be found from now on. Raises BadLink, NoDatabase."""
    wanted = target(link)
    if "?" not in wanted:
        return wanted[1:] or "home"
    with transaction(TABLES) as connection:
        for code in _codes(wanted):
            held = connection.scalar(select(LINKS.c.target).where(LINKS.c.code == code))
            if held is None:
                connection.execute(insert(LINKS).values(code=code, target=wanted, made=time.time()))
                _tidy(connection)
            if held in (None, wanted):
                return code
    raise BadLink(WORDS["no page"])


def find(code: str) -> str | None:
    """The path and the settings that a code stands for; None where it stands for none. Raises NoDatabase."""
    if (code := code.lower()) in (*PAGES[1:], "home"):
        return "/" if code == "home" else f"/{code}"
    if not SHORTEST <= len(code) <= LONGEST_CODE or not set(code) <= set(ALPHABET):
        return None
    with transaction(TABLES, reads=True) as connection:
        return connection.scalar(select(LINKS.c.target).where(LINKS.c.code == code))


def qr(text: str) -> str:
    """A QR code as SVG: black on white, with the quiet zone around it that cameras need."""
    drawn = BytesIO()
    made = segno.make(text, error="m", micro=False)
    made.save(drawn, kind="svg", xmldecl=False, border=QUIET, dark="#000", light="#fff", omitsize=True)
    return drawn.getvalue().decode().strip()


def _codes(wanted: str) -> Iterable[str]:
    """The codes that a link can have, the shortest first: another link may have that one."""
    number, digits = int(hashlib.sha256(wanted.encode()).hexdigest(), 16), ""
    while len(digits) < LONGEST_CODE:
        number, digit = divmod(number, len(ALPHABET))
        digits += ALPHABET[digit]
    return (digits[:length] for length in range(SHORTEST, LONGEST_CODE + 1))


def _tidy(connection: Connection) -> None:
    """Take away the oldest links where there are too many."""
    count = connection.scalar(select(func.count()).select_from(LINKS))
    if count > MOST:
        oldest = select(LINKS.c.code).order_by(LINKS.c.made).limit(count - MOST)
        connection.execute(delete(LINKS).where(LINKS.c.code.in_(oldest)))
