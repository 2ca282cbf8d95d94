"""What is kept on disk: a damaged file counts as none, a full or read-only disk loses nothing, and nobody pushes out
others."""

import errno
import hashlib
import json
import os
import shutil
import time
from collections import Counter
from contextvars import copy_context
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from safetensors.numpy import save

from lessons import keeping, shared_files, store
from lessons.adaptation import adapter_store
from lessons.checksum import Damaged, from_bytes, to_bytes
from lessons.data import examples
from lessons.data.idx import write_idx
from lessons.experiment import Adapt, BadExperiment, Experiment, Quantize, Trained, checkpoints, shipped
from lessons.experiment.language_source import ready_written
from lessons.jobs import vision
from lessons.jobs.events import ModelKept
from lessons.jobs.messages import Ended, Job
from lessons.jobs.worker import _told
from lessons.models.bad_file import BadFile
from lessons.shared_files import SharedFiles
from lessons.vision import build
from tests.unit.jobs import until

WEIGHTS = {
    "conv.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
    "bias": np.float32([1.5]),
    "steps": np.array(7),
}


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch):
    """A disk and a memory of this test's own."""
    (tmp_path / "memory").mkdir()
    monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path / "disk"))
    monkeypatch.setattr(keeping, "MEMORY", tmp_path / "memory")
    monkeypatch.setattr(store, "_held", store._held.__class__())
    return SimpleNamespace(disk=tmp_path / "disk", memory=tmp_path / "memory")


@pytest.fixture
def file(places) -> Path:
    store.save("one", WEIGHTS)
    (found,) = store.folder().glob("*.safetensors")
    return found


@pytest.fixture
def full(monkeypatch, places):
    """A disk that has no room left, though what is there can be read."""
    replace = os.replace

    def no_room(source, target):
        if Path(target).is_relative_to(places.disk):
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", no_room)


# checksums


def test_what_was_kept_comes_back(file):
    found = store.load("one")
    assert {name: (each.dtype, each.shape) for name, each in found.items()} == {
        name: (each.dtype, each.shape) for name, each in WEIGHTS.items()
    }
    assert all((found[name] == each).all() for name, each in WEIGHTS.items())
    assert all(each.flags.writeable for each in found.values())


def test_a_flipped_bit_anywhere_is_noticed():
    raw = to_bytes("one", WEIGHTS, owner="a visitor")
    for at, before in enumerate(raw):
        if before == ord(" "):  # the padding between header and numbers holds nothing
            continue
        for bit in range(8):
            with pytest.raises(Damaged):
                from_bytes("one", raw[:at] + bytes([before ^ 1 << bit]) + raw[at + 1 :])


@pytest.mark.parametrize("at", [0, 8, -1])
def test_a_damaged_file_is_taken_away_and_made_again(file, at, caplog):
    raw = bytearray(file.read_bytes())
    raw[at] ^= 1
    file.write_bytes(raw)
    assert not store.has("one")
    assert store.load("one") is None
    assert not file.exists()
    assert "one" in caplog.text


@pytest.mark.parametrize("length", [0, 4, 8, 100, -1])
def test_a_file_that_is_cut_off_counts_as_none(file, length):
    file.write_bytes(file.read_bytes()[:length])
    assert not store.has("one")
    assert store.load("one") is None


def test_another_experiments_file_under_this_name_counts_as_none(file):
    store.save("two", {"conv.weight": WEIGHTS["conv.weight"] + 1})
    (other,) = (each for each in store.folder().glob("*.safetensors") if each != file)
    shutil.copy(other, file)
    assert not store.has("one")
    assert store.load("one") is None
    assert store.has("two")


@pytest.mark.parametrize(
    "header", [b"[]", b'{"__metadata__": 3}', b'{"__metadata__": {"sha256": 1}}', b"[" * 5000, b"{", b"\xff"]
)
def test_a_file_without_a_checksum_counts_as_none(file, header):
    file.write_bytes(len(header).to_bytes(8, "little") + header)
    assert store.load("one") is None


def test_an_old_file_has_no_checksum_and_counts_as_none(file):
    file.write_bytes(save(WEIGHTS))
    assert not store.has("one")
    assert store.load("one") is None


def test_other_tensors_than_the_network_has_count_as_none(file):
    like = {name: each.shape for name, each in WEIGHTS.items()}
    assert store.load("one", like=like) is not None
    assert store.load("one", like=like | {"bias": (2,)}) is None
    assert not file.exists()


