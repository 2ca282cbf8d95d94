"""Texts to learn to write from, each with a part that is kept to test on. Knows nothing of models.

Shakespeare's works in modern spelling (42 texts, but for *Macbeth* and *The Tempest*, which are the test), and the
5,163 first names of the 1990 US Census, a tenth of which are the test. Models that come with what they know are tested
on prose of this course, which they cannot have read.
"""

import lzma
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lessons.text import sections

WORDS = sections("data")
FOLDER = Path(__file__).parent / "bundled" / "texts"
PIECES = 512  # of words, in a vocabulary of them


@dataclass(frozen=True)
class Corpus:
    """`name`: as readers call it; `begins`: what a sample of it begins with."""

    name: str
    begins: str


CORPORA = {
    "shakespeare": Corpus(WORDS["shakespeare"], "MACBETH.\n"),
    "names": Corpus(WORDS["names"], "\n"),
}
HELD_OUT = {name: WORDS[f"held out: {name}"] for name in ("shakespeare", "bible", "names", "prose")}  # what is tested


@lru_cache(maxsize=4)
def text(corpus: str, part: str) -> str:
    """All of a corpus's part, "train" or "test"."""
    return lzma.decompress((FOLDER / f"{corpus}-{part}.txt.xz").read_bytes()).decode()


@lru_cache(maxsize=2)
def letters(corpus: str) -> str:
    """Every character of a corpus, in order: the vocabulary of a model of characters."""
    return "".join(sorted(set(text(corpus, "train"))))


def pieces_file(corpus: str) -> Path:
    """The vocabulary of pieces of words of a corpus, as `tokenizers` keeps it; not every corpus has one."""
    return FOLDER / f"{corpus}-{PIECES}.json"
