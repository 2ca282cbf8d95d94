"""Weights that ship with the app: each file holds the experiment that made it, and is named with its hash."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load

from lessons.experiment.fields import BadExperiment
from lessons.models import folder_files
from lessons.models.bad_file import BadFile
from lessons.text import sections

WORDS = sections("experiment")

FOLDER = Path(__file__).parents[1] / "models" / "checkpoints"
PICTURES, TEXTS = FOLDER, FOLDER / "text"
SUMS = FOLDER / "SHA256SUMS"  # of the files as they were committed, as `sha256sum` writes them


def names(folder: Path) -> list[str]:
    """The checkpoints in a folder."""
    return sorted(path.stem for path in folder.glob("*.safetensors"))


def file_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.safetensors"


def hash_of(path: Path) -> str:
    """SHA-256 of a file, or of all that decides what a model in a folder computes. Raises BadExperiment where there is
    none."""
    if path.is_dir():
        try:
            parts = folder_files.belonging(path)
        except BadFile as error:
            raise BadExperiment(WORDS("file: refused", why=error)) from error
        told = "\n".join(f"{each.name} {hash_of(each)}" for each in sorted(parts))
        return hashlib.sha256(told.encode()).hexdigest()
    if not path.is_file():
        raise BadExperiment(WORDS("file: none", file=path.name))
    found = path.stat()
    return _hash(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=32)
def _hash(path: Path, changed: int, size: int) -> str:
    """Of a file as it is since it was last changed."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shipped_hash(path: Path) -> str:
    """The SHA-256 a shipped checkpoint was committed with; that of its file where none is recorded."""
    return _sums().get(path.relative_to(FOLDER).as_posix()) or hash_of(path)


def must_be(path: Path, sha256: Any) -> None:
    """Raises BadExperiment if a shipped checkpoint was committed with another hash."""
    if sha256 != (actual := shipped_hash(path)):
        raise BadExperiment(WORDS("other hash", file=path.stem, actual=actual[:12], asked=str(sha256)[:12]))


def read(path: Path, sha256: str) -> dict[str, np.ndarray]:
    """The weights in a shipped checkpoint. Raises BadExperiment where its file is not the one that this hash names."""
    try:
        file = path.read_bytes()
    except OSError as error:
        raise BadExperiment(WORDS("shipped: unreadable", file=path.name, why=error.strerror)) from error
    if hashlib.sha256(file).hexdigest() != sha256:
        raise BadExperiment(WORDS("shipped: damaged", file=path.name))
    return {name: np.array(weight) for name, weight in load(file).items()}  # a copy: what is loaded is read-only


@lru_cache(maxsize=1)
def _sums() -> dict[str, str]:
    """By file, below the folder of checkpoints."""
    lines = SUMS.read_text().splitlines() if SUMS.exists() else []
    return {name: sha256 for sha256, name in (line.split(maxsplit=1) for line in lines if line.strip())}


def source_in(path: Path) -> dict[str, Any]:
    """The fields of the source that a checkpoint was trained as."""
    with safe_open(path, "np") as file:
        raw = json.loads(file.metadata()["experiment"])
    return {name: value for name, value in raw.items() if name != "recipe"}
