"""All prose: one Markdown file per lesson, cut into named sections by its `## ` headings."""

import re
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent


class Sections(dict[str, str]):
    """The sections of a text by name; called with a name and values, `{value}` in that section takes them."""

    def __call__(self, section: str, **values: object) -> str:
        return self[section].format(**values)


@lru_cache(maxsize=64)
def sections(lesson: str, language: str = "en") -> Sections:
    """The sections of a lesson's text by name. Raises FileNotFoundError where the lesson has none.

    A heading within a section is written with three hashes, since two begin a section, and shown as of level two.
    """
    text = (FOLDER / language / f"{lesson}.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    bodies = (re.sub(r"^### ", "## ", body.strip(), flags=re.MULTILINE) for body in parts[2::2])
    return Sections(zip(map(str.strip, parts[1::2]), bodies, strict=True))
