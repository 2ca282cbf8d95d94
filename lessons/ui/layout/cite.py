"""Prose as it is shown: `[[name]]` becomes the figure of that name, with its source behind it, a term of the glossary a
link to what it means, and `/page` an address of ours."""

import re

import streamlit as st

from lessons import facts
from lessons.quantity import show
from lessons.text import sections
from lessons.text.terms import explained

WORDS = sections("house")
NAMED = re.compile(r"\[\[(\w+)\]\]")
OURS = re.compile(r"(?<=\]\()/(?!/)")  # where a link to a page of this app begins


def cited(text: str) -> str:
    """The text with its figures, each a link to its source, which shows when one hovers, and with links to our own
    pages where they are served. Raises KeyError for unknown figures."""

    def figure(match: re.Match) -> str:
        found = facts.figure(match[1])
        return link(show(found.value, found.unit), found)

    return NAMED.sub(figure, OURS.sub(address("/"), explained(text)))


def address(path: str) -> str:
    """The address of a page of this app, which may be served below another one's: `/pruning` is `/ants/pruning`
    there."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}{path}" if base else path


def link(text: str, fact: facts.Figure | facts.Everyday) -> str:
    """A text that links to a fact's source, which shows when one hovers."""
    title = WORDS("cited", source=fact.source, confidence=fact.confidence).replace('"', "'")
    return f'[{text}]({fact.url or address("/sources")} "{title}")'
