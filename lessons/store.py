"""Trained weights on disk, so that nothing is trained twice on one machine.

A file is named after its experiment and the code that trains, holds a safetensors, and is replaced in one move, so any
number of processes may share the folder. Set MODELS_FOR_ANTS_CACHE to move it.
"""

import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

KEPT = 200  # files; the least recently used go first
TRAINING = (
    "data",
    "models",
    "training",
    "shrink",
    "objective",
)  # the code that decides the weights, given the experiment


def folder() -> Path:
    """Where the files are; made if it is not there."""
    root = Path(os.environ.get("MODELS_FOR_ANTS_CACHE", Path.home() / ".cache" / "models-for-ants")) / "weights"
    root.mkdir(parents=True, exist_ok=True)
    return root


@lru_cache(maxsize=4)
def code_hash(*parts: str) -> str:
    """Changes with every line of the code in these parts of `lessons` (folders, or modules)."""
    here = Path(__file__).parent
    sources = sorted(
        path for part in parts for path in [*(here / part).glob("*.py"), here / f"{part}.py"] if path.exists()
    )
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()[:12]


def save(name: str, weights: dict[str, np.ndarray]) -> None:
    """Keep the weights under this name."""
    handle, temporary = tempfile.mkstemp(dir=folder(), suffix=".part")
    os.close(handle)
    save_file({key: np.ascontiguousarray(array) for key, array in weights.items()}, temporary)
    os.replace(temporary, _path(name))
    for old in sorted(folder().glob("*.safetensors"), key=_last_used)[:-KEPT]:
        old.unlink(missing_ok=True)


def has(name: str) -> bool:
    """Whether weights are kept under this name."""
    return _path(name).exists()


def load(name: str) -> dict[str, np.ndarray] | None:
    """The weights kept under this name, or None where there are none (a damaged file counts as none)."""
    path = _path(name)
    try:
        weights = load_file(path)
        path.touch()
    except (FileNotFoundError, SafetensorError):
        return None
    return weights


def _path(name: str) -> Path:
    return folder() / f"{name}-{code_hash(*TRAINING)}.safetensors"


def _last_used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process removed it first
        return 0
