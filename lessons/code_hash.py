"""The hash of the code that a result depends on: the function that makes it, and all it uses, wherever that is written.

It changes with what is computed, not with how it is written down: comments, docstrings, annotations and layout do not
count, nor does code that is never used. What a `singledispatch` does to other steps than those of an experiment does
not count either: a new technique makes no result old. Code is only read here, never imported: to ask is cheap.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
OURS = ("lessons", "tests", "benchmarks")  # packages whose code is followed
DECIDES_NOTHING = (
    "lessons.experiment",  # an experiment's name holds what it is; how names are checked is another thing
    "lessons.store",  # what is kept comes back as it was
    "lessons.keeping",
    "lessons.checksum",
    "lessons.code_hash",
    "lessons.text",  # what is told of a result may be told in other words
    "lessons.quantity",  # a figure is the same however it is shown
    "lessons.jobs.events",  # and whatever it is carried in
)
_parsing = Lock()  # Python 3.11 fails where threads parse at once and something in Python follows its garbage collector
ALWAYS = ""  # the place of statements that define nothing, but do something as soon as their module is imported


class Definition(NamedTuple):
    """Something a module defines at its top level."""

    module: str
    name: str


class Module(NamedTuple):
    """The code of a module, read and not run."""

    defined: dict[str, list[ast.stmt]]  # statements at its top level, by the name that they define
    imported: dict[str, str]  # what its imported names stand for, dotted
    registered: list[tuple[str, str, str]]  # functions that a `singledispatch` calls: its name, for which class, which


@lru_cache(maxsize=1024)
def code_hash(*makers: str, steps: frozenset[str] = frozenset(), files: tuple[Path, ...] = ()) -> str:
    """12 hexadecimal digits for functions, each as "package.module:function". `steps`: the classes of the steps that
    they are called with; `files`: what else they depend on. Raises LookupError for a function there is none of."""
    found = definitions(makers, steps)
    written = sorted("".join(_written(node)) for each in found for node in _statements(each))
    written += [file.read_text() for file in files]
    return hashlib.sha256("\0".join(written).encode()).hexdigest()[:12]


def definitions(makers: Iterable[str], steps: frozenset[str] = frozenset()) -> set[Definition]:
    """All that these functions use, themselves among it."""
    left = [Definition(*maker.split(":")) for maker in makers]
    for each in left:
        if not _statements(each):
            raise LookupError(f"there is no {each.name} in {each.module}")
    found: set[Definition] = set()
    while left:
        each = left.pop()
        if each in found:
            continue
        found.add(each)
        left.append(Definition(each.module, ALWAYS))
        left += [does for kind, does in _dispatched(each) if kind in steps]
        left += [used for node in _statements(each) for used in _used(each.module, node)]
    return found


def _statements(definition: Definition) -> list[ast.stmt]:
    return _read(definition.module).defined.get(definition.name, [])


@lru_cache(maxsize=1024)
def _read(name: str) -> Module:
    """A module's code. Raises LookupError where there is no such module."""
    path = _path(name)
    if path is None:
        raise LookupError(f"there is no module {name}")
    with _parsing:
        tree = ast.parse(path.read_text())
    module = Module({}, {}, [])
    for node in ast.walk(tree):  # wherever in the code
        if isinstance(node, ast.Import):
            module.imported.update((each.asname or each.name.partition(".")[0], each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            module.imported.update((each.asname or each.name, f"{node.module}.{each.name}") for each in node.names)
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom) or _is_text(node):
            continue
        for defined in _names(node):
            module.defined.setdefault(defined, []).append(node)
        module.registered.extend(
            (function, ast.unparse(node.args.args[0].annotation), node.name) for function in _calling(node)
        )
    return module


def _path(name: str) -> Path | None:
    """The file of one of our modules; None for what is none."""
    if name.partition(".")[0] not in OURS:
        return None
    path = ROOT.joinpath(*name.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.exists()), None)


def _names(node: ast.stmt) -> list[str]:
    """What a statement at the top level defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
    parts = (part for target in targets for part in ast.walk(target))
    return [part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)] or [ALWAYS]


def _calling(node: ast.stmt) -> Iterator[str]:
    """The `singledispatch` functions that a function is registered with."""
    for each in getattr(node, "decorator_list", ()):
        if isinstance(each, ast.Attribute) and each.attr == "register":
            yield ast.unparse(each.value)


def _dispatched(definition: Definition) -> Iterator[tuple[str, Definition]]:
    """The functions that a `singledispatch` calls, and for which class: of its own module, and of those beside it."""
    decorators = [each for node in _statements(definition) for each in getattr(node, "decorator_list", ())]
    if "singledispatch" not in map(ast.unparse, decorators):
        return
    package = definition.module.rpartition(".")[0]
    for file in sorted(ROOT.joinpath(*package.split(".")).glob("*.py")):
        beside = f"{package}.{file.stem}"
        for function, kind, name in _read(beside).registered:
            if definition in _meant(beside, function):
                yield kind, Definition(beside, name)


def _used(module: str, node: ast.AST) -> Iterator[Definition]:
    """All of ours that a statement of a module uses."""
    if isinstance(node, ast.Attribute | ast.Name):
        dotted = _dotted(node)
        if dotted:
            yield from _meant(module, dotted)
            return
    for part in _parts(node):
        yield from _used(module, part)


def _dotted(node: ast.AST) -> str | None:
    """`a.b.c` as text; None for what is no such chain."""
    if isinstance(node, ast.Name):
        return node.id
    before = _dotted(node.value) if isinstance(node, ast.Attribute) else None
    return before and f"{before}.{node.attr}"


def _meant(module: str, dotted: str) -> Iterator[Definition]:
    """What a chain of names stands for in a module: one definition, or all of a module that is passed on as it is."""
    first, _, rest = dotted.partition(".")
    here = _read(module)
    if first in here.defined:
        yield Definition(module, first)
    elif first in here.imported:
        yield from _anywhere(f"{here.imported[first]}.{rest}".rstrip("."))


def _anywhere(dotted: str) -> Iterator[Definition]:
    parts = dotted.split(".")
    at = next((at for at in range(len(parts), 0, -1) if _path(".".join(parts[:at]))), 0)
    module, rest = ".".join(parts[:at]), parts[at:]
    if not at or any(module == each or module.startswith(f"{each}.") for each in DECIDES_NOTHING):
        return
    if rest:
        yield from _meant(module, ".".join(rest))
    else:
        yield from (Definition(module, name) for name in _read(module).defined)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a statement that decide what it computes: neither docstrings nor annotations."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST) and not (field == "body" and _is_text(each)):
                yield each


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _written(node: ast.AST) -> Iterator[str]:
    """A statement as text, the same on every version of Python."""
    yield f"({type(node).__name__}"
    for field, value in ast.iter_fields(node):
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, ast.AST | None) and field not in ("kind", "type_comment"):
                yield f" {field}={each!r}"
    for part in _parts(node):
        yield from _written(part)
    yield ")"
