"""Cited numbers in prose: `[[name]]` in a text becomes the figure of that name, with its source behind it."""

import re

from lessons import facts
from lessons.quantity import show

NAMED = re.compile(r"\[\[(\w+)\]\]")


def cited(text: str) -> str:
    """The text with its figures: each a link to its source, which shows when one hovers. Raises KeyError for unknown ones."""
    return NAMED.sub(lambda match: _link(facts.figure(match[1])), text)


def _link(figure: "facts.Figure") -> str:
    title = f"{figure.source} ({figure.confidence})".replace('"', "'")
    shown = show(figure.value, figure.unit)
    return f'[{shown}]({figure.url} "{title}")' if figure.url else shown
