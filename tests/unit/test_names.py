"""One name, one meaning."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import lessons

HOUSE = Path(lessons.__file__).parent
MODULES = {path: ast.parse(path.read_text()) for path in sorted(HOUSE.rglob("*.py"))}
SAY_NOTHING = {"how", "at", "of", "found", "each"}  # where a noun exists


def test_no_two_classes_have_one_name():
    places = defaultdict(list)
    for path, module in MODULES.items():
        for node in module.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(path.relative_to(HOUSE).as_posix())
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def functions() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (path.relative_to(HOUSE).as_posix(), node)
        for path, module in MODULES.items()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef)
    ]


def test_every_function_has_a_name():
    assert [where for where, function in functions() if not function.name.strip("_")] == []


def test_a_parameter_of_a_public_function_is_called_by_a_noun():
    said = [
        (where, function.name, each.arg)
        for where, function in functions()
        for each in (*function.args.args, *function.args.kwonlyargs)
        if each.arg in SAY_NOTHING and not function.name.startswith("_")
    ]
    assert said == []


def test_no_class_of_ours_is_named_to_a_reader():
    named = {
        node.name
        for module in MODULES.values()
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef) and re.search("[a-z][A-Z]", node.name)  # others are words of their own
    }
    said = [
        (path.relative_to(HOUSE).as_posix(), node.value)
        for path, module in MODULES.items()
        for node in texts(module)
        if named & set(re.findall(r"\w+", node.value))
    ]
    assert said == []


def texts(module: ast.Module) -> list[ast.Constant]:
    """The strings of a module, but for its docstrings."""
    explained = [
        node.body[0].value
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and isinstance(node.body[0], ast.Expr)
    ]
    return [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in explained
    ]
