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
from lessons.jobs.uploads import ADAPTER
from lessons.models.adapter_file import CONFIG, TENSORS, Adapter, write, zipped
from lessons.models.bad_file import BadFile
from tests.unit.uploads import TAKES

PROGRAM = "from lessons.jobs import limited; from tests.unit.uploads import main; "


@pytest.fixture(scope="module")
def reader() -> Iterator[UploadReader]:
    """It reads nothing, but takes what it is told to take."""
    stands_in = UploadReader(PROGRAM + "main()")
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
    with pytest.raises(BadFile, match="more memory or time than such a file needs"):
        reader.read(TAKES, [(takes, b"")])
    assert reader.read(TAKES, [("fine", b""), ("it", b"numbers")]) == [b"numbers"]


def test_what_a_reader_refuses_is_told_in_its_words(reader):
    with pytest.raises(BadFile, match="^it is none$"):
        reader.read(TAKES, [("refuses", b"")])


def test_a_process_that_has_had_nothing_to_do_is_replaced():
    idle = UploadReader(PROGRAM + "limited.IDLE = 0.1; main()")
    first = idle._started()
    first.wait()
    idle.program = PROGRAM + "main()"
    first.poll = lambda: None  # it ends just when it is asked
    assert idle.read(TAKES, [("fine", b""), ("it", b"numbers")]) == [b"numbers"]
    assert first.returncode == 0
    idle.end()


def test_an_adapter_comes_through_and_what_is_none_is_told_why(real):
    layer = "layers.0.self_attn.q_proj"
    weights = {f"{layer}.down": torch.ones(2, 64), f"{layer}.up": torch.ones(64, 2)}
    whole = write(Adapter("lora", 2, 4.0, ("q_proj",), weights), "here")
    assert real.read(ADAPTER, [("it.zip", zipped(whole))]) == [whole[CONFIG], whole[TENSORS]]
    process = psutil.Process(real.process.pid)
    with pytest.raises(BadFile, match="missing"):
        real.read(ADAPTER, [("adapter_config.json", whole[CONFIG])])
    with pytest.raises(BadFile, match="archive"):
        real.read(ADAPTER, [("it.zip", b"PK no zip")])
    assert real.read(ADAPTER, list(whole.items())) == [whole[CONFIG], whole[TENSORS]]
    assert process.pid == real.process.pid  # the same, warm


def test_a_pattern_that_is_slow_with_other_layers_of_the_model_is_refused(real, monkeypatch):
    monkeypatch.setattr(limited, "MOST_SECONDS", 3)
    layer = "layers.0.self_attn.q_proj"
    weights = {f"{layer}.down": torch.ones(2, 64), f"{layer}.up": torch.ones(64, 2)}
    whole = write(Adapter("lora", 2, 4.0, ("q_proj",), weights), "here")
    slow = f"model.{layer}|model.layers.[1-9]." + r"(?:|.)" * 40 + "!"
    settings = json.dumps(json.loads(whole[CONFIG]) | {"target_modules": slow}).encode()
    with pytest.raises(BadFile, match="more memory or time than such a file needs"):
        real.read(ADAPTER, [(CONFIG, settings), (TENSORS, whole[TENSORS])])
    assert real.read(ADAPTER, list(whole.items())) == [whole[CONFIG], whole[TENSORS]]


def test_a_bomb_of_an_archive_takes_no_memory_of_ours(real):
    """bzip2 and LZMA are unpacked whole by `zipfile`, however little is read."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_BZIP2) as each, each.open(CONFIG, "w") as member:
        for _ in range(16):
            member.write(bytes(2**24))
    assert archive.tell() < 2**13
    before = psutil.Process().memory_info().rss
    with pytest.raises(BadFile):
        real.read(ADAPTER, [("it.zip", archive.getvalue())])
    assert psutil.Process().memory_info().rss < before + 2**26
