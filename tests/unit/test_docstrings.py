"""Public functions say what they give and what they raise, and every field of a dataclass says what it is."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import lessons

HOUSE = Path(lessons.__file__).parent
PACKAGES = ("adaptation", "estimate", "language", "measure", "shrink", "training", "vision")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> Iterator[tuple[str, list[str], ast.Module]]:
    """The package, the lines and the contents of every module."""
    for package in PACKAGES:
        for file in sorted((HOUSE / package).rglob("*.py")):
            text = file.read_text()
            yield package, text.splitlines(), ast.parse(text)


def public(module: ast.Module) -> Iterator[tuple[str, Function]]:
    """Functions, and methods of classes, whose names all begin with a letter."""
    for each in module.body:
        inside = [(f"{each.name}.", one) for one in each.body] if isinstance(each, ast.ClassDef) else [("", each)]
        for before, one in inside:
            if isinstance(one, Function) and not f".{before}{one.name}".count("._"):
                yield f"{before}{one.name}", one


def of_its_own(function: Function) -> Iterator[ast.AST]:
    """The parts of a function that are not those of one inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, Function | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(part)


def raises(function: Function) -> bool:
    """Whether a function itself says `raise` with something to raise."""
    return any(isinstance(part, ast.Raise) and part.exc for part in of_its_own(function))


def fields(module: ast.Module, lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Every field of a dataclass or a named tuple, and whether a comment beside or above it or the class says what it
    is."""
    for each in module.body:
        if not isinstance(each, ast.ClassDef):
            continue
        above = " ".join(map(ast.unparse, (*each.decorator_list, *each.bases)))
        if "dataclass" not in above and "NamedTuple" not in above:
            continue
        said = ast.get_docstring(each) or ""
        here = [one for one in each.body if isinstance(one, ast.AnnAssign)]
        for one in here:
            beside = any("  # " in line for line in lines[one.lineno - 1 : one.end_lineno])
            over = lines[one.lineno - 2].lstrip().startswith("#")
            under = any(
                first is one and isinstance(then, ast.Expr) and isinstance(then.value, ast.Constant)
                for first, then in pairwise(each.body)
            )
            yield f"{each.name}.{one.target.id}", beside or over or under or f"`{one.target.id}`" in said


def all_public() -> Iterator[tuple[str, Function]]:
    for package, _, module in modules():
        yield from ((f"{package}:{name}", one) for name, one in public(module))


def undocumented() -> set[str]:
    return {name for name, one in all_public() if not ast.get_docstring(one)}


def silent() -> set[str]:
    """Functions that raise and do not say so."""
    return {name for name, one in all_public() if raises(one) and "Raises" not in (ast.get_docstring(one) or "")}


def unexplained() -> set[str]:
    return {
        f"{package}:{name}" for package, lines, module in modules() for name, told in fields(module, lines) if not told
    }


def everywhere() -> set[str]:
    """The parameters that mean the same in the whole house, as its README lists them."""
    table = (HOUSE / "README.md").read_text().partition("## Names that mean the same everywhere")[2]
    return set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


def classes() -> set[str]:
    """All classes of the house: a parameter of one is explained there."""
    found = (node for path in HOUSE.rglob("*.py") for node in ast.walk(ast.parse(path.read_text())))
    return {node.name for node in found if isinstance(node, ast.ClassDef)}


def is_named(parameter: ast.arg, said: str, explained: set[str]) -> bool:
    """Whether a text names a parameter, or its type says what it is: a network, or one of these classes."""
    kinds = ast.unparse(parameter.annotation) if parameter.annotation else ""
    letter = {"alpha": "α"}.get(parameter.arg, parameter.arg)
    return (
        "nn." in kinds
        or not explained.isdisjoint(re.findall(r"\w+", kinds))
        or re.search(rf"\b({parameter.arg}|{letter})s?\b", said) is not None
    )


def parameters(function: Function) -> list[ast.arg]:
    """All of a function, `*args` and `**kwargs` among them."""
    found = function.args
    rest = [one for one in (found.vararg, found.kwarg) if one is not None]
    return [*found.posonlyargs, *found.args, *found.kwonlyargs, *rest]


def unnamed() -> set[str]:
    """Parameters of functions that neither their docstring nor that of the module names."""
    known, explained = everywhere(), classes()
    return {
        f"{package}:{name}.{each.arg}"
        for package, _, module in modules()
        for name, one in public(module)
        for each in parameters(one)
        if package not in ("adaptation", "training") and "." not in name and each.arg not in known
        if not is_named(each, f"{ast.get_docstring(one)} {ast.get_docstring(module)}", explained)
    }


@pytest.mark.parametrize("saying_too_little", [undocumented, silent, unexplained, unnamed])
def test_nothing_says_too_little(saying_too_little):
    assert saying_too_little() == set()


SAMPLE = '''
@dataclass(frozen=True)
class Box:
    """What holds things. `depth`: in cm."""

    width: int  # in cm
    # in cm, too
    height: int
    depth: int
    colour: str
    weight: float
    "in kg"

    def opened(self):
        def inside():
            raise ValueError
        return inside

    def _hidden(self): ...


def told():
    """It says so. Raises ValueError."""
    raise ValueError


def untold():
    """It says nothing of what it does."""
    if True:
        raise ValueError


def passes_on():
    """It passes on what it caught."""
    raise
'''


def test_too_little_is_seen_where_it_is():
    module = ast.parse(SAMPLE)
    found = dict(public(module))
    assert list(found) == ["Box.opened", "told", "untold", "passes_on"]
    assert [name for name, one in found.items() if not ast.get_docstring(one)] == ["Box.opened"]
    assert [name for name, one in found.items() if raises(one)] == ["told", "untold"]
    assert [name for name, told in fields(module, SAMPLE.splitlines()) if not told] == ["Box.colour"]


def test_a_parameter_that_nothing_names_is_seen():
    (function,) = ast.parse("def mean(x: Tensor, rows: int, net: nn.Module, grid: Grid | None): ...").body
    x, rows, net, grid = parameters(function)
    assert is_named(rows, "The mean of so many rows.", set())
    assert not is_named(x, "The mean of so many rows.", set())
    assert is_named(net, "", set())
    assert is_named(grid, "", {"Grid"})
    assert not is_named(grid, "", {"Model"})


def test_no_kind_of_parameter_is_passed_over():
    (function,) = ast.parse("def f(a, /, b, *c, d, **e): ...").body
    assert sorted(one.arg for one in parameters(function)) == ["a", "b", "c", "d", "e"]
