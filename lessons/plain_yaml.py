"""YAML of people one does not know, as nodes that know their lines: small, flat, and without what only computers write
(anchors, aliases, tags). Nothing is constructed from it: a text stays as it is written, `0.50` or `yes`."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from lessons.text import sections

WORDS = sections("talk")
MOST_BYTES = 64 * 1024
DEEPEST = 6  # nodes within nodes
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # twenty times as fast where PyYAML was built with libyaml
UNPRINTABLE = yaml.reader.Reader.NON_PRINTABLE


@dataclass(frozen=True)
class Node:
    """A text, a list or a mapping, and its line, which counts from 1. A mapping is a tuple of pairs, in its order: keys
    may be there twice."""

    line: int
    value: "str | list[Node] | tuple[tuple[Node, Node], ...]"


class BadYAMLError(ValueError):
    """A file that is not read: `line` counts from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(line, why)
        self.line, self.why = line, why


def parse(file: bytes) -> Node:
    """The root node of a file. Raises BadYAMLError where it is too large, no UTF-8, no YAML, empty, several documents,
    deeper than DEEPEST, or has anchors, aliases or tags."""
    if len(file) > MOST_BYTES:
        raise BadYAMLError(1, WORDS("yaml: too large", most=MOST_BYTES // 1024))
    try:
        return _root(yaml.parse(_decoded(file), Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadYAMLError(mark.line + 1, WORDS("yaml: not read", why=error.problem)) from None


def _decoded(file: bytes) -> str:
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadYAMLError(1 + file.count(b"\n", 0, error.start), WORDS["yaml: not UTF-8"]) from None
    if found := UNPRINTABLE.search(text):
        line = 1 + text.count("\n", 0, found.start())
        raise BadYAMLError(line, WORDS("yaml: character", code=f"U+{ord(found[0]):04X}"))
    return text


def _root(events: Iterator[yaml.Event]) -> Node:
    """What is written in the only document."""
    next(events)  # the stream begins
    if isinstance(next(events), yaml.StreamEndEvent):
        raise BadYAMLError(1, WORDS["yaml: empty"])
    root = _node(next(events), events, 1)
    next(events)  # the document ends
    following = next(events)
    if not isinstance(following, yaml.StreamEndEvent):
        raise BadYAMLError(following.start_mark.line + 1, WORDS["yaml: second document"])
    return root


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
    """The node that begins with an event, at a depth that counts from 1."""
    line = event.start_mark.line + 1
    if event.anchor is not None:
        raise BadYAMLError(line, WORDS["yaml: anchor"])
    if event.tag is not None:
        raise BadYAMLError(line, WORDS["yaml: tag"])
    if depth > DEEPEST:
        raise BadYAMLError(line, WORDS("yaml: too deep", most=DEEPEST))
    if isinstance(event, yaml.ScalarEvent):
        return Node(line, event.value)
    held = [_node(each, events, depth + 1) for each in _until_it_ends(events)]
    return Node(
        line, tuple(zip(held[::2], held[1::2], strict=True)) if isinstance(event, yaml.MappingStartEvent) else held
    )


def _until_it_ends(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    """The events of a list or mapping with which something in it begins."""
    while not isinstance(event := next(events), yaml.CollectionEndEvent):
        yield event
