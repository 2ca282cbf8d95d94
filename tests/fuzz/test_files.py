"""Files of strangers, spoilt: each is read, or refused in a sentence; nothing hangs, and nothing else is raised."""

import json
import shutil
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import partial
from pathlib import Path
from random import Random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons import reader_record
from lessons.estimate import dropped_gguf, pasted_config, pasted_machine
from lessons.estimate.transformer import CannotCompute
from lessons.estimate.unknown_output import UnknownOutput
from lessons.experiment import BadExperiment, file_source
from lessons.models import adapter_file, language_files
from lessons.models.adapter_file import CONFIG, TENSORS, zipped
from lessons.models.bad_file import BadFile
from lessons.progress import BadEntry
from lessons.shrink.pack import MAGIC, NotPacked, header, unpack
from lessons.ui.state import talks
from tests.fuzz import sound
from tests.fuzz.spoiling import EACH, spoilt, spoilt_json
from tests.fuzz.watching import each
from tests.reliability import more
from tests.unit import pasted
from tests.unit.configs import CONFIGS
from tests.unit.gguf_headers import PUBLISHED, published, sent


def fuzzed(seeds: int, long: int | None = None) -> Callable[[Callable], Callable]:
    """Decorates a test that is called with a seed, which stands for a hundred spoilt files; so many, and more with
    --long."""
    return lambda test: settings(max_examples=more(seeds, long))(given(seed=st.integers(0, 2**32 - 1))(test))


def framed(head: bytes, body: bytes) -> bytes:
    """A packed file with this header."""
    return MAGIC + len(head).to_bytes(4, "little") + head + body


@pytest.mark.reliability("bad input", "A packed model is spoilt")
@fuzzed(20, 1_050)
def test_packed_files(seed, tried):
    tried(each(spoilt(sound.packed(), seed), unpack, (NotPacked,)))


@pytest.mark.reliability("bad input", "What a packed model says of its tensors is spoilt")
@fuzzed(20, 1_050)
def test_headers_of_packed_files(seed, tried):
    file = Random(seed).choice(sound.packed())
    body = file[len(framed(b"", b"")) + int.from_bytes(file[5:9], "little") :]
    heads = [json.dumps(head).encode() for head in spoilt_json([header(file)], seed)]
    too_large = [{"name": "a", "shape": [float("inf"), 2], "bits": 8, "scale": [[1, 2], 2**64]}]
    of_lists = [{"name": "a", "shape": [6, 3, [1], 2**31], "bits": 4, "scale": [6, 11]}]
    known = [json.dumps(each).encode() for each in (too_large, of_lists)]
    tried(each([*known, *heads], lambda head: unpack(framed(head, body)), (NotPacked,)))


@pytest.mark.reliability("bad input", "An archive with an adapter is spoilt")
@fuzzed(2)
def test_archives(seed, tried):
    whole = [*map(zipped, sound.adapters())]
    moved = whole[0][:-6] + bytes([whole[0][-6] + 1]) + whole[0][-5:]  # its table would begin before the file does
    tried(each([moved, *spoilt(whole, seed)], lambda file: adapter_file.sound([("a.zip", file)]), (BadFile,)))


@pytest.mark.reliability("bad input", "The settings of an adapter are spoilt")
@fuzzed(1)
def test_settings_of_adapters(seed, tried):
    def read(said: bytes) -> None:
        adapter_file.sound([(CONFIG, said), (TENSORS, sound.adapters()[0][TENSORS])])

    known = [json.loads(files[CONFIG]) for files in sound.adapters()]
    tried(each((json.dumps(said).encode() for said in spoilt_json(known, seed)), read, (BadFile,)))
    tried(each(spoilt([files[CONFIG] for files in sound.adapters()], seed), read, (BadFile,)))


@pytest.mark.reliability("bad input", "The tensors of an adapter are spoilt")
@fuzzed(2)
def test_tensors_of_adapters(seed, tried):
    def read(files: Mapping[str, bytes], tensors: bytes) -> None:
        adapter_file.sound([(CONFIG, files[CONFIG]), (TENSORS, tensors)])

    files = Random(seed).choice(sound.adapters())
    tried(each(spoilt([files[TENSORS]], seed), partial(read, files), (BadFile,)))
    tried(each(safetensors(files[TENSORS], seed), partial(read, files), (BadFile,)))


def safetensors(file: bytes, seed: int, times: int = EACH) -> list[bytes]:
    """Files of safetensors of whose header something is spoilt."""
    end = 8 + int.from_bytes(file[:8], "little")
    heads = [json.dumps(head).encode() for head in spoilt_json([json.loads(file[8:end])], seed, times)]
    return [len(head).to_bytes(8, "little") + head + file[end:] for head in heads]


@pytest.mark.reliability("bad input", "A pasted config.json is spoilt")
@fuzzed(2)
def test_pasted_configs(seed, tried):
    read = lambda file: pasted_config.shape_in([("config.json", file)])
    many = CONFIGS["Qwen3 0.6B"] | {
        "model_type": "qwen3_moe",
        "num_hidden_layers": 1_000,
        "mlp_only_layers": [5] * 60_000,
    }
    files = (json.dumps(config).encode() for config in [many, *spoilt_json([*CONFIGS.values()], seed)])
    tried(each(files, read, (CannotCompute,)))
    tried(each(spoilt([json.dumps(config).encode() for config in CONFIGS.values()], seed), read, (CannotCompute,)))


