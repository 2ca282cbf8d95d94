"""A stranger's text in one line: a nickname, the name of a class, a task in a link.

What is left is text and nothing else, whatever Markdown, HTML or LaTeX makes of it: who shows it shows it as such.
"""

import unicodedata
from collections.abc import Iterable, Iterator

MOST_MARKS = 30  # in a row: more are put in order in a time that grows with their square (UAX #15: stream-safe text)
MARKS = 3  # combining marks on one character: some scripts need three
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Me"}  # controls, directions, zero widths, enclosing marks
BLANK = "\u115f\u1160\u3164\uffa0\u2800\u034f"  # letters and signs that show nothing


def one_line(text: str) -> str:
    """The text without what is invisible, turns the line around, or towers over it; "" where nothing is left."""
    plain = unicodedata.normalize("NFC", "".join(_few_marks(text, MOST_MARKS)))
    seen = (" " if each.isspace() else each for each in plain)
    return " ".join("".join(_few_marks((each for each in seen if not is_invisible(each)), MARKS)).split())


def is_invisible(character: str) -> bool:
    """Whether it shows nothing, or changes how others are shown."""
    return unicodedata.category(character) in INVISIBLE or character in BLANK


def _few_marks(characters: Iterable[str], most: int) -> Iterator[str]:
    """Characters without the marks that pile up on one of them; none stands on nothing."""
    marks = most
    for each in characters:
        marks = marks + 1 if unicodedata.category(each).startswith("M") else 0
        if marks <= most:
            yield each
