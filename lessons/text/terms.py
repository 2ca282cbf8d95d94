"""The glossary, and texts in which its terms are explained where they stand."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lessons.text import sections

PAGE = "/glossary"
EVERYWHERE = (
    "accuracy",
    "layer",
    "loss",
    "parameter",
    "weight",
    "label",
    "seed",
    "rank",
    "batch",
    "token",
    "gradient",
    "context",
)  # explained on the glossary's page alone
LEFT_ALONE = (
    re.compile(  # headings, formulas, code, links and figures, badges, and what is bold: that is a term's own place
        r"^#.*$|\$\$.*?\$\$|\$[^$\n]*\$|`[^`]*`|:[\w-]+\[[^\]]*\]|\[\[\w+\]\]|\[[^\]]*\]\([^)]*\)|\*\*.*?\*\*|<[^>]*>",
        re.MULTILINE | re.DOTALL,
    )
)


@lru_cache(maxsize=1)
def glossary() -> dict[str, str]:
    """The explanation of each term, by its first name."""
    return {heading.split(" | ")[0]: " ".join(text.split()) for heading, text in sections("terms").items()}


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Every name of each term, and its first one."""
    return {name: heading.split(" | ")[0] for heading in sections("terms") for name in heading.split(" | ")}


def names_of(term: str) -> str:
    """All that a term is called."""
    return ", ".join(name for name, of in names().items() if of == term)


def anchor(term: str) -> str:
    """Where on the glossary's page a term stands."""
    return re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


@lru_cache(maxsize=512)
def explained(text: str) -> str:
    """A Markdown text in which each term of the glossary, where it stands first, is a link to its explanation, which
    shows when one hovers."""
    seen: set[str] = set()
    return "".join(part if kept else _linked(part, seen) for part, kept in _parts(text, seen))


def _parts(text: str, seen: set[str]) -> Iterator[tuple[str, bool]]:
    """The text in pieces, and whether a piece is left alone; a term in bold there counts as explained."""
    end = 0
    for match in LEFT_ALONE.finditer(text):
        yield text[end : match.start()], False
        seen.update(names()[name] for name in _pattern().findall(match[0]) if match[0].startswith("**"))
        yield match[0], True
        end = match.end()
    yield text[end:], False


def _linked(part: str, seen: set[str]) -> str:
    def link(match: re.Match) -> str:
        term = names()[match[0]]
        if term in seen:
            return match[0]
        seen.add(term)
        title = glossary()[term].replace('"', "'")
        return f'[{match[0]}]({PAGE}#{anchor(term)} "{title}")'

    return _pattern().sub(link, part)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """What any term looks like, the longest first."""
    all_names = (name for name, term in names().items() if term not in EVERYWHERE)
    words = "|".join(map(re.escape, sorted(all_names, key=len, reverse=True)))
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")
