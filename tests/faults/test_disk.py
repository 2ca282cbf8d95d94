"""Disks that are full or read-only, files that are damaged, two servers that write one: nothing finished is lost, and
nothing that was damaged is taken for whole."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from safetensors.numpy import save

from lessons import keeping, short_link, store, talk_store
from lessons.database import NoDatabase, transaction
from lessons.experiment import Experiment, Trained
from lessons.jobs import begun, results, vision
from lessons.jobs.messages import Job
from tests.faults.disks import make_read_only, mounted
from tests.faults.left import unfinished

ROOT = Path(__file__).parents[2]
SMALL = {"w": np.arange(1_000, dtype=np.float32)}
LARGE = {"w": np.ones(2**19, np.float32)}  # 2 MiB
WRITES = """
import sys, numpy as np
from lessons import store
for at in range(int(sys.argv[2])):
    for name in ("mine", sys.argv[1]):
        store.save(f"{name}{at % 3}", {"w": np.full(50_000, at % 3, np.float32)})
        found = store.load(f"mine{at % 3}")
        assert found is not None and (found["w"] == at % 3).all(), at
print("whole")
"""


@pytest.fixture
def places(tmp_path, monkeypatch) -> Iterator[SimpleNamespace]:
    """A disk of 1 MiB, and a memory, of this test's own."""
    (tmp_path / "memory").mkdir()
    with mounted(tmp_path / "disk", 2**20) as disk:
        monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(disk))
        monkeypatch.setattr(keeping, "MEMORY", tmp_path / "memory")
        monkeypatch.setattr(keeping, "LEAST_ON_DISK", 2**14)
        monkeypatch.setattr(store, "_held", store._held.__class__())
        keeping._named.cache_clear()
        yield SimpleNamespace(disk=disk, memory=tmp_path / "memory")
    keeping._named.cache_clear()


def same(name: str, weights: dict[str, np.ndarray]) -> bool:
    found = store.load(name)
    return found is not None and all((found[key] == each).all() for key, each in weights.items())


@pytest.mark.reliability("faults", "The disk is filled while something is kept")
def test_the_disk_is_filled_while_something_is_kept(places, tried):
    store.save("before", SMALL)
    for at in range(4):
        store.save(f"large{at}", LARGE)
        assert same(f"large{at}", LARGE)
        assert same("before", SMALL)
        tried()
    assert not unfinished()
    assert not list(places.disk.glob("weights/large*"))
    assert sum(path.stat().st_size for path in places.memory.rglob("*.safetensors")) <= keeping.MOST_IN_MEMORY


@pytest.mark.reliability("faults", "The disk has no byte left")
def test_the_disk_has_no_byte_left(places, tried):
    store.save("before", SMALL)
    with pytest.raises(OSError, match="No space left"), (places.disk / "other").open("wb") as other:
        while True:
            other.write(bytes(4096))
            other.flush()
    assert store.where() == "memory"
    store.save("after", SMALL)
    assert same("before", SMALL)
    assert same("after", SMALL)
    everything_else_goes_on()
    assert not unfinished()
    tried()


@pytest.mark.reliability("faults", "The disk is read-only")
def test_the_disk_is_read_only(places, tried):
    store.save("before", SMALL)
    make_read_only(places.disk)
    assert store.where() == "memory"
    store.save("after", SMALL)
    assert store.has("before")
    assert same("before", SMALL)
    assert same("after", SMALL)
    everything_else_goes_on()
    keeping.sweep_all()
    begun.forget_old()
    tried()


def everything_else_goes_on() -> None:
    """What else is kept, where the disk takes nothing."""
    talk = b"title: A talk"
    assert talk_store.find(talk_store.keep(talk)) == talk
    source = Trained(seed=1)
    with begun.noted(Job(0, vision.training, (source,))):
        assert not begun.lost(vision.training, source)
    assert not begun.lost(vision.training, source)
    results.put("a-result.json", (vision.counting, "cnn"), [1.0])
    assert results.get("a-result.json", far=False) == [1.0]
    with pytest.raises(NoDatabase), transaction(short_link.TABLES):
        pass


@pytest.mark.reliability("faults", "There is no room in memory either")
def test_there_is_no_room_in_memory_either(places, monkeypatch, tried):
    make_read_only(places.disk)
    monkeypatch.setattr(keeping, "LEAST_IN_MEMORY", 2**60)
    keeping._named.cache_clear()
    for at in range(store.HELD + 2):
        store.save(f"held{at}", SMALL)
        assert same(f"held{at}", SMALL)  # this process has it
        tried()
    assert len(store._held) == store.HELD
    with pytest.raises(store.CannotKeep, match="no room"):
        next(vision.training(Trained(seed=1), lambda: None))


@pytest.mark.reliability("faults", "A file that was kept is cut off")
def test_a_file_is_cut_off(places, tried, long):
    store.save("one", SMALL)
    (file,) = store.folder().glob("*.safetensors")
    whole = file.read_bytes()
    for length in range(0, len(whole), 1 if long else 101):
        counts_as_none(file, whole[:length])
        tried()


@pytest.mark.reliability("faults", "A bit of a file that was kept is flipped")
def test_a_bit_is_flipped(places, tried, long):
    store.save("one", SMALL)
    (file,) = store.folder().glob("*.safetensors")
    whole = file.read_bytes()
    for at in range(0, 8 * len(whole), 7 if long else 331):
        byte, bit = divmod(at, 8)
        if whole[byte] != ord(" "):  # between header and numbers, where nothing is kept
            counts_as_none(file, whole[:byte] + bytes([whole[byte] ^ 1 << bit]) + whole[byte + 1 :])
            tried()


@pytest.mark.reliability("faults", "A file is from an older version")
def test_a_file_is_from_an_older_version(places, tried):
    store.save("one", SMALL)
    (file,) = store.folder().glob("*.safetensors")
    for old in (save(SMALL), save(SMALL, {"sha256": "0" * 64}), save(SMALL, {"version": "1"}), b"PK\x03\x04", b""):
        counts_as_none(file, old)
        tried()
    name = Experiment(Trained(seed=1)).stored_as
    store.save(name.rpartition("-")[0] + "-0123456789ab", SMALL)  # as another version of the code calls it
    assert not store.has(name)
    tried()


def counts_as_none(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert not store.has("one")
    assert store.load("one") is None
    assert not file.exists()


@pytest.mark.long
@pytest.mark.reliability("faults", "Two servers keep the same files at once")
def test_two_servers_keep_the_same_files_at_once(tmp_path, monkeypatch, tried):
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path / "disk"))
    times = 200
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITES, f"own{at}", str(times)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for at in range(3)
    ]
    assert [server.communicate()[0].strip() for server in servers] == ["whole"] * 3
    assert not unfinished()
    tried(3 * 2 * times)
