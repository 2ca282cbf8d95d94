"""Nicknames: plain text of at most 24 characters; none is invisible, turns the line around or climbs out of it.

What is left is text and nothing else: it is shown as such, whatever Markdown, HTML or LaTeX makes of it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from lessons.classroom.refusal import WORDS, Refused

LONGEST = 24  # characters
READ = 200  # characters of what was typed that are looked at
MARKS = 3  # combining marks on one character: some scripts need three
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Me"}  # controls, directions, zero widths, enclosing marks
BLANK = "\u115f\u1160\u3164\uffa0\u2800\u034f"  # letters and signs that show nothing
LIST = Path(__file__).with_name("refused_words.txt")
LOOKS_LIKE = str.maketrans("013457@$!|аеорсхуікν", "oieastasiiaeopcxyikv")  # digits, signs, Cyrillic, Greek


def cleaned(text: str) -> str:
    """A nickname as it is shown; "" where nothing is left. Raises Refused for words that hurt."""
    plain = unicodedata.normalize("NFC", text[:READ])
    seen = (" " if each.isspace() else each for each in plain)
    kept = "".join(_few_marks(each for each in seen if not _is_invisible(each)))
    nickname = " ".join(kept.split())[:LONGEST].strip()
    if hurts(text[:READ]) or hurts(nickname):
        raise Refused(WORDS["nickname hurts"])
    return nickname


def numbered(nickname: str, others: Iterable[str]) -> str:
    """A nickname that no other has: the second Ada is Ada 2."""
    taken = {_letters(each) for each in others}
    names = (nickname, *(f"{nickname[: LONGEST - 4].strip()} {number}" for number in range(2, 1000)))
    return next(each for each in names if not nickname or _letters(each) not in taken)


def hurts(text: str) -> bool:
    """Whether it holds a word of the list, spelled with digits, signs, spaces or repeated letters, too."""
    words = re.findall(r"[a-z]+", _letters(text))
    joined = "".join(words)
    spaced = re.findall(r"(?:\b[a-z] ){2,}[a-z]\b", " ".join(words))
    whole = {*words, *(each.replace(" ", "") for each in spaced)}
    anywhere, alone = _refused()
    return any(each in joined for each in anywhere) or not alone.isdisjoint(whole)


def _few_marks(characters: Iterable[str]) -> Iterator[str]:
    """Characters without the marks that pile up on one of them."""
    marks = MARKS  # none on nothing
    for each in characters:
        marks = marks + 1 if unicodedata.category(each).startswith("M") else 0
        if marks <= MARKS:
            yield each


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in INVISIBLE or character in BLANK


def _letters(text: str) -> str:
    """What a text reads like: small letters without marks, look-alikes as what they look like, runs of one letter as
    one."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in parts if not unicodedata.combining(each) and not _is_invisible(each))
    return re.sub(r"(.)\1{2,}", r"\1", plain.translate(LOOKS_LIKE))


@lru_cache(maxsize=1)
def _refused() -> tuple[list[str], set[str]]:
    """The words of the list: those that are refused within others, too, and those that are refused alone."""
    words = [line for line in LIST.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
    return [each for each in words if each[0] != "="], {each[1:] for each in words if each[0] == "="}
