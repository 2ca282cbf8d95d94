"""Cited numbers in prose: `[[name]]` in a text becomes the figure of that name, with its source behind it."""

import re

from lessons import facts
from lessons.quantity import show

NAMED = re.compile(r"\[\[(\w+)\]\]")


def cited(text: str) -> str:
    """The text with its figures: each a link to its source, which shows when one hovers. Raises KeyError for unknown ones."""

    def figure(match: re.Match) -> str:
        found = facts.figure(match[1])
        return link(show(found.value, found.unit), found)

    return NAMED.sub(figure, text)


def link(text: str, fact: facts.Figure | facts.Everyday) -> str:
    """A text that links to a fact's source, which shows when one hovers."""
    title = f"cited: {fact.source} ({fact.confidence})".replace('"', "'")
    return f'[{text}]({fact.url or "/sources"} "{title}")'