def test_a_network_whose_file_was_damaged_is_trained_again(monkeypatch):
    experiment = Experiment(Trained(seed=3, epochs=1, stopped_at=20))
    before = build.measure(experiment)["accuracy"].value
    (file,) = store.folder().glob("*.safetensors")
    raw = bytearray(file.read_bytes())
    raw[-1000] ^= 0x40  # an exponent's bit
    file.write_bytes(raw)
    build.build.cache_clear()
    build._built.cache_clear()
    assert build.measure(experiment)["accuracy"].value == before
    assert store.has(experiment.stored_as)


def test_a_shipped_checkpoint_is_named_by_the_hash_it_was_committed_with():
    lines = dict(line.split()[::-1] for line in checkpoints.SUMS.read_text().splitlines())
    files = {
        path.relative_to(checkpoints.FOLDER).as_posix(): path for path in checkpoints.FOLDER.rglob("*.safetensors")
    }
    assert lines == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    assert shipped().source.sha256 == lines["fashion-cnn.safetensors"]
    assert ready_written("shakespeare").sha256 == lines["text/shakespeare.safetensors"]


def test_a_damaged_shipped_checkpoint_is_refused_by_name(tmp_path, monkeypatch):
    copy = tmp_path / "fashion-cnn.safetensors"
    raw = bytearray(checkpoints.file_of(checkpoints.PICTURES, "fashion-cnn").read_bytes())
    raw[-1000] ^= 1
    copy.write_bytes(raw)
    monkeypatch.setattr(build, "checkpoint_file", lambda name: copy)
    with pytest.raises(
        BadExperiment, match=r"fashion-cnn\.safetensors, which ships with this app, is damaged"
    ) as raised:
        build._state(shipped(), None)
    assert str(tmp_path) not in str(raised.value)


def test_a_damaged_download_is_fetched_again(places, monkeypatch):
    from torchvision.datasets import FashionMNIST

    there = places.disk / "FashionMNIST" / "raw"
    there.mkdir(parents=True)
    files, sums, fetched = {}, [], []
    for name, array in (
        ("train-images-idx3-ubyte.gz", np.zeros((3, 28, 28))),
        ("train-labels-idx1-ubyte.gz", np.ones(3)),
    ):
        write_idx(there / name, array.astype(np.uint8))
        files[name] = (there / name).read_bytes()
        sums.append((name, hashlib.md5(files[name]).hexdigest()))
    monkeypatch.setattr(FashionMNIST, "resources", sums)
    monkeypatch.setattr("torchvision.datasets.utils._get_redirect_url", lambda url, max_hops: url)

    def fetch(url, path):
        fetched.append(url.rpartition("/")[2])
        Path(path).write_bytes(files[fetched[-1]])

    monkeypatch.setattr("torchvision.datasets.utils._urlretrieve", fetch)
    assert len(examples._download().images) == 3
    assert fetched == []
    damaged = bytearray(files["train-images-idx3-ubyte.gz"])
    damaged[-9] ^= 1
    (there / "train-images-idx3-ubyte.gz").write_bytes(damaged)
    assert examples._download().labels.tolist() == [1, 1, 1]
    assert fetched == ["train-images-idx3-ubyte.gz"]


# a disk that is full, read-only, or no folder


def test_on_a_full_disk_what_was_trained_stays_in_memory(full, places, caplog):
    store.save("one", WEIGHTS)
    assert store.has("one")
    assert (store.load("one")["bias"] == WEIGHTS["bias"]).all()
    assert not list(places.disk.rglob("*.safetensors"))
    assert not list(places.disk.rglob("*.part"))  # nothing half written is left
    assert len(list(places.memory.rglob("*.safetensors"))) == 1  # other processes find it there


def test_what_can_be_kept_nowhere_stays_in_this_process(monkeypatch):
    monkeypatch.setattr(
        os, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device"))
    )
    for at in range(store.HELD + 1):
        store.save(f"held{at}", WEIGHTS)
    assert not store.has("held0")  # there is an end to that, too
    assert store.has(f"held{store.HELD}")
    assert (store.load("held1")["bias"] == WEIGHTS["bias"]).all()


