"""The same experiment gives the same measurement: bit for bit with one thread on one kind of processor, whatever else
is different; and within what is stated here with other numbers of threads or vector instructions."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from lessons.checksum import from_bytes
from lessons.jobs.plain_json import decoded
from lessons.quantity import Measurement
from tests.unit import same

ROOT = Path(__file__).parents[2]
SHORT, ALL = ("vision", "adapter"), ("vision", "adapter", "language", "text adapter")
ELSEWHERE = {  # nothing that a worker computes may depend on it
    "PYTHONHASHSEED": "7",
    "LC_ALL": "tr_TR.UTF-8",
    "TZ": "Asia/Kathmandu",
    "HOME": "/nonexistent",
    "MALLOC_PERTURB_": "165",
    "OMP_NUM_THREADS": "4",  # torch itself is told to take one
    "MKL_NUM_THREADS": "4",
    "OMP_DYNAMIC": "TRUE",
    "MKL_DYNAMIC": "TRUE",
    "KMP_BLOCKTIME": "0",
    "OMP_SCHEDULE": "dynamic",
}
OLDER = {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_CBWR": "COMPATIBLE"}
AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"}

# What other numbers of threads, or other vector instructions, may change:
WEIGHTS_APART = 1e-4  # of the largest weight, after ten optimiser steps
NUMBERS_APART = 1e-3  # of a number, after ten optimiser steps
POINTS_APART = 1.0  # of accuracy, in percentage points, after an epoch
SHRUNK_APART = 5.0  # of the same, once 60 % of the weights are pruned and the rest is rounded to 4 bits
LENGTH_APART = 0.01  # of a file's length
UNTRAINED_APART = 10  # predictions of 10,000, of a checkpoint that ships with the app, however it is shrunk


class Run(NamedTuple):
    """What came out of a process: measurements by the name of the work, and trained weights by the name of their
    file."""

    measured: dict[str, Any]
    weights: dict[str, dict[str, np.ndarray]]


def run(
    cache: Path, names: Iterable[str], threads: int = 1, before: Iterable[str] = (), **environment: str
) -> subprocess.Popen:
    """Start a process with a cache of its own. `before`: what starts it."""
    command = [*before, sys.executable, "-m", "tests.unit.same", str(threads), *names]
    settings = os.environ | {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)} | environment
    settings |= {"MODELS_FOR_ANTS_CACHE": str(cache)}
    return subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen, cache: Path) -> Run:
    told, _ = process.communicate(timeout=900)
    assert process.returncode == 0
    return Run(json.loads(told), weights(cache))


def weights(cache: Path) -> dict[str, dict[str, np.ndarray]]:
    return {path.name: from_bytes(path.name, path.read_bytes()) for path in (cache / "weights").glob("*.safetensors")}


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Run:
    """The same in this process, which has done other things before."""
    cache = tmp_path_factory.mktemp("here")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODELS_FOR_ANTS_CACHE", str(cache))
        found = same.measured((*SHORT, "shipped"))
    return Run(json.loads(json.dumps(found)), weights(cache))


def of(names: Iterable[str], one: Run) -> Run:
    """A part of what was measured."""
    return Run({name: one.measured[name] for name in names}, one.weights)


def must_be_same(one: Run, other: Run) -> None:
    assert one.measured == other.measured
    assert one.weights.keys() == other.weights.keys() and one.weights
    for name, arrays in one.weights.items():
        assert {key: each.tobytes() for key, each in arrays.items()} == {
            key: each.tobytes() for key, each in other.weights[name].items()
        }


def must_be_close(one: Run, other: Run) -> None:
    for file, arrays in other.weights.items():
        for name, each in arrays.items():
            mine = one.weights[file][name]
            apart = np.abs(each.astype(np.float64) - mine).max()
            assert apart <= WEIGHTS_APART * np.abs(mine).max(), (name, apart)
    for name in one.measured:
        for mine, theirs in pairs(one, other, name):
            for number in mine.quantities:
                assert theirs[number.name].value == pytest.approx(number.value, rel=NUMBERS_APART), number


def pairs(one: Run, other: Run, name: str) -> Iterable[tuple[Measurement, Measurement]]:
    return zip(decoded(one.measured[name]), decoded(other.measured[name]), strict=True)


def predictions_apart(mine: Measurement, theirs: Measurement) -> int:
    return sum(a != b for a, b in zip(mine.answers, theirs.answers, strict=True))


@pytest.mark.reliability(
    "sameness", "Trained, shrunk and measured by another process, in another environment: bit for bit"
)
def test_another_process_measures_the_same(here, tmp_path, tried):
    must_be_same(of(SHORT, here), ended(run(tmp_path, reversed(SHORT), **ELSEWHERE), tmp_path))
    tried(len(SHORT))


@pytest.mark.reliability("sameness", "Measured with other vector instructions: within what is stated")
def test_another_processor_measures_nearly_the_same(here, tmp_path, tried):
    names = "adapter", "shipped"
    found = ended(run(tmp_path, names, **AVX2), tmp_path)
    must_be_close(of(names, here), found)
    assert all(predictions_apart(*pair) <= UNTRAINED_APART for pair in pairs(here, found, "shipped"))
    with pytest.raises(AssertionError):  # else nothing was different
        must_be_same(of(names, here), found)
    tried(2)


ALONE = {
    "again": {},
    "other hashes": {"PYTHONHASHSEED": "1"},
    "no hashes": {"PYTHONHASHSEED": "0"},
    "another locale": {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"},
    "many threads of others": {"OMP_NUM_THREADS": "8", "MKL_NUM_THREADS": "8", "OMP_DYNAMIC": "FALSE"},
    "another allocator": {"MALLOC_PERTURB_": "165", "MALLOC_ARENA_MAX": "1"},
    "tiny numbers are 0": {"FLUSHED": "yes"},  # as a library compiled with -ffast-math may leave a process
}
HOSTS = {  # another host as far as a process can see
    "another name and no network": ("unshare", "-Urun"),
    "other addresses in memory": ("setarch", "-R"),
    "one core": ("taskset", "-c", "0"),
}


@pytest.fixture(scope="module")
def as_a_worker(tmp_path_factory) -> Run:
    """All of the work in a process by itself."""
    cache = tmp_path_factory.mktemp("worker")
    return ended(run(cache, ALL), cache)


@pytest.mark.long
@pytest.mark.parametrize("environment", ALONE.values(), ids=ALONE)
@pytest.mark.reliability("sameness", "All kinds of training, in one environment after another: bit for bit")
def test_no_environment_changes_a_bit(environment, as_a_worker, tmp_path, tried):
    must_be_same(as_a_worker, ended(run(tmp_path, ALL, **environment), tmp_path))
    tried(len(ALL))


@pytest.mark.long
@pytest.mark.parametrize("before", HOSTS.values(), ids=HOSTS)
@pytest.mark.reliability("sameness", "All kinds of training, under another host name, at other addresses: bit for bit")
def test_no_host_of_the_same_kind_changes_a_bit(before, as_a_worker, tmp_path, tried):
    if subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip(f"{before[0]} is not possible here")
    must_be_same(as_a_worker, ended(run(tmp_path, ALL, before=before), tmp_path))
    tried(len(ALL))


@pytest.mark.long
@pytest.mark.reliability("sameness", "One process does all kinds of work in another order, and again: bit for bit")
def test_no_work_before_changes_a_bit(as_a_worker, tmp_path, tried):
    mixed = ended(run(tmp_path, ("shipped", *reversed(ALL), *ALL)), tmp_path)
    must_be_same(as_a_worker, of(ALL, mixed))
    tried(2 * len(ALL))


@pytest.mark.long
@pytest.mark.reliability("sameness", "A restarted process measures with the weights that were kept: bit for bit")
def test_a_restart_changes_no_bit(as_a_worker, tmp_path, tried):
    ended(run(tmp_path, ALL), tmp_path)
    must_be_same(as_a_worker, ended(run(tmp_path, ALL), tmp_path))
    tried(len(ALL))


@pytest.mark.long
@pytest.mark.parametrize(
    ("threads", "environment"),
    [(2, {}), (4, {}), (1, AVX2), (1, OLDER), (2, OLDER)],
    ids=["2 threads", "4 threads", "AVX2", "no AVX", "no AVX, 2 threads"],
)
@pytest.mark.reliability(
    "sameness", "All kinds of training, with other threads and instructions: within what is stated"
)
def test_other_threads_and_instructions_change_little(threads, environment, as_a_worker, tmp_path, tried):
    must_be_close(as_a_worker, ended(run(tmp_path, ALL, threads, **environment), tmp_path))
    tried(len(ALL))


@pytest.mark.long
@pytest.mark.parametrize("environment", [AVX2, OLDER], ids=["AVX2", "no AVX"])
@pytest.mark.reliability("sameness", "A whole epoch with other vector instructions: within what is stated")
def test_a_whole_epoch_ends_nearly_the_same(environment, tmp_path, tried):
    caches = tmp_path / "one", tmp_path / "other"
    runs = run(caches[0], ["epoch"]), run(caches[1], ["epoch"], **environment)
    one, other = map(ended, runs, caches)
    for (mine, theirs), most in zip(pairs(one, other, "epoch"), (POINTS_APART, SHRUNK_APART), strict=True):
        assert abs(mine["accuracy"].value - theirs["accuracy"].value) <= most
        assert theirs["packed"].value == pytest.approx(mine["packed"].value, rel=LENGTH_APART)
    tried()
