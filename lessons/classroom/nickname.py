"""Nicknames: plain text of at most 24 characters, in one line; none hurts."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from lessons.classroom.refusal import WORDS, Refused
from lessons.one_line import is_invisible, one_line

LONGEST = 24  # characters
READ = 200  # characters of what was typed that are looked at
LIST = Path(__file__).with_name("refused_words.txt")
LOOKS_LIKE = str.maketrans("013457@$!|аеорсхуікν", "oieastasiiaeopcxyikv")  # digits, signs, Cyrillic, Greek


def cleaned(text: str) -> str:
    """A nickname as it is shown; "" where nothing is left. Raises Refused for words that hurt."""
    nickname = one_line(text[:READ])[:LONGEST].strip()
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


def _letters(text: str) -> str:
    """What a text reads like: small letters without marks, look-alikes as what they look like, runs of one letter as
    one."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in parts if not unicodedata.combining(each) and not is_invisible(each))
    return re.sub(r"(.)\1{2,}", r"\1", plain.translate(LOOKS_LIKE))


@lru_cache(maxsize=1)
def _refused() -> tuple[list[str], set[str]]:
    """The words of the list: those that are refused within others, too, and those that are refused alone."""
    words = [line for line in LIST.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
    return [each for each in words if each[0] != "="], {each[1:] for each in words if each[0] == "="}