def test_little_room_is_said_before_a_training_begins(places, monkeypatch):
    assert store.where() == "disk"
    free = {places.disk: keeping.LEAST_ON_DISK - 1, places.memory: keeping.LEAST_IN_MEMORY}
    left = lambda folder: SimpleNamespace(free=next(free[at] for at in free if Path(folder).is_relative_to(at)))
    monkeypatch.setattr(shutil, "disk_usage", left)
    assert store.where() == "memory"
    store.must_have_room()
    free[places.memory] -= 1
    assert store.where() is None
    with pytest.raises(store.CannotKeep, match="no room for trained weights") as raised:
        store.must_have_room()
    assert "/" not in str(raised.value)  # no path


@pytest.mark.parametrize("cache", ["a file", "below a file", "read-only"])
def test_a_folder_that_cannot_be_made_breaks_nothing(places, monkeypatch, cache):
    if cache == "read-only":
        _read_only(monkeypatch, places.disk)
    else:
        places.disk.write_text("in its place")
        monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(places.disk / "x" if cache == "below a file" else places.disk))
    assert not store.has("one")
    assert store.load("one") is None
    assert store.where() == "memory"
    store.save("one", WEIGHTS)
    assert store.has("one")
    assert (store.load("one")["bias"] == WEIGHTS["bias"]).all()


def test_what_is_on_a_read_only_disk_is_used(file, monkeypatch, places):
    _read_only(monkeypatch, places.disk)
    assert store.has("one")
    assert store.load("one") is not None


def test_without_a_home_there_is_a_place_still(monkeypatch):
    monkeypatch.delenv("MODELS_FOR_ANTS_CACHE")
    monkeypatch.setattr(
        Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("Could not determine home directory."))
    )
    store.save("one", WEIGHTS)
    assert store.has("one")
    assert store.where() == "memory"


def test_a_folder_in_memory_that_somebody_else_has_made_is_not_read(places, monkeypatch):
    place = keeping.places(1)[-1].folder
    place.parent.joinpath("theirs").mkdir()
    place.symlink_to(place.parent / "theirs")
    assert [each.name for each in keeping.places(1)] == ["disk"]


# who may have how much


def test_nobody_pushes_out_what_others_have(monkeypatch):
    monkeypatch.setattr(store, "KEPT", 12)
    monkeypatch.setattr(store, "MINE", 100)
    for visitor, files in (("ada", 3), ("bob", 3), ("eve", 200)):
        _keep(visitor, files)
    assert Counter(_owners()) == {"ada": 3, "bob": 3, "eve": 6}
    _keep("joe", 2)
    assert Counter(_owners()) == {"ada": 3, "bob": 3, "eve": 4, "joe": 2}
    assert store.has("eve199")  # the least recently used of hers went
    assert not store.has("eve0")


def test_a_visitor_has_so_many_and_the_server_itself_as_many_as_fit(monkeypatch):
    monkeypatch.setattr(store, "MINE", 4)
    _keep("ada", 6)
    _keep("", 6)
    assert Counter(_owners()) == {"ada": 4, "": 6}
    assert [store.has(f"ada{at}") for at in range(6)] == [False, False, True, True, True, True]


def test_what_is_large_counts_by_its_bytes(monkeypatch):
    monkeypatch.setattr(store, "MOST_BYTES", 20_000)
    _keep("ada", 3, numbers=500)
    _keep("eve", 9, numbers=1_000)
    assert Counter(_owners())["ada"] == 3
    assert sum(path.stat().st_size for path in store.folder().glob("*.safetensors")) <= 20_000


def test_what_nobody_has_used_for_a_day_goes_first(monkeypatch):
    monkeypatch.setattr(store, "KEPT", 4)
    _keep("ada", 2)
    for path in store.folder().glob("*.safetensors"):
        os.utime(path, (time.time() - keeping.OLD - 60,) * 2)
    _keep("eve", 4)
    assert Counter(_owners()) == {"eve": 4}


def test_what_is_used_is_as_good_as_new(file):
    os.utime(file, (1e9, 1e9))
    store.load("one")
    assert time.time() - file.stat().st_mtime < keeping.OLD


def test_leftovers_of_a_worker_that_died_go(file):
    old, new = (file.with_name(f"{name}.part") for name in ("old", "new"))
    for part in (old, new):
        part.write_bytes(b"half")
    os.utime(old, (time.time() - keeping.LEFT_OVER - 60,) * 2)
    store.save("two", WEIGHTS)
    assert not old.exists()
    assert new.exists()  # another process may be at it


