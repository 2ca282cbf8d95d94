"""What this machine has, and which packages."""

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from lessons import keeping
from lessons.doctor.finding import Finding, judged
from lessons.measure.machine import memory

REQUIREMENTS = Path(__file__).parents[2] / "requirements.txt"
GB = 10**9
LEAST_MEMORY, LEAST_DISK, LEAST_SHARED = 4 * GB, 2 * GB, 64 * 2**20  # bytes
OLDEST_PYTHON = (3, 11)


def findings() -> Iterator[Finding]:
    """Versions, cores, memory and disk."""
    version = platform.python_version()
    yield judged(sys.version_info >= OLDEST_PYTHON, "Python", version, "install Python 3.11 or newer")
    yield from packages()
    cores, room = os.cpu_count() or 1, memory()
    yield judged(cores > 1, "cores", str(cores), "with one core, trainings slow down sliders; use 2 or more", "warn")
    yield judged(
        room >= LEAST_MEMORY, "memory", f"{room / GB:.1f} GB", "4 GB serve a class; see docs/server.md", "warn"
    )
    yield _free("disk for kept files", keeping.root() or Path(), LEAST_DISK)
    if keeping.MEMORY.exists():
        yield _free(str(keeping.MEMORY), keeping.MEMORY, LEAST_SHARED)


def packages(requirements: Path = REQUIREMENTS) -> Iterator[Finding]:
    """Each package that the app needs: whether it is there in a version it was tested with."""
    wanted = [Requirement(line) for line in requirements.read_text().splitlines() if line and line[0].isalpha()]
    found = {each.name: _version(each.name) for each in wanted}
    advice = "run make setup, or pip install -r requirements.txt"
    for each in wanted:
        if (version := found[each.name]) is None:
            yield Finding("fail", each.name, "not installed", advice)
        elif not each.specifier.contains(version, prereleases=True):
            yield Finding("warn", each.name, f"{version}, tested with {each.specifier}", advice)
    yield Finding("ok", "packages", ", ".join(f"{name} {version}" for name, version in found.items() if version))


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _free(what: str, folder: Path, least: int) -> Finding:
    """How much room is free where a folder is, or would be made."""
    there = next((each for each in (folder, *folder.parents) if each.exists()), Path())
    free = shutil.disk_usage(there).free
    return judged(free >= least, what, f"{free / GB:.1f} GB free", f"free {least / GB:.1f} GB", "warn")
