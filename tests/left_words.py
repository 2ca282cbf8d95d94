"""Words in a program that a reader would see: they belong into `lessons/text/en`, so that a language is one folder."""

import ast
import re
from collections.abc import Iterator

ASKS = {"WORDS", "text", "closed", "why", "headed", "sections", "MissingLine"}  # calls whose texts are names, or code
NAMES = {"Preset", "TypeVar", "NewType", "getLogger", "get_logger"}  # … or of something else
QUIET = {"debug", "info", "warning", "error", "exception"}  # what a log is told
UNSEEN = {"key", "icon", "anchor", "type", "format", "shape"}  # arguments that nobody reads
SEEN = {"title", "label", "help", "caption", "alt", "placeholder", "note"}  # arguments where one word is a word, too
TWO_WORDS = re.compile(r"[^\W\d_]{2,}[,.:;]?\s+(\S+\s+)?[^\W\d_]{2,}")
CAPITAL = re.compile(r"[A-Z][a-z]{2,}\b[^/.(]*")
FILLED_IN = re.compile(r"(?=.*\s).*[^\W\d_]{3,}", re.DOTALL)
ONE_WORD = re.compile(r".*[^\W\d_]{3,}")
CODE = re.compile(r"datum|</|/>|\$\(|\b(min|max|pow|format)\(|^\s*[a-z-]+: [^ ]+;|^python -m|%\{|^from .* import ")


def left(source: str) -> Iterator[tuple[int, str]]:
    """Each text in a program that reads like words for people, and its line; what is put into one is `…`."""
    tree = ast.parse(source)
    silent = {id(part) for node in ast.walk(tree) for part in _silent(node)}
    seen = {id(word.value) for node in ast.walk(tree) for word in getattr(node, "keywords", ()) if word.arg in SEEN}
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
            wordy = FILLED_IN.match(text)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            wordy = TWO_WORDS.search(text) or CAPITAL.fullmatch(text) or (id(node) in seen and ONE_WORD.match(text))
        else:
            continue
        if wordy and not CODE.search(text):
            yield node.lineno, text


def _silent(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node whose texts no reader sees."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # a docstring
        yield node.value
    elif isinstance(node, ast.JoinedStr):  # its parts are read with it
        yield from (part for part in node.values if isinstance(part, ast.Constant))
    elif isinstance(node, ast.Subscript):
        yield from ast.walk(node.slice)
    elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation:
        yield from ast.walk(node.annotation)
    elif isinstance(node, ast.Call):
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        logs = called in QUIET and getattr(getattr(node.func, "value", None), "id", "") == "log"
        for argument in node.args if called in ASKS or logs else node.args[:1] if called in NAMES else ():
            yield from ast.walk(argument)
        yield from (part for word in node.keywords if word.arg in UNSEEN for part in ast.walk(word.value))
