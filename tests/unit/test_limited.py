"""Uploads are read by a process of its own: what takes too much memory or time is refused in a sentence, and harms
nobody."""

import io
import json
import zipfile
from collections.abc import Iterator

import psutil
import pytest
import torch

from lessons.jobs import limited
from lessons.jobs.limited import UploadReader
from lessons.models.adapter_file import CONFIG, TENSORS, Adapter, write, zipped
from lessons.models.bad_file import BadFile

STAND_IN = """
import sys, time, types
# without torch: it starts at once
read, bad = map(types.ModuleType, ("lessons.models.adapter_file", "lessons.models.bad_file"))
read.TENSORS, bad.BadFile = "t", ValueError
sys.modules |= {read.__name__: read, bad.__name__: bad}
from lessons.jobs import limited
limited.MOST_MEMORY, limited.MOST_SECONDS = 2**26, 1
def sorted_out(files):
    kind = files[0][0]
    if kind == "memory": return bytearray(2**28)
    if kind == "processor":
        while True: pass
    if kind == "time": time.sleep(1000)
    if kind == "dies": sys.exit(3)
    if kind == "lies": limited.os.write(limited_out, b"f" + bytes([2]) + bytes([255] * 16)); time.sleep(1000)
    return {limited.CONFIG: b"settings", "t": files[0][1]}
said = types.SimpleNamespace(names=lambda layer: False)
read.sorted_out, read.read = sorted_out, lambda found: types.SimpleNamespace(said=said)
dup = limited.os.dup
def remembered(at):
    global limited_out
    limited_out = dup(at)
    return limited_out
limited.os.dup = remembered
"""


@pytest.fixture(scope="module")
def reader() -> Iterator[UploadReader]:
    """It reads nothing, but takes what it is told to take."""
    stands_in = UploadReader(STAND_IN + "limited.main()")
    yield stands_in
    stands_in.end()


@pytest.fixture(scope="module")
def real() -> Iterator[UploadReader]:
    reads = UploadReader("from lessons.jobs import limited; limited.MOST_MEMORY = 2**27; limited.main()")
    yield reads
    reads.end()


@pytest.mark.parametrize("takes", ["memory", "processor", "time", "dies", "lies"])
def test_what_takes_too_much_is_refused_and_the_next_is_read(reader, monkeypatch, takes):
    monkeypatch.setattr(limited, "MOST_SECONDS", 3)
    with pytest.raises(BadFile, match="more memory or time than an adapter needs"):
        reader.read([(takes, b"")])
    assert reader.read([("fine", b"numbers")]) == [b"settings", b"numbers"]


def test_a_process_that_has_had_nothing_to_do_is_replaced():
    idle = UploadReader(STAND_IN + "limited.IDLE = 0.1; limited.main()")
    first = idle._started()
    first.wait()
    idle.program = STAND_IN + "limited.main()"
    first.poll = lambda: None  # it ends just when it is asked
    assert idle.read([("fine", b"numbers")]) == [b"settings", b"numbers"]
    assert first.returncode == 0
    idle.end()


def test_an_adapter_comes_through_and_what_is_none_is_told_why(real):
    layer = "layers.0.self_attn.q_proj"
    weights = {f"{layer}.down": torch.ones(2, 64), f"{layer}.up": torch.ones(64, 2)}
    whole = write(Adapter("lora", 2, 4.0, ("q_proj",), weights), "here")
    assert real.read([("it.zip", zipped(whole))]) == [whole[CONFIG], whole[TENSORS]]
    process = psutil.Process(real.process.pid)
    with pytest.raises(BadFile, match="missing"):
        real.read([("adapter_config.json", whole[CONFIG])])
    with pytest.raises(BadFile, match="archive"):
        real.read([("it.zip", b"PK no zip")])
    assert real.read(list(whole.items())) == [whole[CONFIG], whole[TENSORS]]
    assert process.pid == real.process.pid  # the same, warm


def test_a_pattern_that_is_slow_with_other_layers_of_the_model_is_refused(real, monkeypatch):
    monkeypatch.setattr(limited, "MOST_SECONDS", 3)
    layer = "layers.0.self_attn.q_proj"
    weights = {f"{layer}.down": torch.ones(2, 64), f"{layer}.up": torch.ones(64, 2)}
    whole = write(Adapter("lora", 2, 4.0, ("q_proj",), weights), "here")
    slow = f"model.{layer}|model.layers.[1-9]." + r"(?:|.)" * 40 + "!"
    settings = json.dumps(json.loads(whole[CONFIG]) | {"target_modules": slow}).encode()
    with pytest.raises(BadFile, match="more memory or time than an adapter needs"):
        real.read([(CONFIG, settings), (TENSORS, whole[TENSORS])])
    assert real.read(list(whole.items())) == [whole[CONFIG], whole[TENSORS]]


def test_a_bomb_of_an_archive_takes_no_memory_of_ours(real):
    """bzip2 and LZMA are unpacked whole by `zipfile`, however little is read."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_BZIP2) as each, each.open(CONFIG, "w") as member:
        for _ in range(16):
            member.write(bytes(2**24))
    assert archive.tell() < 2**13
    before = psutil.Process().memory_info().rss
    with pytest.raises(BadFile):
        real.read([("it.zip", archive.getvalue())])
    assert psutil.Process().memory_info().rss < before + 2**26