@pytest.mark.reliability("bad input", "A pasted output of nvidia-smi or ollama is spoilt")
@fuzzed(2)
def test_pasted_outputs(seed, tried):
    read = lambda file: pasted_machine.found_in([("pasted", file)])
    texts = [text.encode() for text, _ in (*pasted.CARDS.values(), *pasted.MODELS.values())]
    tried(each(spoilt(texts, seed), read, (UnknownOutput,)))


@pytest.mark.reliability("bad input", "The header of a dropped GGUF file is spoilt")
@fuzzed(3)
def test_headers_of_dropped_files(seed, tried):
    read = lambda file: dropped_gguf.restored(dropped_gguf.model_in([sent(file)])[0])
    heads = [*map(published, PUBLISHED)]
    many = heads[0][:8] + (10_000).to_bytes(8, "little") + heads[0][16:24] + heads[0][24:] * 40
    tried(each([many, *spoilt(heads, seed)], read, (BadFile, CannotCompute)))


@pytest.mark.reliability("bad input", "What a page says of a dropped GGUF file is spoilt")
@fuzzed(1)
def test_names_of_dropped_files(seed, tried):
    head = published("Qwen3 0.6B")
    read = lambda said: dropped_gguf.model_in([(json.dumps(said), head), (json.dumps(said), head[:90])][: 1 + seed % 2])
    tried(each(spoilt_json([["model.gguf", 2**40, len(head)]], seed), read, (BadFile, CannotCompute)))


@pytest.mark.reliability("bad input", "The script of a talk is spoilt")
@fuzzed(1)
def test_talks(seed, tried):
    half = b'title: "\\uD800"\nstates: []'
    keys = b"title: x\nstates:\n- settings:\n" + b"".join(b"    a%x: 1\n" % at for at in range(5_000))
    tried(each([half, keys, *spoilt([sound.script()], seed)], lambda file: talks.complaints([("", file)]), ()))


@pytest.mark.reliability("bad input", "The record of a reader is spoilt")
@fuzzed(2)
def test_records(seed, tried):
    read = lambda file: reader_record.ants(json.loads(reader_record.sound([("record.json", file)])[0]))
    half = sound.signed(sound.record() | {"made": "\ud800"})
    tried(each([half, *spoilt([json.dumps(sound.record()).encode()], seed)], read, (BadEntry,)))
    long = deepcopy(sound.record())
    long["entries"]["ant/images/quantization"]["value"]["experiment"]["recipe"] *= 30_000
    signed = map(sound.signed, [long, *spoilt_json([sound.record()], seed)])
    tried(each(signed, read, (BadEntry,)))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("sound")


def load(path: Path) -> None:
    """What is done with a model that somebody names: it is checked, named, read and used."""
    language_files.sound([(str(path), b"")])
    file_source(str(path))
    model = language_files.read(path)
    words = model.vocabulary
    tokens = words.encode("Ants carry é.")[:4]
    words.decode(tokens), words.begun("x"), words.lost("한")
    if tokens:
        model.net(torch.tensor([tokens]))


@pytest.mark.reliability("bad input", "A GGUF file is spoilt")
@fuzzed(1, 200)
def test_gguf(seed, tried, made):
    def read(file: bytes) -> None:
        path.write_bytes(file)
        load(path)

    path = made / "spoilt.gguf"
    whole = Random(seed).choice(sound.gguf(made))
    begins, ends = whole[:900], whole[900:]  # the settings, and the rest
    files = [*(begin + ends for begin in spoilt([begins], seed, EACH // 4)), *spoilt([whole], seed, EACH // 10)]
    tried(each(files, read, (BadFile, BadExperiment)))


@pytest.mark.reliability("bad input", "A file in the folder of a model is spoilt")
@fuzzed(1)
def test_folders(seed, tried, made):
    def read(changed: tuple[str, bytes]) -> None:
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        for name, file in (files | dict([changed])).items():
            (path / name).write_bytes(file)
        load(path)

    path, chance = made / "spoilt", Random(seed)
    files = dict(chance.choice(sound.folders()))
    theta = json.dumps(json.loads(files["config.json"]) | {"rope_parameters": {"rope_theta": 10**30}}).encode()
    changed = [("config.json", theta)] + [(name, one) for name in files for one in in_folder(name, files[name], seed)]
    tried(each(changed, read, (BadFile, BadExperiment)))


def in_folder(name: str, file: bytes, seed: int) -> list[bytes]:
    """A file of a folder, spoilt in the ways that its kind can be."""
    few = EACH // 10
    if name.endswith(".safetensors"):
        return [*safetensors(file, seed, few), *spoilt([file[:600]], seed, few)]
    whole = [json.dumps(each).encode() for each in spoilt_json([json.loads(file)], seed, few)]
    return [*whole, *spoilt([file], seed, few)]
