"""All prose: one Markdown file per lesson, cut into named sections by its `## ` headings."""

import re
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent


@lru_cache(maxsize=64)
def sections(lesson: str, language: str = "en") -> dict[str, str]:
    """The sections of a lesson's text by name. Raises FileNotFoundError where the lesson has none."""
    text = (FOLDER / language / f"{lesson}.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return {name.strip(): body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}
