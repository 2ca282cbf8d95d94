"""All words that a reader sees: one Markdown file per lesson, cut into named sections by its `## ` headings. Labels and
other single lines are a list, `- **name**: words`, in a section called *labels*."""

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
LABELS = "labels"
LABEL = re.compile(r"^- \*\*(.+?)\*\*: (.+(?:\n  .+)*)$", re.MULTILINE)  # its words may go on, indented


class Sections(dict[str, str]):
    """The sections and labels of a text by name; called with a name and values, `{value}` in it takes them."""

    def __call__(self, section: str, **values: object) -> str:
        return self[section].format(**values)


@lru_cache(maxsize=64)
def sections(lesson: str, language: str = "en") -> Sections:
    """The sections and labels of a lesson's text by name. Raises FileNotFoundError where the lesson has none, and
    ValueError where two have one name, or what stands among the labels is none.

    A heading within a section is written with three hashes, since two begin a section, and shown as of level two.
    """
    text = (FOLDER / language / f"{lesson}.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    bodies = (re.sub(r"^### ", "## ", body.strip(), flags=re.MULTILINE) for body in parts[2::2])
    named = [*zip(map(str.strip, parts[1::2]), bodies, strict=True)]
    labels = [label for name, body in named if name == LABELS for label in _labels(lesson, body)]
    named = [each for each in named if each[0] != LABELS] + labels
    if twice := {name for name, count in Counter(name for name, _ in named).items() if count > 1}:
        raise ValueError(f"{lesson}: two texts are called {', '.join(sorted(twice))}")
    return Sections(named)


def _labels(lesson: str, body: str) -> list[tuple[str, str]]:
    """The labels of a list by name, each in one line."""
    if left := LABEL.sub("", body).strip():
        raise ValueError(f"{lesson}: no label: {left.splitlines()[0]}")
    return [(name, " ".join(words.split())) for name, words in LABEL.findall(body)]
