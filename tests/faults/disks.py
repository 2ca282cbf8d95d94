"""A disk of a few bytes, full or read-only, that is really one: a tmpfs."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(folder: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes in a folder. The test is skipped where none can be mounted."""
    folder.mkdir()
    if not _run("mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)):
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        assert _run("umount", "-l", str(folder))


def make_read_only(folder: Path) -> None:
    """From now on nothing can be written on a disk."""
    assert _run("mount", "-o", "remount,ro", str(folder))


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False
