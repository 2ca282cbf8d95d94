"""Make the bundled prose: the text of this course as it was, without its markup.

    python -m lessons.data.bundle_prose lessons/text/en

The argument is a folder with lessons' texts (`lessons/text/en` at commit ab6009d). Written in 2026, it cannot have been
in what older models were trained on. Half of the lessons are to calibrate on, half to test on.
"""

import lzma
import re
import sys
from pathlib import Path

from lessons.data.texts import FOLDER


def plain(markdown: str) -> str:
    """The paragraphs and points of a text that are whole sentences, without links, tables, formulas or emphasis."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    parts = [
        re.sub(r"^(\d+\.|[-*>]) +", "", " ".join(part.split()))
        for part in re.split(r"\n\s*\n|\n(?=[-*] |\d+\. )", text)
    ]
    whole = [
        part for part in parts if len(part) > 60 and not re.search(r"[|$<{\\]|^#|http", part) and part[-1] in ".?!*"
    ]
    return "\n\n".join(re.sub(r"[*_`]|\[\w+\]", "", part) for part in whole)


def main(folder: Path) -> None:
    lessons = [plain(path.read_text("utf-8")) for path in sorted(folder.glob("*.md"))]
    for part, first in (("train", 0), ("test", 1)):
        text = "\n\n".join(filter(None, lessons[first::2])) + "\n"
        (FOLDER / f"prose-{part}.txt.xz").write_bytes(lzma.compress(text.encode(), preset=9))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
