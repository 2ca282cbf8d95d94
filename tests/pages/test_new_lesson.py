"""What `python -m lessons new` writes is a lesson that runs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LARGE = ("lessons/data/bundled", "lessons/models/checkpoints")  # which nobody writes to
RUN = """
from lessons.jobs import pool
from tests.pages.workers import Here
pool.Pool = lambda *_, **__: Here()

from tests.pages.reader import link, open_drawer, run_until, tiles
page = run_until(link("weight-sharing", guess="skip"), lambda page: len(tiles(page)) == 4)
for part in ("confusion", "energy", "code", "numbers", "export"):
    open_drawer(page, part)
print(*(tile.label for tile in tiles(page)), sep="\\n")
"""


def test_a_new_lesson_runs_as_it_is_written(tmp_path):
    for folder in ("lessons", "pages", "tests"):
        skip = shutil.ignore_patterns("__pycache__", "bundled", "checkpoints")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=skip)
    for folder in LARGE:
        (tmp_path / folder).symlink_to(ROOT / folder)
    said = [_python(tmp_path, *command) for command in (["-m", "lessons", "new", "weight-sharing"], ["-c", RUN])]
    assert "pages/weight-sharing.py" in said[0]
    assert [label.partition(" ")[0] for label in said[1].splitlines()] == ["Accuracy", "File", "Energy", "Time"]


def _python(folder: Path, *arguments: str) -> str:
    """What a program says in a copy of the house. Fails with its error where it ends with one."""
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
