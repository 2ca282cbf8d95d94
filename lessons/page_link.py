"""Links to pages of this app with their settings, as a speaker or a teacher gives them to others: they lead nowhere
else."""

import re
from unicodedata import category
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from lessons.catalog import LESSONS, REFERENCE
from lessons.text import sections

LONGEST = 2_000  # characters of a path with its settings
SETTING = re.compile(r"[a-z][a-z0-9_]{0,60}")
LEFT_OUT = ("present", "talk", "at", "speaker", "guess")  # what is a speaker's own: the stage, and an answer
PAGES = ("", *(page.path for page in (*LESSONS, *REFERENCE)))
WORDS = sections("class-link")


class BadLink(ValueError):
    """What is no link to a page of this app; in one sentence."""


def target(link: str) -> str:
    """A path of this app and its settings, as an audience follows them: `/quantization?quantization_bits=3`. Raises
    BadLink."""
    parts = _split(link)
    path = parts.path.strip("/")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    odd = [name for name, value in pairs if not SETTING.fullmatch(name) or any(map(_is_control, value))]
    if parts.scheme or parts.netloc or path not in PAGES or odd:
        raise BadLink(WORDS["no page"])
    query = urlencode([(name, value) for name, value in pairs if name not in LEFT_OUT], quote_via=quote)
    found = f"/{path}?{query}" if query else f"/{path}"
    if len(found) > LONGEST:
        raise BadLink(WORDS("too long", most=LONGEST))
    return found


def _is_control(character: str) -> bool:
    """Whether no text has it: a text may have several lines."""
    return category(character) == "Cc" and not character.isspace()


def _split(link: str) -> SplitResult:
    """The parts of an address that holds nothing but what can be printed."""
    printable = all(category(each)[0] not in "CZ" or each == " " for each in link)
    try:
        if printable and "\\" not in link and not link.startswith("//"):
            return urlsplit(link)
    except ValueError:
        pass
    raise BadLink(WORDS["no page"])