def _keep(visitor: str, files: int, numbers: int = 1) -> None:
    token = store.OWNER.set(visitor)
    for at in range(files):
        store.save(f"{visitor}{at}", {"w": np.zeros(numbers, np.float32)})
    store.OWNER.reset(token)


def _owners() -> list[str]:
    heads = [path.read_bytes() for path in store.folder().glob("*.safetensors")]
    return [json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])["__metadata__"]["owner"] for raw in heads]


def _read_only(monkeypatch, disk: Path) -> None:
    """As the system refuses it, of which a superuser sees nothing."""
    opened, made = os.open, os.mkdir

    def refuse(path):
        if Path(os.fsdecode(path)).is_relative_to(disk):
            raise OSError(errno.EROFS, "Read-only file system", str(path))

    def open_(path, flags, *rest, **more):
        if flags & (os.O_WRONLY | os.O_RDWR):
            refuse(path)
        return opened(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", open_)
    monkeypatch.setattr(os, "mkdir", lambda path, *rest, **more: (refuse(path), made(path, *rest, **more))[1])
    monkeypatch.setattr(os, "utime", lambda path, *_, **__: refuse(path))


# shared with other servers


@pytest.fixture(params=["{folder}", "memory://{folder}"], ids=["a directory", "another file system"])
def others(request, tmp_path, monkeypatch) -> SharedFiles:
    """Where servers share what they have trained."""
    monkeypatch.setenv(shared_files.SETTING, request.param.format(folder=tmp_path / "shared"))
    return shared_files.shared(store.SHARED)


@pytest.fixture
def another_machine(monkeypatch, tmp_path):
    """Call it, and nothing is kept here yet."""
    return lambda: monkeypatch.setenv("MODELS_FOR_ANTS_CACHE", str(tmp_path / "another"))


@pytest.mark.reliability("many machines", "What one server trained is there on another that shares its results")
def test_what_one_server_trained_another_need_not(others, another_machine, monkeypatch, tried):
    source = Experiment(Trained(seed=77))
    store.save(source.stored_as, WEIGHTS)
    another_machine()
    monkeypatch.setattr(build, "training", lambda _: pytest.fail("it is trained again"))
    tuning = Job(1, vision.tuning, (source | Quantize(4),))
    told = copy_context().run(lambda: list(_told(tuning, lambda: None)))
    assert [type(event) for event in told] == [ModelKept, Ended] and told[-1].error is None
    monkeypatch.delenv(shared_files.SETTING)
    assert (store.load(source.stored_as)["bias"] == WEIGHTS["bias"]).all()  # it was copied
    tried()


def test_a_page_waits_for_no_other_server_and_hears_of_it_soon(others, another_machine, monkeypatch):
    store.save("one", WEIGHTS)
    another_machine()
    monkeypatch.setattr(SharedFiles, "read", lambda *_: pytest.fail("a page waits"))
    until(lambda: store.has("one"))
    assert not store.has("another")


@pytest.mark.reliability("faults", "Trained weights that servers share are damaged")
def test_damaged_weights_of_another_server_are_made_again(others, another_machine, caplog, tried):
    store.save("one", WEIGHTS)
    another_machine()
    file = others.read("weights", "one.safetensors")
    for broken in (file[:-1], file[:-1] + bytes([file[-1] ^ 1]), b"no weights"):
        others.write("weights", "one.safetensors", broken)
        caplog.clear()
        assert store.load("one") is None and "of other servers counts as none" in caplog.text
        tried()
    others.write("weights", "one.safetensors", file)
    assert store.load("one", like={"bias": [9]}) is None
    assert store.load("one").keys() == WEIGHTS.keys()


@pytest.mark.reliability("security", "What a reader uploads is shared with no other server")
def test_uploads_stay_on_this_machine(others, another_machine, tried):
    model = shipped()
    adapter = model | Adapt("turned", rank=2, where="every layer", steps=10)
    files = adapter_store.files(build.build(model), adapter)
    taken = adapter_store.taken(files, build.build(model))
    assert len(others.look("weights")) == 1  # what it was made of was trained
    assert adapter_store.weights(build.build(model), model | taken)
    another_machine()
    with pytest.raises(BadFile):
        adapter_store.weights(build.build(model), model | taken)
    tried()
