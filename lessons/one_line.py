"""A stranger's text in one line: a nickname, the name of a class, a task in a link.

What is left is text and nothing else, whatever Markdown, HTML or LaTeX makes of it: who shows it shows it as such.
"""

import unicodedata
from collections.abc import Iterable, Iterator

MARKS = 3  # combining marks on one character: some scripts need three
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Me"}  # controls, directions, zero widths, enclosing marks
BLANK = "\u115f\u1160\u3164\uffa0\u2800\u034f"  # letters and signs that show nothing


def one_line(text: str) -> str:
    """The text without what is invisible, turns the line around, or towers over it; "" where nothing is left."""
    plain = unicodedata.normalize("NFC", text)
    seen = (" " if each.isspace() else each for each in plain)
    return " ".join("".join(_few_marks(each for each in seen if not is_invisible(each))).split())


def is_invisible(character: str) -> bool:
    """Whether it shows nothing, or changes how others are shown."""
    return unicodedata.category(character) in INVISIBLE or character in BLANK


def _few_marks(characters: Iterable[str]) -> Iterator[str]:
    """Characters without the marks that pile up on one of them."""
    marks = MARKS  # none on nothing
    for each in characters:
        marks = marks + 1 if unicodedata.category(each).startswith("M") else 0
        if marks <= MARKS:
            yield each
