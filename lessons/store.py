"""Trained weights on disk, so that nothing is trained twice on one machine.

A file is named after its experiment and the code that trains, holds a safetensors, and is replaced in one move, so any
number of processes may share the folder. Set MODELS_FOR_ANTS_CACHE to move it.
"""

import ast
import hashlib
import os
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

KEPT = 200  # files; the least recently used go first
HERE = Path(__file__).parent
PICTURES = ("steps", "objective", "training.loop")  # what decides the weights, given the experiment
TEXTS = ("language.learn",)
NAMING = HERE / "experiment"  # an experiment's name holds what it is: how names are checked decides nothing


def folder() -> Path:
    """Where the files are; made if it is not there."""
    root = Path(os.environ.get("MODELS_FOR_ANTS_CACHE", Path.home() / ".cache" / "models-for-ants")) / "weights"
    root.mkdir(parents=True, exist_ok=True)
    return root


@lru_cache(maxsize=4)
def code_hash(*modules: str) -> str:
    """Changes with every line of the code of these modules of `lessons` and all they import, but not how experiments are
    named."""
    files = {file for module in modules for file in imported(module)}
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in sorted(files))).hexdigest()[:12]


def imported(module: str) -> set[Path]:
    """The files of a module of `lessons` and of all modules of it that are imported there, wherever in the code, but those
    that name experiments and what only they import."""
    found: set[Path] = set()
    left = [f"lessons.{module}"]
    while left:
        name = left.pop()
        file = next((at for at in _places(name) if at.exists()), None)
        if file is None or file in found or NAMING in file.parents:  # a name within a module, or known
            continue
        found.add(file)
        left.append(name.rpartition(".")[0])
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                left += [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                left += [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
    return found


def _places(name: str) -> tuple[Path, Path]:
    """Where a module may be; outside `lessons` nothing is."""
    path = HERE.parent.joinpath(*name.split("."))
    return path.with_suffix(".py"), path / "__init__.py"


def save(name: str, weights: dict[str, np.ndarray], code: Sequence[str] = PICTURES) -> None:
    """Keep the weights under this name. `code`: the modules that made them."""
    handle, temporary = tempfile.mkstemp(dir=folder(), suffix=".part")
    os.close(handle)
    save_file({key: np.ascontiguousarray(array) for key, array in weights.items()}, temporary)
    os.replace(temporary, _path(name, code))
    for old in sorted(folder().glob("*.safetensors"), key=_last_used)[:-KEPT]:
        old.unlink(missing_ok=True)


def has(name: str, code: Sequence[str] = PICTURES) -> bool:
    """Whether weights are kept under this name, made by today's code."""
    return _path(name, code).exists()


def load(name: str, code: Sequence[str] = PICTURES) -> dict[str, np.ndarray] | None:
    """The weights kept under this name, or None where there are none (a damaged file counts as none)."""
    path = _path(name, code)
    try:
        weights = load_file(path)
        path.touch()
    except (FileNotFoundError, SafetensorError):
        return None
    return weights


def _path(name: str, code: Sequence[str]) -> Path:
    return folder() / f"{name}-{code_hash(*code)}.safetensors"


def _last_used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process removed it first
        return 0
