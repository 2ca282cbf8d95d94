"""Words of texts that programs share: each is asked for; and what any program asks for is written, and takes what it is
given."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest

from lessons.text import sections

ROOT = Path(__file__).parents[2]
SHARED = (
    "activities", "adaptation", "charts", "class-link", "classroom", "data", "database", "deciding", "estimate",
    "experiment", "files", "house", "jobs", "ledger", "measure", "stage", "values",
)  # fmt: skip


class Program(NamedTuple):
    """A program, and the text that each of its variables holds, as `WORDS`."""

    file: Path
    tree: ast.Module
    texts: Mapping[str, str]


class Asked(NamedTuple):
    """A place where a text is asked for words: `WORDS["name"]`, `WORDS("name", value=1)`."""

    text: str  # its name
    key: ast.expr
    place: ast.Subscript | ast.Call


def read(value: ast.expr | None) -> str | None:
    """The text that is read: "house" in `sections("house")`."""
    reads = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "sections"
    return value.args[0].value if reads and isinstance(value.args[0], ast.Constant) else None


def own_texts(tree: ast.Module) -> dict[str, str]:
    """The texts that a program reads, by the variable that holds them."""
    values = ((ast.unparse(node.targets[0]), node.value) for node in tree.body if isinstance(node, ast.Assign))
    return {name: text for name, value in values if (text := read(value))}


@lru_cache(maxsize=1)
def programs() -> list[Program]:
    """All of them, each with its own texts and those it has from others."""
    files = sorted(file for folder in ("lessons", "pages") for file in (ROOT / folder).rglob("*.py"))
    trees = {file: ast.parse(file.read_text()) for file in files}
    own = {".".join(file.relative_to(ROOT).with_suffix("").parts): own_texts(tree) for file, tree in trees.items()}
    found = []
    for module, (file, tree) in zip(own, trees.items(), strict=True):
        imports = ((node.module, each) for node in tree.body if isinstance(node, ast.ImportFrom) for each in node.names)
        theirs = {each.asname or each.name: own.get(of, {}).get(each.name) for of, each in imports}
        found.append(Program(file, tree, own[module] | {name: text for name, text in theirs.items() if text}))
    return found


@lru_cache(maxsize=1)
def quoted() -> frozenset[str]:
    """Every text in quotes in any program."""
    nodes = (node for program in programs() for node in ast.walk(program.tree) if isinstance(node, ast.Constant))
    return frozenset(node.value for node in nodes if isinstance(node.value, str))


@lru_cache(maxsize=1)
def all_asked() -> list[Asked]:
    """What all programs ask of their texts."""
    return [each for program in programs() for each in asked(program)]


def asked(program: Program) -> Iterator[Asked]:
    """What a program asks of its texts."""
    for node in ast.walk(program.tree):
        if isinstance(node, ast.Subscript):
            of, key = node.value, node.slice
        elif isinstance(node, ast.Call) and node.args:
            of, key = node.func, node.args[0]
        else:
            continue
        if text := program.texts.get(of.id) if isinstance(of, ast.Name) else read(of):
            yield Asked(text, key, node)


def named(key: ast.expr) -> list[str]:
    """The names that a key can be, of those written out: either of two, if it is a choice."""
    parts = (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,)
    return [part.value for part in parts if isinstance(part, ast.Constant)]


def patterns(key: ast.expr) -> Iterator[re.Pattern[str]]:
    """What the names look like that a key puts together; a group for each part that is filled in."""
    for part in ast.walk(key):
        if isinstance(part, ast.JoinedStr):
            parts = (re.escape(at.value) if isinstance(at, ast.Constant) else "(.+)" for at in part.values)
            yield re.compile("".join(parts))


def unasked(names: Iterable[str], keys: Sequence[ast.expr], filled_in: frozenset[str]) -> set[str]:
    """The names that none of these keys is. `filled_in`: what a name that is put together can hold."""
    left = {*names} - {name for key in keys for name in named(key)}
    made = [pattern for key in keys for pattern in patterns(key)]
    fits = (match for name in left for pattern in made if (match := pattern.fullmatch(name)))
    return left - {match[0] for match in fits if filled_in.issuperset(match.groups())}


@pytest.mark.parametrize("text", SHARED)
def test_every_word_of_a_shared_text_is_asked_for(text):
    assert unasked(sections(text), [each.key for each in all_asked() if each.text == text], quoted()) == set()


def test_a_word_that_no_program_asks_for_is_found():
    source = 'WORDS["a"], WORDS("b", n=1), WORDS["c" if n else "d"], WORDS[f"kind: {kind}"], sections("one")["h"], "f"'
    program = Program(Path(), ast.parse(f'{source}, OTHER["g"]'), {"WORDS": "one", "OTHER": "two"})
    keys = [each.key for each in asked(program) if each.text == "one"]
    names = ("a", "b", "c", "d", "kind: small", "e", "f", "g", "h", "kind: gone")
    assert unasked(names, keys, frozenset({"small"})) == {"e", "f", "g", "kind: gone"}


READERS = [program for program in programs() if program.texts]


@pytest.mark.parametrize("program", READERS, ids=lambda program: str(program.file.relative_to(ROOT)))
def test_what_a_program_asks_for_is_written_and_takes_what_it_is_given(program):
    """An error that hardly a reader sees would else fail with another."""
    for each in asked(program):
        for name in named(each.key):
            assert name in sections(each.text), name
            if isinstance(each.place, ast.Call):
                fields = [field for _, field, _, _ in Formatter().parse(sections(each.text)[name]) if field]
                takes = {re.split(r"[.\[]", field)[0] for field in fields}
                given = {value.arg for value in each.place.keywords}
                assert takes == given or (None in given and takes >= given - {None}), name  # None: **values
