"""Pages to print: HTML files that need nothing else, on A4, of one style."""

import base64
import hashlib
import re
from collections.abc import Iterable
from html import escape
from string import Template

from lessons.text import FOLDER

PAPER = FOLDER / "paper"
STYLE = (PAPER / "paper.css").read_text(encoding="utf-8")
POLICY = "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# of our Markdown: an escaped mark, code, bold, italics, a link, a badge, an icon
MARKUP = re.compile(
    r"\\(?P<mark>[!-/:-@\[-`{-~])|`(?P<code>[^`]+)`|\*\*(?P<bold>.+?)\*\*|\*(?P<italic>[^*]+)\*"
    r"|:\w+-badge\[(?P<badge>\w+)\]|\[(?P<link>[^\]]+)\]\([^)]+\)|:material/\w+:"
)
UNIT = re.compile(r"(?<=\d) (?=(?:[%×]|[nµmkMGT]?(?:B|J|W|Wh|s|MACs?)|pp|min)(?!\w))")  # the space before it
TAGS = {"code": "code", "bold": "b", "italic": "i"}


def page(kind: str, title: str, **parts: str) -> str:
    """A page of a kind (`text/paper/<kind>.html`) as HTML. `parts`: of its body by name, as HTML; the title is plain
    text."""
    frame, body = (Template((PAPER / f"{name}.html").read_text(encoding="utf-8")) for name in ("frame", kind))
    return frame.substitute(kind=kind, title=escape(title), style=STYLE, body=body.substitute(parts))


def policy() -> str:
    """What a browser may load and run for such a page: its own style, and nothing else."""
    return POLICY.format(style=base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode())


def table(columns: str, rows: Iterable[Iterable[str]]) -> str:
    """The inside of a table. `columns`: their names, with a bar between them; cells are plain text."""
    head = "".join(f"<th>{escape(name.strip())}</th>" for name in columns.split("|"))
    body = "".join("<tr>" + "".join(f"<td>{unbroken(escape(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<tr>{head}</tr>{body}"


def inline(text: str) -> str:
    """A line of our Markdown as HTML: links and badges are their words, icons are left out."""
    text, found, end = " ".join(text.split()), [], 0
    for match in MARKUP.finditer(text):
        found += [escape(text[end : match.start()], quote=False), _shown(match)]
        end = match.end()
    return unbroken("".join([*found, escape(text[end:], quote=False)]))


def unbroken(text: str) -> str:
    """The same, with numbers and their units on one line."""
    return UNIT.sub("\N{NO-BREAK SPACE}", text)


def _shown(match: re.Match) -> str:
    kind, words = match.lastgroup, match[match.lastgroup] if match.lastgroup else ""
    inside = escape(words, quote=False) if kind in ("mark", "code") else inline(words)
    return f"<{TAGS[kind]}>{inside}</{TAGS[kind]}>" if kind in TAGS else inside
